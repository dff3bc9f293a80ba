// Drafts, roles and journeys → the paths that everything after correlation reads.
import { SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import type { JourneyTable, Leg, Path, Stray } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import { connectionId, nanos, pathId, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import type { DraftLeg, Stop } from './drafts.ts';
import type { Span } from './journeys.ts';
import {
  connectionOfLeg,
  endpointFromNumber,
  endpointNumber,
  type LegIndex,
  pointOfLeg,
  rowCountOfLeg,
  rowOfLeg,
  rowsOfLeg,
} from './legs.ts';
import { endsOf } from './roles.ts';

const NO_STRAYS: readonly Stray[] = [];

/** @param span first and last sighting of each path @param resetPaths those with a RST, ascending */
export function buildPaths(context: Context, table: JourneyTable, span: Span, resetPaths: readonly number[]): Path[] {
  const resets = new Uint32Array(context.drafts.length);
  for (const path of resetPaths) resets[path] = countResets(table, path);
  return context.drafts.map((_, path) => buildPath(context, path, span, resets[path]));
}

function countResets({ tcpFlags, pathStart, pathEnd }: JourneyTable, path: number): number {
  let resets = 0;
  for (let j = pathStart[path]; j < pathEnd[path]; j++) if ((tcpFlags[j] & RST) !== 0) resets++;
  return resets;
}

function buildPath(context: Context, path: number, span: Span, resets: number): Path {
  const { drafts, roles, legs } = context;
  const { stops } = drafts[path];
  const { near, far, natBefore, hasNat } = roles[path];
  const isPlain = stops.every((s) => s.main.length === 1 && s.strays.length === 0);
  const strays = isPlain ? NO_STRAYS : stops.flatMap((s) => s.strays.flatMap((d) => buildStrays(context, path, s, d)));
  const natLeg = natBefore < 0 || isPlain ? natBefore : stops.slice(0, natBefore).reduce((n, s) => n + s.main.length, 0);
  const client = endpointFromNumber(legs, near.client);
  const server = endpointFromNumber(legs, far.server);
  const service = endpointFromNumber(legs, near.server);
  const behind = endpointFromNumber(legs, far.client);
  const { packets, isn, windowScale, payloadBytes, retransmissions } = totals(legs, stops);
  return {
    id: pathId(path),
    client,
    service: hasNat && near.server !== far.server ? service : null,
    server,
    legs: isPlain ? stops.map((s) => buildLeg(legs, s, s.main[0])) : stops.flatMap((s) => s.main.map((d) => buildLeg(legs, s, d))),
    strays: strays.length > 0 ? strays : NO_STRAYS,
    dnat: near.server === far.server ? null : { from: service, to: server },
    snat: near.client === far.client ? null : { from: client, to: behind },
    natBefore: natLeg,
    isn,
    windowScale,
    isWhole: context.groups.whole[path] === 1,
    firstTime: nanos(span.first[path]),
    lastTime: nanos(span.last[path]),
    packets,
    payloadBytes,
    retransmissions,
    resets,
  };
}

function buildLeg(legs: LegIndex, stop: Stop, d: DraftLeg): Leg {
  const point = legs.points[stop.point];
  return {
    tap: point.tap,
    connection: connectionId(connectionOfLeg(legs, d.leg)),
    client: endpointFromNumber(legs, endpointNumber(legs, d.leg, d.original)),
    server: endpointFromNumber(legs, endpointNumber(legs, d.leg, 1 - d.original)),
    originalDirection: d.original,
    packets: rowCountOfLeg(legs, d.leg),
    encapsulations: point.encapsulations,
    rows: point.isPart && point.encapsulations === null ? rowsOfLeg(legs, d.leg) : null,
  };
}

/** A stray leg as one stray per direction: what leaked, and what was answered to it. */
function buildStrays(context: Context, path: number, stop: Stop, d: DraftLeg): Stray[] {
  const { legs, roles } = context;
  const kind = roles[path].strayKind.get(d.leg) ?? 'leak';
  const ends = endsOf(legs, d);
  const { packets } = pointOfLeg(legs, d.leg);
  const rows: [number[], number[]] = [[], []];
  for (let i = 0; i < rowCountOfLeg(legs, d.leg); i++) {
    const row = rowOfLeg(legs, d.leg, i);
    rows[(packets.tuple[row] & 1) ^ d.original].push(row);
  }
  const side = roles[path].side[context.drafts[path].stops.indexOf(stop)];
  return ([0, 1] as const)
    .filter((direction) => rows[direction].length > 0)
    .map((direction) => ({
      tap: tapId(legs.points[stop.point].tap),
      connection: connectionId(connectionOfLeg(legs, d.leg)),
      direction,
      rows: rows[direction].map(rowId),
      source: endpointFromNumber(legs, direction === 0 ? ends.client : ends.server),
      destination: endpointFromNumber(legs, direction === 0 ? ends.server : ends.client),
      kind: kind === 'leak' && (direction === 1) !== (side === 0) ? 'answer' : kind,
    }));
}

type Totals = Pick<Path, 'packets' | 'isn' | 'windowScale' | 'payloadBytes' | 'retransmissions'>;

function totals(legs: LegIndex, stops: readonly Stop[]): Totals {
  let [packets, retransmissions, sent, answered] = [0, 0, 0, 0];
  let isn: number | null = null;
  let replyIsn: number | null = null;
  let scale: number | null = null;
  let replyScale: number | null = null;
  for (const { point, main, strays } of stops) {
    for (let i = 0; i < main.length + strays.length; i++) {
      const { leg, original } = i < main.length ? main[i] : strays[i - main.length];
      const { tap, legBase, rowStart } = legs.points[point];
      const flow = legs.flows[tap];
      const c = leg - legBase;
      const flags = legs.handshake[leg];
      const [o, r] = [2 * c + original, 2 * c + 1 - original];
      packets += rowStart[c + 1] - rowStart[c];
      if ((flags & (SYN_SEEN | SYN_ACK_SEEN)) !== 0) isn ??= flow.isn[o];
      if ((flags & SYN_ACK_SEEN) !== 0) replyIsn ??= flow.isn[r];
      if (flow.windowScale[o] >= 0) scale ??= flow.windowScale[o];
      if (flow.windowScale[r] >= 0) replyScale ??= flow.windowScale[r];
      sent = Math.max(sent, flow.payloadBytes[o]);
      answered = Math.max(answered, flow.payloadBytes[r]);
      retransmissions = Math.max(retransmissions, flow.retransmissions[o] + flow.retransmissions[r]);
    }
  }
  return { packets, isn: [isn, replyIsn], windowScale: [scale, replyScale], payloadBytes: [sent, answered], retransmissions };
}
