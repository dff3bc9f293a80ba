// Drafts, roles and journeys → the paths that everything after correlation reads.
import { SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import type { JourneyTable, Leg, Path, Stray } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import { connectionId, nanos, pathId, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import type { DraftLeg, Stop } from './drafts.ts';
import type { Span } from './journeys.ts';
import { connectionOfLeg, endpointFromNumber, flowOfLeg, pointOfLeg, rowCountOfLeg, rowOfLeg, rowsOfLeg } from './legs.ts';
import { endsOf } from './roles.ts';

const NO_STRAYS: readonly Stray[] = [];

/** @param span first and last sighting of each path @param resetPaths those with a RST, ascending */
export function buildPaths(context: Context, table: JourneyTable, span: Span, resetPaths: readonly number[]): Path[] {
  const resets = new Uint32Array(context.drafts.length);
  for (const path of resetPaths) resets[path] = countResets(table, path);
  return context.drafts.map((_, path) => buildPath(context, path, span, resets[path]));
}

function countResets({ tcpFlags, pathStart }: JourneyTable, path: number): number {
  let resets = 0;
  for (let j = pathStart[path]; j < pathStart[path + 1]; j++) if ((tcpFlags[j] & RST) !== 0) resets++;
  return resets;
}

function buildPath(context: Context, path: number, span: Span, resets: number): Path {
  const { drafts, roles, legs } = context;
  const { stops } = drafts[path];
  const { near, far, natBefore, hasNat } = roles[path];
  const pathLegs: Leg[] = [];
  const strays: Stray[] = [];
  const all: DraftLeg[] = [];
  let packets = 0;
  for (const stop of stops) {
    for (const d of stop.main) pathLegs.push(buildLeg(context, stop, d));
    for (const d of stop.strays) strays.push(...buildStrays(context, path, stop, d));
    all.push(...stop.main, ...stop.strays);
  }
  for (const { leg } of all) packets += rowCountOfLeg(legs, leg);
  const natLeg = natBefore < 0 ? -1 : stops.slice(0, natBefore).reduce((n, s) => n + s.main.length, 0);
  const client = endpointFromNumber(legs, near.client);
  const server = endpointFromNumber(legs, far.server);
  const service = endpointFromNumber(legs, near.server);
  const behind = endpointFromNumber(legs, far.client);
  const { isn, windowScale, payloadBytes, retransmissions } = totals(context, all);
  return {
    id: pathId(path),
    client,
    service: hasNat && near.server !== far.server ? service : null,
    server,
    legs: pathLegs,
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

function buildLeg(context: Context, stop: Stop, d: DraftLeg): Leg {
  const { legs } = context;
  const ends = endsOf(legs, d);
  const point = legs.points[stop.point];
  return {
    tap: point.tap,
    connection: connectionId(connectionOfLeg(legs, d.leg)),
    client: endpointFromNumber(legs, ends.client),
    server: endpointFromNumber(legs, ends.server),
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

function totals(context: Context, all: readonly DraftLeg[]): Pick<Path, 'isn' | 'windowScale' | 'payloadBytes' | 'retransmissions'> {
  const { legs } = context;
  const isn: [number | null, number | null] = [null, null];
  const windowScale: [number | null, number | null] = [null, null];
  const payloadBytes: [number, number] = [0, 0];
  let retransmissions = 0;
  for (const { leg, original } of all) {
    const flow = flowOfLeg(legs, leg);
    const c = connectionOfLeg(legs, leg);
    const flags = legs.handshake[leg];
    const [o, r] = [2 * c + original, 2 * c + 1 - original];
    if ((flags & (SYN_SEEN | SYN_ACK_SEEN)) !== 0) isn[0] ??= flow.isn[o];
    if ((flags & SYN_ACK_SEEN) !== 0) isn[1] ??= flow.isn[r];
    if (flow.windowScale[o] >= 0) windowScale[0] ??= flow.windowScale[o];
    if (flow.windowScale[r] >= 0) windowScale[1] ??= flow.windowScale[r];
    payloadBytes[0] = Math.max(payloadBytes[0], flow.payloadBytes[o]);
    payloadBytes[1] = Math.max(payloadBytes[1], flow.payloadBytes[r]);
    retransmissions = Math.max(retransmissions, flow.retransmissions[o] + flow.retransmissions[r]);
  }
  return { isn, windowScale, payloadBytes, retransmissions };
}
