// Joined legs → path drafts: which leg stands for the path at each stop, and which legs are strays there.
import { SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import { ACK, RST } from '../model/packetTable.ts';
import {
  connectionOfLeg,
  endpointNumber,
  flowOfLeg,
  isExchange,
  type LegIndex,
  pointOfLeg,
  rowCountOfLeg,
  rowOfLeg,
  rowsOfLeg,
  speaks,
} from './legs.ts';
import { ENOUGH_SAME, sameSegments } from './sameSegments.ts';
import type { LegUnion } from './union.ts';

/** A leg with the direction of its tuple that is ORIGINAL on the path. */
export interface DraftLeg {
  readonly leg: number;
  readonly original: 0 | 1;
}

/** A point on the path. Several main legs: the same tuple cut in two by an odd SYN. */
export interface Stop {
  readonly point: number;
  readonly main: readonly DraftLeg[];
  readonly strays: readonly DraftLeg[];
}

export interface PathDraft {
  /** In order of points first; from client to server once ordered. */
  stops: readonly Stop[];
}

const NO_STRAYS: readonly DraftLeg[] = [];

/** Of each connection its first leg and the next one of each: as numbers, as there may be very many. */
export function draftPaths(legs: LegIndex, union: LegUnion): PathDraft[] {
  const latest = new Int32Array(legs.count).fill(-1);
  const next = new Int32Array(legs.count).fill(-1);
  const first: number[] = [];
  for (let leg = 0; leg < legs.count; leg++) {
    if (rowCountOfLeg(legs, leg) === 0) continue;
    const root = union.root(leg);
    if (latest[root] < 0) first.push(leg);
    else next[latest[root]] = leg;
    latest[root] = leg;
  }
  const served = new Served(legs);
  const members: number[] = [];
  return first.map((leg) => {
    members.length = 0;
    for (let member = leg; member >= 0; member = next[member]) members.push(member);
    return { stops: stopsOf(legs, union, members, served) };
  });
}

const handshake = (legs: LegIndex, leg: number): number => legs.handshake[leg];

function stopsOf(legs: LegIndex, union: LegUnion, members: readonly number[], served: Served): readonly Stop[] {
  let votes = 0;
  for (const leg of members) {
    const towards = (flowOfLeg(legs, leg).opener[connectionOfLeg(legs, leg)] ^ union.flip(leg)) === 1 ? 1 : -1;
    const certain = handshake(legs, leg);
    votes += towards * ((certain & SYN_SEEN) !== 0 ? 1e12 : certain !== 0 ? 1e9 : rowCountOfLeg(legs, leg));
  }
  const oriented = members.map((leg): DraftLeg => ({ leg, original: union.flip(leg) === (votes > 0 ? 1 : 0) ? 0 : 1 }));
  const pointOf = ({ leg }: DraftLeg): number => legs.pointOf[leg];
  // Most paths are one leg at each of their points.
  if (oriented.every((d, i) => i === 0 || pointOf(d) !== pointOf(oriented[i - 1])))
    return oriented.map((d): Stop => ({ point: pointOf(d), main: [d], strays: NO_STRAYS }));
  const stops: Stop[] = [];
  for (let i = 0; i < oriented.length; ) {
    let j = i + 1;
    while (j < oriented.length && pointOf(oriented[j]) === pointOf(oriented[i])) j++;
    addStops(legs, stops, pointOf(oriented[i]), oriented.slice(i, j), oriented, served);
    i = j;
  }
  return stops;
}

/**
 * The leg that saw the opening SYN, else one that no end refuses, else the larger one, stands for the path; others under the same tuple too; the
 * rest are strays. Where all are RSTs, how many there are says nothing: it is the tuple whose server others reach here, else the one that NAT made.
 */
function addStops(
  legs: LegIndex,
  stops: Stop[],
  point: number,
  here: readonly DraftLeg[],
  everywhere: readonly DraftLeg[],
  served: Served,
): void {
  if (here.length === 1) {
    stops.push({ point, main: here, strays: NO_STRAYS });
    return;
  }
  const isTold = here.some((d) => isSpokenOn(legs, d));
  const isElsewhere = ({ leg, original }: DraftLeg): boolean =>
    everywhere.some(
      (d) =>
        legs.pointOf[d.leg] !== point &&
        isSpokenOn(legs, d) &&
        endpointNumber(legs, d.leg, 1 - d.original) === endpointNumber(legs, leg, 1 - original),
    );
  const rank = (d: DraftLeg): number => {
    const h = handshake(legs, d.leg);
    return (
      ((h & SYN_SEEN) !== 0 ? 2e12 : 0) +
      ((h & SYN_ACK_SEEN) !== 0 ? 1e12 : 0) +
      (isRefused(legs, d.leg, here) ? 0 : 1e11) +
      (isTold || !served.isAt(point, endpointNumber(legs, d.leg, 1 - d.original)) ? 0 : 2e10) +
      (isTold || isElsewhere(d) ? 0 : 1e10) +
      rowCountOfLeg(legs, d.leg)
    );
  };
  const sorted = [...here].sort((a, b) => rank(b) - rank(a) || a.leg - b.leg);
  const tupleOf = (d: DraftLeg): number => flowOfLeg(legs, d.leg).tuple[connectionOfLeg(legs, d.leg)];
  const mains = new Map<number, DraftLeg[]>();
  const strays: DraftLeg[] = [];
  for (const d of sorted) {
    const same = mains.get(tupleOf(d));
    if (same !== undefined) same.push(d);
    // Two opened tuples at one point: the packets pass it twice, before and after NAT.
    else if (
      mains.size === 0 ||
      (handshake(legs, d.leg) & SYN_SEEN) !== 0 ||
      isOtherHalf(legs, d, sorted[0]) ||
      isBothSides(legs, d, sorted[0])
    )
      mains.set(tupleOf(d), [d]);
    else strays.push(d);
  }
  let first = true;
  for (const main of mains.values()) {
    stops.push({ point, main: main.sort((a, b) => a.leg - b.leg), strays: first ? strays : NO_STRAYS });
    first = false;
  }
}

/**
 * Does only the server speak under this tuple, and only the client under the other, who acknowledges it? Then it was translated before the client
 * had it, and the point sees one direction before the NAT and the other one beyond. A client that knows no such connection refuses instead.
 */
function isOtherHalf(legs: LegIndex, half: DraftLeg, main: DraftLeg): boolean {
  if (speaks(legs, half.leg, half.original) || !speaks(legs, half.leg, 1 - half.original)) return false;
  if (!speaks(legs, main.leg, main.original) || speaks(legs, main.leg, 1 - main.original)) return false;
  const [theirs, side] = [flowOfLeg(legs, half.leg), 2 * connectionOfLeg(legs, half.leg) + 1 - half.original];
  const { packets } = pointOfLeg(legs, main.leg);
  if (theirs.resets[side ^ 1] > 0) return false;
  const sent = (theirs.sndNxt[side] - theirs.isn[side]) >>> 0;
  for (let i = 0; i < rowCountOfLeg(legs, main.leg); i++) {
    const row = rowOfLeg(legs, main.leg, i);
    if ((packets.flags[row] & (ACK | RST)) !== ACK || (packets.tuple[row] & 1) !== main.original) continue;
    const taken = (packets.ack[row] - theirs.isn[side]) >>> 0;
    if (taken > 0 && taken <= sent) return true;
  }
  return false;
}

/**
 * Do both ends speak under both tuples, with the same segments? What leaks is answered with RSTs, and NAT that takes another port goes on with
 * others: one segment of the client's under both will do.
 */
function isBothSides(legs: LegIndex, leg: DraftLeg, main: DraftLeg): boolean {
  if (!isExchange(legs, leg.leg) || !isExchange(legs, main.leg)) return false;
  const { packets } = pointOfLeg(legs, leg.leg);
  const same = sameSegments(packets, rowsOfLeg(legs, leg.leg), rowsOfLeg(legs, main.leg), 1);
  return same.length >= ENOUGH_SAME || same.some(([row]) => (packets.tuple[row] & 1) === leg.original);
}

/** Has one of its ends nothing but RSTs to say here, and more under another tuple? Then it knows that connection, and not this one. */
function isRefused(legs: LegIndex, leg: number, here: readonly DraftLeg[]): boolean {
  return [0, 1].some((side) => {
    if (speaks(legs, leg, side)) return false;
    const end = endpointNumber(legs, leg, side);
    return here.some((d) => [0, 1].some((s) => endpointNumber(legs, d.leg, s) === end && speaks(legs, d.leg, s)));
  });
}

const isSpokenOn = (legs: LegIndex, { leg }: DraftLeg): boolean => speaks(legs, leg, 0) || speaks(legs, leg, 1);

/** The endpoints to which connections were opened at a point. */
class Served {
  readonly #legs: LegIndex;
  readonly #known = new Map<number, ReadonlySet<number>>();

  constructor(legs: LegIndex) {
    this.#legs = legs;
  }

  isAt(point: number, endpoint: number): boolean {
    let known = this.#known.get(point);
    if (known === undefined) {
      known = this.#endpointsAt(point);
      this.#known.set(point, known);
    }
    return known.has(endpoint);
  }

  #endpointsAt(point: number): ReadonlySet<number> {
    const legs = this.#legs;
    const { legBase, connectionCount } = legs.points[point];
    const endpoints = new Set<number>();
    for (let leg = legBase; leg < legBase + connectionCount; leg++) {
      if (legs.handshake[leg] !== 0) endpoints.add(endpointNumber(legs, leg, 1 - flowOfLeg(legs, leg).opener[leg - legBase]));
    }
    return endpoints;
  }
}
