// Who answers which query. A handler gets the session and the arguments, and returns plain data: viewport-sized, never a master column.
import { recordContext } from '../document/context.ts';
import { openIncident } from '../document/share/openIncident.ts';
import { connectionPosition, listConnections } from '../engine/query/connectionList.ts';
import { clockDetails, clocksApart, pathHeader } from '../engine/query/paths.ts';
import type { EngineQueries, QueryAnswer, QueryArgs, QueryName } from './api.ts';
import { compareWith } from './compare.ts';
import { contextOf } from './context.ts';
import { framePlace, packetAt, pathOfPacket, pathPacket } from './framePlaces.ts';
import { gatherAhead } from './gatherAhead.ts';
import {
  checkFilter,
  curveSources,
  curves,
  detail,
  packetAtPosition,
  packetList,
  packetPosition,
  packetsBetween,
  suggestions,
  totals,
} from './inspect.ts';
import { ladderQueries } from './ladder.ts';
import { band, replaySummary, whatIfAnswer } from './replay.ts';
import type { Session } from './session.ts';
import { share, shareLadder, sharePreview } from './share.ts';
import { labelOf, verdict } from './verdict.ts';

type Handlers = {
  readonly [K in QueryName]: (
    session: Session,
    ...args: QueryArgs<K>
  ) => ReturnType<EngineQueries[K]> | Promise<ReturnType<EngineQueries[K]>>;
};

const HANDLERS: Handlers = {
  verdict,
  paths: (session, from, count) => session.analysis?.correlation.paths.slice(from, from + count) ?? [],
  connections: (session, request) => {
    if (!session.analysis) return { total: 0, matched: 0, from: 0, rows: [] };
    gatherAhead(session);
    return listConnections(session.analysis, request);
  },
  connectionPosition: (session, request, path) => (session.analysis ? connectionPosition(session.analysis, request, path) : -1),
  pathHeader: (session, path, language) => {
    const { analysis } = session;
    const id = path ?? analysis?.diagnosis.findings[0]?.path ?? analysis?.correlation.paths[0]?.id;
    return analysis && id !== undefined && id !== null ? pathHeader(analysis, id, language) : null;
  },
  clocks: (session, language) => (session.analysis ? clockDetails(session.analysis, language) : []),
  clocksApart: (session, language) => (session.analysis ? clocksApart(session.analysis, language) : []),
  packetLabels: (session, packets) => packets.map((p) => labelOf(session.analysis?.workspace.taps ?? [], p)),
  framePlaces: (session, packets) => packets.map((packet) => framePlace(session, packet)),
  packetsAt: (session, places) => places.map((place) => packetAt(session, place)),
  pathPacket,
  pathOfPacket,
  openIncident: async (_session, file) => openIncident(new Uint8Array(await file.arrayBuffer())),
  compareWith,
  contextRecord: (session) => recordContext(contextOf(session)),
  sharePreview,
  share,
  shareLadder,
  packetList,
  packetPosition,
  packetAtPosition,
  packetsBetween,
  packetTotals: totals,
  checkFilter,
  filterSuggestions: suggestions,
  packetDetail: detail,
  plotSources: curveSources,
  plot: curves,
  replaySummary,
  whatIf: whatIfAnswer,
  windowBand: band,
  ...ladderQueries,
};

export async function answer<K extends QueryName>(session: Session, name: K, args: QueryArgs<K>): Promise<QueryAnswer<K>> {
  const handler: Handlers[K] = HANDLERS[name];
  return (await handler(session, ...args)) as QueryAnswer<K>;
}
