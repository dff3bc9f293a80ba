// Who answers which query. A handler gets the session and the arguments, and returns plain data: viewport-sized, never a master column.
import { frameOf } from '../engine/model/capture.ts';
import type { PacketRef } from '../engine/model/units.ts';
import type { EngineQueries, QueryAnswer, QueryArgs, QueryName } from './api.ts';
import type { Session } from './session.ts';
import { verdict } from './verdict.ts';

type Handlers = {
  readonly [K in QueryName]: (
    session: Session,
    ...args: QueryArgs<K>
  ) => ReturnType<EngineQueries[K]> | Promise<ReturnType<EngineQueries[K]>>;
};

const HANDLERS: Handlers = {
  verdict,
  paths: (session, from, count) => session.analysis?.correlation.paths.slice(from, from + count) ?? [],
  packetLabels: (session, packets) => packets.map((p) => packetLabel(session, p)),
};

export async function answer<K extends QueryName>(session: Session, name: K, args: QueryArgs<K>): Promise<QueryAnswer<K>> {
  const handler: Handlers[K] = HANDLERS[name];
  return (await handler(session, ...args)) as QueryAnswer<K>;
}

/** `pilot #1490` */
export function packetLabel(session: Session, packet: PacketRef): string {
  const tap = session.analysis?.workspace.taps[packet.tap];
  return tap ? `${tap.name} #${frameOf(tap, packet.row).frame}` : '';
}
