// Why the legs of a path are one connection: found when somebody asks, as it takes a look at packets that lie far apart in memory.
import { sameEndpoint } from '../model/address.ts';
import type { Correlation, JoinReason, Leg, Path, Workspace } from '../model/correlation.ts';
import { HAS_TS, PAYLOAD_CUT, SYN } from '../model/packetTable.ts';

/** What joins the legs of a path, in order of weight, and how sure that is: 0…1. */
export interface Join {
  readonly score: number;
  readonly reasons: readonly JoinReason[];
}

/** Packets compared. */
const COMPARED = 12;

export function joinOf(workspace: Workspace, correlation: Correlation, path: Path): Join {
  const stops = stopsOf(path);
  if (stops < 2) return { score: 1, reasons: [{ kind: 'single-tap', count: 1 }] };
  const counts = { ranges: 0, timestamps: 0, payload: 0, ipId: 0, handshakes: 0 };
  for (const [tapA, a, tapB, b] of path.isWhole ? pairsOfWhole(workspace, path) : pairsOfJourneys(correlation, path)) {
    const [pa, pb] = [workspace.taps[tapA].packets, workspace.taps[tapB].packets];
    if ((pa.flags[a] & SYN) !== 0) counts.handshakes++;
    if (pa.payloadLength[a] > 0) counts.ranges++;
    if ((pa.flags[a] & pb.flags[b] & HAS_TS) !== 0 && pa.tsval[a] === pb.tsval[b]) counts.timestamps++;
    if (pa.payloadLength[a] > 0 && pa.fingerprint[a] !== 0 && pa.fingerprint[a] === pb.fingerprint[b]) {
      const isUncut = ((pa.flags[a] | pb.flags[b]) & PAYLOAD_CUT) === 0;
      if (isUncut || pa.originalLength[a] === pb.originalLength[b]) counts.payload++;
    }
    if (pa.ipId[a] !== 0 && pa.ipId[a] === pb.ipId[b]) counts.ipId++;
  }
  const { isn } = path;
  const reasons: JoinReason[] = [];
  const add = (kind: JoinReason['kind'], count: number): void => {
    if (count > 0) reasons.push({ kind, count });
  };
  add(isn[0] !== null && isn[1] !== null ? 'isn-pair' : 'isn', isn[0] === null ? 0 : counts.handshakes);
  add('sequence-ranges', counts.ranges);
  add('timestamps', counts.timestamps);
  add('payload', counts.payload);
  add('ip-id', counts.ipId);
  add('same-tuple', isSameTupleTwice(path.legs, stops) ? stops : 0);
  // Each agreement leaves a quarter, or less, of the doubt that was there before.
  const doubt =
    (isn[0] !== null && counts.handshakes > 0 ? 1e-6 : 1) *
    0.25 ** Math.min(20, counts.ranges) *
    0.5 ** Math.min(20, counts.timestamps + counts.payload);
  return { score: 1 - doubt, reasons };
}

/** The same tuple cut in two by an odd SYN is one stop; strays may stand where no leg does. */
function stopsOf({ legs, strays }: Path): number {
  const isSameStop = (x: Leg, y: Leg): boolean => x.tap === y.tap && x.encapsulations === y.encapsulations && isSameTuple(x, y);
  const own = legs.filter((leg, i) => i === 0 || !isSameStop(leg, legs[i - 1])).length;
  return own + new Set(strays.flatMap(({ tap }) => (legs.some((leg) => leg.tap === tap) ? [] : [tap]))).size;
}

const isSameTuple = (x: Leg, y: Leg): boolean => sameEndpoint(x.client, y.client) && sameEndpoint(x.server, y.server);

/** Do fewer tuples stand at the stops than there are stops? */
const isSameTupleTwice = (legs: readonly Leg[], stops: number): boolean =>
  legs.filter((leg, i) => !legs.slice(0, i).some((other) => isSameTuple(leg, other))).length < stops;

type Pair = readonly [tapA: number, rowA: number, tapB: number, rowB: number];

/** The first packets as the first and the last leg saw them. */
function pairsOfWhole({ flows }: Workspace, { legs }: Path): Pair[] {
  const pairs: Pair[] = [];
  const [near, far] = [legs[0], legs[legs.length - 1]];
  for (const direction of [0, 1]) {
    let [a, b] = [-1, -1];
    for (;;) {
      a = nextRow(flows[near.tap].segments, near, direction, a);
      b = nextRow(flows[far.tap].segments, far, direction, b);
      if (a < 0 || b < 0) break;
      pairs.push([near.tap, flows[near.tap].segments.rows[a], far.tap, flows[far.tap].segments.rows[b]]);
      if (pairs.length === COMPARED) return pairs;
    }
  }
  return pairs;
}

/** Place in `rows` of a leg's next packet in a direction after the one at `at` (−1: the first); −1 none. */
function nextRow({ rowStart, direction }: Workspace['flows'][number]['segments'], leg: Leg, wanted: number, at: number): number {
  const from = at < 0 ? rowStart[leg.connection] : at + 1;
  for (let i = from; i < rowStart[leg.connection + 1]; i++) if (direction[i] === (leg.originalDirection ^ wanted)) return i;
  return -1;
}

function pairsOfJourneys(correlation: Correlation, { id }: Path): Pair[] {
  const { pathStart, pathEnd, direction, start, sightingTap, sightingRow } = correlation.journeysOf(id);
  const pairs: Pair[] = [];
  for (const wanted of [0, 1]) {
    for (let j = pathStart[id]; j < pathEnd[id] && pairs.length < COMPARED; j++) {
      const [a, b] = [start[j], start[j + 1] - 1];
      if (direction[j] === wanted && a < b) pairs.push([sightingTap[a], sightingRow[a], sightingTap[b], sightingRow[b]]);
    }
  }
  return pairs;
}
