// Attaches what no handshake opened to the connection whose numbers it continues: a leaked reply and the RST that answers it,
// segments that NAT gave another port, a connection picked up afresh towards another backend.
import { sortBy } from '../../base/sortBy.ts';
import { ACK, HAS_TS, RST, SYN } from '../model/packetTable.ts';
import {
  connectionOfLeg,
  endpointNumber,
  flowOfLeg,
  hasHandshake,
  type LegIndex,
  pointOfLeg,
  rowCountOfLeg,
  rowOfLeg,
  speaks,
} from './legs.ts';
import type { LegUnion } from './union.ts';

/** Candidates tried per endpoint; beyond this an endpoint says nothing about who belongs to whom. */
const MAX_HOSTS = 256;
/** Rows of a candidate that must fit its host. */
const MAX_ROWS = 16;
/** A sender may run this far ahead of what was captured of it. */
const AHEAD = 4 * 1024 * 1024;
/** How old a segment may be that was sent before the capture began, octets before the first that was captured. */
const BEHIND = 16 * 1024 * 1024;
/** Evidence needed, in bits: chance that unrelated numbers fit is 2^−bits. An endpoint in common comes on top. */
const MIN_BITS = 16;
/** Timestamps of one sender within this many ticks of each other are near in time. */
const TS_NEAR = 3_600_000;
/** A leg no larger than the smallest stray may be its host by who speaks there, from so many packets on: scans have fewer. */
const MIN_HOST_ROWS = 3;
const EXACT_SEARCH_ROWS = 200_000;
const HOUR = 3_600e9;
/** What an equal tuple at another capture point says by itself, and how far apart two clocks may be for it to say so. */
const TUPLE_BITS = 16;
const CLOCKS_APART = 60e9;

export function attachStrays(legs: LegIndex, union: LegUnion): void {
  const unopened: number[] = [];
  const opened = new Uint8Array(legs.count);
  let largest = 0;
  for (let leg = 0; leg < legs.count; leg++) {
    if (rowCountOfLeg(legs, leg) === 0) continue;
    largest = Math.max(largest, rowCountOfLeg(legs, leg));
    if (hasHandshake(legs, leg)) opened[union.root(leg)] = 1;
    else unopened.push(leg);
  }
  // A component that some leg opened is a connection in its own right, not a stray of another.
  const loose = unopened.filter((leg) => opened[union.root(leg)] === 0);
  if (loose.length === 0) return;
  sortBy(loose, (leg) => rowCountOfLeg(legs, leg));
  if (rowCountOfLeg(legs, loose[0]) === largest && opened.every((is) => is === 0)) return;
  const hosts = hostsByEndpoint(legs, loose);
  for (const leg of loose) {
    let best: Fit | null = null;
    for (const side of [0, 1]) {
      const shared = endpointNumber(legs, leg, side);
      for (const host of hosts(shared, endpointNumber(legs, leg, 1 - side))) {
        if (host === leg || union.root(host) === union.root(leg) || isSmaller(legs, host, leg, side, shared)) continue;
        const fit = fitOf(legs, leg, side, host, shared);
        if (fit !== null && (best === null || fit.bits > best.bits)) best = fit;
      }
    }
    if (best !== null) union.join(leg, best.host, best.crossed);
  }
}

/**
 * Only a connection that was opened can host a stray, or one under which the end that they share speaks where it knows of no stray, or a larger
 * one; none that this end answers with nothing but RSTs.
 */
function isSmaller(legs: LegIndex, host: number, leg: number, side: number, shared: number): boolean {
  if (hasHandshake(legs, host)) return false;
  const hostSide = endpointNumber(legs, host, 0) === shared ? 0 : 1;
  const [mine, theirs] = [speaks(legs, leg, side), speaks(legs, host, hostSide)];
  if (!theirs && flowOfLeg(legs, host).sent[2 * connectionOfLeg(legs, host) + hostSide] > 0) return true;
  return mine === theirs ? rowCountOfLeg(legs, host) <= rowCountOfLeg(legs, leg) : mine;
}

/**
 * Legs that could host a loose leg (the smallest first) by their size, or by who speaks there, by an endpoint that both have; where an endpoint is busy, only those whose other
 * address is the same too. Of a scan there are as many endpoints as packets and no hosts: only numbers are kept of them.
 */
function hostsByEndpoint(legs: LegIndex, loose: readonly number[]): (shared: number, other: number) => readonly number[] {
  const least = rowCountOfLeg(legs, loose[0]);
  const isHost = (leg: number): boolean =>
    rowCountOfLeg(legs, leg) > least ||
    hasHandshake(legs, leg) ||
    (rowCountOfLeg(legs, leg) >= MIN_HOST_ROWS && (speaks(legs, leg, 0) || speaks(legs, leg, 1)));
  const places = new Map<number, number>();
  for (const leg of loose) for (const side of [0, 1]) places.set(endpointNumber(legs, leg, side), 0);
  let place = 0;
  for (const endpoint of places.keys()) places.set(endpoint, place++);
  const wide = new HostLists(Infinity);
  forEachEnd(legs, (leg, endpoint) => {
    const at = places.get(endpoint);
    if (at !== undefined) wide.add(at, leg, isHost(leg));
  });
  const narrow = new HostLists(MAX_HOSTS);
  const keyOf = (at: number, other: number): number => at * legs.addressText.length + Math.floor(other / 65536);
  if (wide.isAnyBusy) {
    forEachEnd(legs, (leg, endpoint, other) => {
      const at = places.get(endpoint);
      if (at !== undefined && wide.isBusy(at)) narrow.add(keyOf(at, other), leg, isHost(leg));
    });
  }
  return (shared, other) => {
    const at = places.get(shared) ?? -1;
    return wide.isBusy(at) ? narrow.of(keyOf(at, other)) : wide.of(at);
  };
}

function forEachEnd(legs: LegIndex, visit: (leg: number, endpoint: number, other: number) => void): void {
  for (let leg = 0; leg < legs.count; leg++) {
    if (rowCountOfLeg(legs, leg) === 0) continue;
    const [a, b] = [endpointNumber(legs, leg, 0), endpointNumber(legs, leg, 1)];
    visit(leg, a, b);
    visit(leg, b, a);
  }
}

const NO_HOSTS: readonly number[] = [];

/** By a number: how many legs there are, and of the first so many those that could host another. */
class HostLists {
  isAnyBusy = false;
  readonly #most: number;
  readonly #counts = new Map<number, number>();
  readonly #lists = new Map<number, number[]>();

  constructor(most: number) {
    this.#most = most;
  }

  add(key: number, leg: number, isHost: boolean): void {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    if (count > MAX_HOSTS) return;
    if (count === MAX_HOSTS) this.isAnyBusy = true;
    if (!isHost || count >= this.#most) return;
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [leg]);
    else list.push(leg);
  }

  /** More than say who belongs to whom? */
  isBusy(key: number): boolean {
    return (this.#counts.get(key) ?? 0) > MAX_HOSTS;
  }

  of(key: number): readonly number[] {
    return this.#lists.get(key) ?? NO_HOSTS;
  }
}

interface Fit {
  readonly host: number;
  readonly bits: number;
  readonly crossed: number;
}

/** Do all segments of `leg` continue the numbers of `host`? */
function fitOf(legs: LegIndex, leg: number, side: number, host: number, shared: number): Fit | null {
  const crossed = side ^ (endpointNumber(legs, host, 0) === shared ? 0 : 1);
  const { packets } = pointOfLeg(legs, leg);
  const flow = flowOfLeg(legs, host);
  const c = connectionOfLeg(legs, host);
  if (pointOfLeg(legs, host).tap === pointOfLeg(legs, leg).tap) {
    const mine = flowOfLeg(legs, leg);
    const first = mine.firstTime[connectionOfLeg(legs, leg)];
    const isBefore = hasHandshake(legs, host) && first < flow.firstTime[c];
    if (isBefore || first > flow.lastTime[c] + HOUR) return null;
  }
  const isTuple = sharesTuple(legs, leg, side, host, shared);
  const behind = hasHandshake(legs, host) ? 0 : BEHIND;
  const ranges = [rangeOf(legs, host, 0), rangeOf(legs, host, 1)];
  const bits = [0, 0];
  let exact = 0;
  const rows = Math.min(MAX_ROWS, rowCountOfLeg(legs, leg));
  for (let i = 0; i < rows; i++) {
    const row = rowOfLeg(legs, leg, i);
    const f = packets.flags[row];
    const d = (packets.tuple[row] & 1) ^ crossed;
    const bare = (f & RST) !== 0 && packets.seq[row] === 0;
    if (!bare) {
      const b = bitsInRange(packets.seq[row], ranges[d], behind, (f & RST) !== 0 && ranges[d].isSent ? 1 : AHEAD);
      if (b < 0 && !isTuple) return null;
      bits[d] = Math.max(bits[d], b);
    }
    if ((f & ACK) !== 0) {
      const b = bitsInRange(packets.ack[row], ranges[1 - d], behind, AHEAD);
      if (b < 0) return null;
      bits[1 - d] = Math.max(bits[1 - d], b);
    }
    if ((f & HAS_TS) !== 0 && !isNearTimestamp(legs, host, d, packets.tsval[row])) return null;
    if ((f & (RST | ACK)) === RST && exact === 0 && acknowledges(legs, host, 1 - d, packets.seq[row])) exact = 12;
  }
  const total = bits[0] + bits[1] + exact + (isTuple ? TUPLE_BITS : 0);
  return total >= MIN_BITS ? { host, bits: total, crossed } : null;
}

/**
 * Another capture point saw a connection of this very tuple at that time: no second one can exist. Segments that stand here alone are
 * of that connection, however far off their numbers are.
 */
function sharesTuple(legs: LegIndex, leg: number, side: number, host: number, shared: number): boolean {
  if (legs.pointOf[leg] === legs.pointOf[host]) return false;
  const hostSide = endpointNumber(legs, host, 0) === shared ? 0 : 1;
  if (endpointNumber(legs, leg, 1 - side) !== endpointNumber(legs, host, 1 - hostSide)) return false;
  const [mine, theirs] = [pointOfLeg(legs, leg).packets, pointOfLeg(legs, host).packets];
  const since = Number(mine.epoch - theirs.epoch) + flowOfLeg(legs, leg).firstTime[connectionOfLeg(legs, leg)];
  const [flow, c] = [flowOfLeg(legs, host), connectionOfLeg(legs, host)];
  return since > flow.firstTime[c] - CLOCKS_APART && since < flow.lastTime[c] + CLOCKS_APART;
}

/** Numbers that a direction of the host was seen to use: it sent them, or, where that was not captured, they were acknowledged to it. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly isSent: boolean;
}

function rangeOf(legs: LegIndex, host: number, direction: number): Range {
  const flow = flowOfLeg(legs, host);
  const side = 2 * connectionOfLeg(legs, host) + direction;
  const sent = { from: flow.isn[side], to: flow.sndNxt[side], isSent: true };
  if (flow.sent[side] > 0) return sent;
  const { packets } = pointOfLeg(legs, host);
  const n = rowCountOfLeg(legs, host);
  const acknowledged = (i: number): number | null => {
    const row = rowOfLeg(legs, host, i);
    return (packets.flags[row] & ACK) !== 0 ? packets.ack[row] : null;
  };
  const [from, to] = [acknowledged(0), acknowledged(n - 1)];
  return from === null || to === null ? sent : { from, to, isSent: false };
}

/** How much a number says that lies in the range, or near it: before it no further than `behind`, after it than `ahead`; −1 where it lies outside. */
function bitsInRange(value: number, { from, to }: Range, behind: number, ahead: number): number {
  const width = ((to - from) >>> 0) + ahead + 1;
  const bits = bitsWithin(value, from - 1, width);
  return bits >= 0 || behind === 0 ? bits : bitsWithin(value, from - 1 - behind, width + behind);
}

function bitsWithin(value: number, from: number, width: number): number {
  return width >= 2 ** 31 || (value - from) >>> 0 > width ? -1 : 32 - Math.log2(width);
}

/** Is a timestamp near the first or last one that the host's sender showed? True where the host shows none. */
function isNearTimestamp(legs: LegIndex, host: number, direction: number, tsval: number): boolean {
  const { packets } = pointOfLeg(legs, host);
  const n = rowCountOfLeg(legs, host);
  let seen = 0;
  for (let i = 0; i < n && i < 64; i++) {
    for (const row of [rowOfLeg(legs, host, i), rowOfLeg(legs, host, n - 1 - i)]) {
      if ((packets.tuple[row] & 1) !== direction || (packets.flags[row] & HAS_TS) === 0) continue;
      if (Math.abs((tsval - packets.tsval[row]) | 0) <= TS_NEAR) return true;
      seen++;
    }
  }
  return seen === 0;
}

/** Did the host's `direction` ever send exactly this acknowledgement? A RST without a socket answers with that number. */
function acknowledges(legs: LegIndex, host: number, direction: number, number: number): boolean {
  const { packets } = pointOfLeg(legs, host);
  const n = rowCountOfLeg(legs, host);
  for (let i = n - 1; i >= 0 && n - i < EXACT_SEARCH_ROWS; i--) {
    const row = rowOfLeg(legs, host, i);
    if (packets.ack[row] === number && (packets.tuple[row] & 1) === direction && (packets.flags[row] & (ACK | SYN)) === ACK) return true;
  }
  return false;
}
