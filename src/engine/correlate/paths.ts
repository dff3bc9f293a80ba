// Drafts, roles and journeys → the paths that everything after correlation reads.
import { SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import type { JoinReason, JourneyTable, Leg, Path, Stray } from '../model/correlation.ts';
import { HAS_TS, PAYLOAD_CUT, RST, SYN } from '../model/packetTable.ts';
import { connectionId, nanos, pathId, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import type { DraftLeg, Stop } from './drafts.ts';
import { connectionOfLeg, endpointFromNumber, flowOfLeg, type LegIndex, pointOfLeg, rowCountOfLeg, rowOfLeg, rowsOfLeg } from './legs.ts';
import { type Ends, endsOf } from './roles.ts';

/** Packets compared for the reasons of a join. */
const COMPARED = 12;

/** @param resetPaths those with a RST, ascending */
export function buildPaths(context: Context, table: JourneyTable, lastTime: Float64Array, resetPaths: readonly number[]): Path[] {
  const resets = new Uint32Array(context.drafts.length);
  for (const path of resetPaths) resets[path] = countResets(table, path);
  const shared = new SharedReasons();
  return context.drafts.map((_, path) => buildPath(context, table, path, lastTime[path], resets[path], shared));
}

function countResets({ tcpFlags, pathStart }: JourneyTable, path: number): number {
  let resets = 0;
  for (let j = pathStart[path]; j < pathStart[path + 1]; j++) if ((tcpFlags[j] & RST) !== 0) resets++;
  return resets;
}

/** Reasons of joins, equal ones kept once: of many connections most are joined for the same reasons. */
class SharedReasons {
  readonly #known = new Map<string, readonly JoinReason[]>();

  of(reasons: readonly JoinReason[]): readonly JoinReason[] {
    let key = '';
    for (const { kind, count } of reasons) key += `${kind} ${count} `;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, reasons);
    return reasons;
  }
}

function buildPath(context: Context, table: JourneyTable, path: number, lastTime: number, resets: number, shared: SharedReasons): Path {
  const { drafts, roles, legs } = context;
  const { stops } = drafts[path];
  const { near, far, natBefore, hasNat } = roles[path];
  const pathLegs = stops.flatMap((stop) => stop.main.map((d) => buildLeg(context, stop, d)));
  const natLeg = natBefore < 0 ? -1 : stops.slice(0, natBefore).reduce((n, s) => n + s.main.length, 0);
  const strays = stops.flatMap((stop) => stop.strays.flatMap((d) => buildStrays(context, path, stop, d)));
  const all = stops.flatMap((s) => [...s.main, ...s.strays]);
  const client = endpointFromNumber(legs, near.client);
  const server = endpointFromNumber(legs, far.server);
  const service = endpointFromNumber(legs, near.server);
  const behind = endpointFromNumber(legs, far.client);
  const { isn, windowScale, payloadBytes, retransmissions } = totals(context, all);
  const { score, reasons } = reasonsOf(context, path, isn);
  return {
    id: pathId(path),
    client,
    service: hasNat && near.server !== far.server ? service : null,
    server,
    legs: pathLegs,
    strays,
    dnat: near.server === far.server ? null : { from: service, to: server },
    snat: near.client === far.client ? null : { from: client, to: behind },
    natBefore: natLeg,
    score,
    reasons: shared.of(reasons),
    isn,
    windowScale,
    firstTime: nanos(table.firstTime[table.pathStart[path]]),
    lastTime: nanos(lastTime),
    packets: all.reduce((n, d) => n + rowCountOfLeg(legs, d.leg), 0),
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

/** Why the legs are one connection: what agreed in the packets that two stops saw. */
function reasonsOf(context: Context, path: number, isn: Path['isn']): { score: number; reasons: JoinReason[] } {
  const { groups, drafts, legs } = context;
  const { stops } = drafts[path];
  if (stops.length < 2) return { score: 1, reasons: SINGLE_TAP };
  const counts = { ranges: 0, timestamps: 0, payload: 0, ipId: 0, handshakes: 0 };
  const end = Math.min(groups.pathStart[path + 1], groups.pathStart[path] + COMPARED);
  for (let g = groups.pathStart[path]; g < end; g++) {
    const at = groups.sightOf(path, g, stops.length);
    let [a, b] = [-1, -1];
    for (let k = 0; k < stops.length; k++) {
      if (groups.sight[at + k] === 0) continue;
      if (a < 0) a = k;
      b = k;
    }
    if (a === b) continue;
    const [pa, pb] = [legs.points[stops[a].point].packets, legs.points[stops[b].point].packets];
    const [ra, rb] = [groups.sight[at + a] - 1, groups.sight[at + b] - 1];
    if ((pa.flags[ra] & SYN) !== 0) counts.handshakes++;
    if (groups.length[g] > 0) counts.ranges++;
    if ((pa.flags[ra] & pb.flags[rb] & HAS_TS) !== 0 && pa.tsval[ra] === pb.tsval[rb]) counts.timestamps++;
    // The packets lie far apart in memory: what a segment without payload can't say is not asked.
    if (groups.length[g] > 0 && pa.fingerprint[ra] !== 0 && pa.fingerprint[ra] === pb.fingerprint[rb]) {
      const isWhole = ((pa.flags[ra] | pb.flags[rb]) & PAYLOAD_CUT) === 0;
      if (isWhole || pa.originalLength[ra] === pb.originalLength[rb]) counts.payload++;
    }
    if (pa.ipId[ra] !== 0 && pa.ipId[ra] === pb.ipId[rb]) counts.ipId++;
  }
  const reasons: JoinReason[] = [];
  const add = (kind: JoinReason['kind'], count: number): void => {
    if (count > 0) reasons.push({ kind, count });
  };
  add(isn[0] !== null && isn[1] !== null ? 'isn-pair' : 'isn', isn[0] === null ? 0 : counts.handshakes);
  add('sequence-ranges', counts.ranges);
  add('timestamps', counts.timestamps);
  add('payload', counts.payload);
  add('ip-id', counts.ipId);
  add('same-tuple', isSameTupleTwice(legs, stops) ? stops.length : 0);
  // Each agreement leaves a quarter, or less, of the doubt that was there before.
  const doubt =
    (isn[0] !== null && counts.handshakes > 0 ? 1e-6 : 1) *
    0.25 ** Math.min(20, counts.ranges) *
    0.5 ** Math.min(20, counts.timestamps + counts.payload);
  return { score: 1 - doubt, reasons };
}

/** Do fewer tuples stand at the stops than there are stops? */
function isSameTupleTwice(legs: LegIndex, stops: readonly Stop[]): boolean {
  const seen: Ends[] = [];
  for (const { main } of stops) {
    for (const d of main) {
      const ends = endsOf(legs, d);
      if (!seen.some((e) => e.client === ends.client && e.server === ends.server)) seen.push(ends);
    }
  }
  return seen.length < stops.length;
}

const SINGLE_TAP: JoinReason[] = [{ kind: 'single-tap', count: 1 }];
