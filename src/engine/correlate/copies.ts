// One capture that holds every packet several times, unchanged: capture points of one host merged into one file, `-i any` where a
// packet passes a bridge and two interfaces, a mirror port of both directions. Each time is a place of its own on the packet's way.

import { EVENTFUL, type FlowAnalysis } from '../model/connection.ts';
import type { PacketTable } from '../model/packetTable.ts';
import { AT_ONCE_NANOS, isSamePacket, isUnmistakable, Twins } from './twins.ts';

/** Row-parallel: how many times the packet was seen before at the same place, at most MOST_COPIES − 1. */
export type Copies = Uint8Array;

export const MOST_COPIES = 4;
/** Of so many packets this share must come again within so few of their connection, or the capture is not looked at. */
const SAMPLE = 4096;
const MIN_SHARE = 0.1;
const NEXT = 4;
/** Share of a connection's unmistakable packets that were seen so often, for its RSTs, which are often alike, to be taken for as many fewer. */
const ALMOST_ALL = 0.75;

/** Delays of unmistakable copies between these shares are usual, and up to so much more for others. Nanos. */
const USUAL_FROM = 0.05;
const USUAL_TO = 0.95;
const MORE_NANOS = 1e6;
/** Connections of which so many segments were sent again, of so many, are looked at in any case. */
const AGAIN_SHARE = 0.2;
const AGAIN_LEAST = 8;

type IsOnePlace = (a: number, b: number) => boolean;

/** @param placeOf where a row was seen, as far as interface and hops tell; null: at one place @returns null where packets were seen once */
export function findCopies(packets: PacketTable, flow: FlowAnalysis, placeOf: ((row: number) => number) | null): Copies | null {
  const { connections, segments } = flow;
  const { rows, rowStart } = segments;
  const { ttl } = packets;
  const isOnePlace: IsOnePlace = (a, b) => ttl[a] === ttl[b] && (placeOf === null || placeOf(a) === placeOf(b));
  const isEverywhere = comesAgain(packets, rows, rowStart, isOnePlace) || opensAgain(packets, flow);
  const { sent, retransmissions } = connections;
  const isSentAgain = (side: number): boolean => sent[side] >= AGAIN_LEAST && retransmissions[side] > sent[side] * AGAIN_SHARE;
  let numbering: Numbering | null = null;
  let any = false;
  for (let c = 0; c < connections.length; c++) {
    if (!isEverywhere && !isSentAgain(2 * c) && !isSentAgain(2 * c + 1)) continue;
    numbering ??= new Numbering(packets, isOnePlace);
    if (numbering.number(rows.subarray(rowStart[c], rowStart[c + 1]))) any = true;
  }
  return any && numbering !== null ? numbering.copies : null;
}

/** Do packets come again at once, among those of the first connections? */
function comesAgain(packets: PacketTable, rows: Uint32Array, rowStart: Uint32Array, isOnePlace: IsOnePlace): boolean {
  let [all, again] = [0, 0];
  for (let c = 0; c + 1 < rowStart.length && all < SAMPLE; c++) {
    const own = rows.subarray(rowStart[c], Math.min(rowStart[c + 1], rowStart[c] + SAMPLE - all));
    for (let i = 0; i < own.length; i++) {
      const row = own[i];
      if (!isUnmistakable(packets, row)) continue;
      all++;
      for (let k = i - 1; k >= Math.max(0, i - NEXT); k--) {
        if (!isSamePacket(packets, own[k], row) || !isOnePlace(own[k], row)) continue;
        again++;
        break;
      }
    }
  }
  return again > 0 && again >= all * MIN_SHARE;
}

/** Does the very same SYN come again? Captures whose clocks are apart, in one file, show what follows far from where they show it first. */
function opensAgain({ synOptions, ipId, seq, ttl, tuple }: PacketTable, { connections, segments }: FlowAnalysis): boolean {
  const first = new Map<number, number>();
  let again = 0;
  for (let i = 0; i < synOptions.length && first.size < SAMPLE; i++) {
    const row = synOptions.row[i];
    const c = segments.connection[row] - 1;
    if (c < 0 || (connections.flags[c] & EVENTFUL) === 0) continue;
    const key = 2 * c + (tuple[row] & 1);
    const before = first.get(key);
    if (before === undefined) first.set(key, row);
    else if (ipId[row] !== 0 && ipId[before] === ipId[row] && seq[before] === seq[row] && ttl[before] === ttl[row]) again++;
  }
  return again > 0 && again >= first.size * MIN_SHARE;
}

/** Numbers the copies of one connection after the other. */
class Numbering {
  readonly copies: Copies;
  readonly #packets: PacketTable;
  readonly #isOnePlace: IsOnePlace;
  readonly #twins: Twins;
  /** By place among the rows in hand: has it a copy? */
  #isTaken = new Uint8Array(0);

  constructor(packets: PacketTable, isOnePlace: IsOnePlace) {
    this.copies = new Uint8Array(packets.length);
    this.#packets = packets;
    this.#isOnePlace = isOnePlace;
    this.#twins = new Twins(packets);
  }

  /** @param rows of a connection @returns were almost all packets of a direction seen several times? */
  number(rows: Uint32Array): boolean {
    const packets = this.#packets;
    const { tuple, time } = packets;
    const { copies } = this;
    const isSure = rows.map((row) => (isUnmistakable(packets, row) ? 1 : 0));
    /** By direction and copy: how long after the time before. Nanos. */
    const delays: number[][] = Array.from({ length: 2 * MOST_COPIES }, () => []);
    const at = (row: number, copy: number): number => 2 * copy + (tuple[row] & 1);
    this.#search(
      rows,
      (i) => isSure[i] === 1,
      () => MOST_COPIES,
      (before, row) => delays[at(row, copies[row])].push(time[row] - time[before]),
    );
    const seen = [new Uint32Array(MOST_COPIES), new Uint32Array(MOST_COPIES)];
    for (const [i, row] of rows.entries()) if (isSure[i] === 1) seen[tuple[row] & 1][copies[row]]++;
    for (const row of rows) copies[row] = 0;
    const times = seen.map(timesSeen);
    // A direction of which nothing tells is as the other.
    for (const d of [0, 1]) if (seen[d][0] === 0) times[d] = times[1 - d];
    if (times[0] < 2 && times[1] < 2) return false;
    const usual = delays.map(usualOf);
    const isUsual = (before: number, row: number): boolean => {
      const copy = copies[before] + 1;
      const { least, most } = usual[at(row, copy)] ?? usual[at(row, copy) ^ 1] ?? AT_ONCE;
      const delay = time[row] - time[before];
      return delay >= least && delay <= most;
    };
    this.#search(
      rows,
      () => true,
      (row) => times[tuple[row] & 1],
      () => {},
      (i, before, row) => isSure[i] === 1 || isUsual(before, row),
    );
    return true;
  }

  #search(
    rows: Uint32Array,
    isWanted: (place: number) => boolean,
    most: (row: number) => number,
    found: (before: number, row: number) => void,
    isFit: (place: number, before: number, row: number) => boolean = () => true,
  ): void {
    const { copies } = this;
    const twins = this.#twins;
    if (this.#isTaken.length < rows.length) this.#isTaken = new Uint8Array(2 * rows.length);
    else this.#isTaken.fill(0, 0, rows.length);
    const isTaken = this.#isTaken;
    twins.start(rows);
    for (let i = 0; i < rows.length; i++) {
      if (!isWanted(i)) continue;
      const row = rows[i];
      const k = twins.before(i, (q) => {
        const before = rows[q];
        return isTaken[q] === 0 && copies[before] + 1 < most(row) && this.#isOnePlace(before, row) && isFit(i, before, row);
      });
      twins.add(i);
      if (k < 0) continue;
      isTaken[k] = 1;
      copies[row] = copies[rows[k]] + 1;
      found(rows[k], row);
    }
  }
}

const AT_ONCE = { least: -AT_ONCE_NANOS, most: AT_ONCE_NANOS };

/** @returns null without any */
function usualOf(delays: number[]): typeof AT_ONCE | null {
  if (delays.length === 0) return null;
  delays.sort((a, b) => a - b);
  const share = (of: number): number => delays[Math.floor((delays.length - 1) * of)];
  return { least: share(USUAL_FROM) - MORE_NANOS, most: share(USUAL_TO) + MORE_NANOS };
}

/** How often almost all of these packets were seen. */
function timesSeen(seen: Uint32Array): number {
  let times = 0;
  while (times < MOST_COPIES && seen[times] > 0 && seen[times] >= seen[0] * ALMOST_ALL) times++;
  return times;
}
