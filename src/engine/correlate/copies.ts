// One capture that holds every packet several times, unchanged: capture points of one host merged into one file, or `-i any` where a
// packet passes a bridge and two interfaces. Each time is a place of its own on the packet's way.

import type { FlowAnalysis } from '../model/connection.ts';
import { HAS_TS, type PacketTable, RST, SYN } from '../model/packetTable.ts';

/** Row-parallel: how many times the packet was seen before, at most MOST_COPIES − 1. */
export type Copies = Uint8Array;

export const MOST_COPIES = 4;
/** Rows of a connection that are searched for the packet before. */
const LOOK_BACK = 32;
/** Within one host a packet takes no longer. */
const WITHIN_HOST_NANOS = 5e6;
/** Of so many packets this share must come again within so few of their connection, or the capture is not looked at. */
const SAMPLE = 4096;
const MIN_SHARE = 0.1;
const NEXT = 4;
/** Share of a connection's unmistakable packets that were seen so often, for its RSTs, which are often alike, to be taken for as many fewer. */
const ALMOST_ALL = 0.75;

/** @returns null where packets were seen once */
export function findCopies(packets: PacketTable, { segments, connections }: FlowAnalysis): Copies | null {
  const { rows, rowStart } = segments;
  if (!isWorthwhile(packets, rows, rowStart)) return null;
  const copies = new Uint8Array(packets.length);
  const isTaken = new Uint8Array(packets.length);
  let any = false;
  for (let c = 0; c < connections.length; c++) {
    const own = rows.subarray(rowStart[c], rowStart[c + 1]);
    const strong = own.filter((row) => isUnmistakable(packets, row));
    number(packets, strong, MOST_COPIES, copies, isTaken);
    const times = timesSeen(strong, copies);
    for (const row of strong) copies[row] = isTaken[row] = 0;
    if (times < 2) continue;
    number(packets, own, times, copies, isTaken);
    any = true;
  }
  return any ? copies : null;
}

/** Do packets come again at once, among those of the first connections? */
function isWorthwhile(packets: PacketTable, rows: Uint32Array, rowStart: Uint32Array): boolean {
  let [all, again] = [0, 0];
  for (let c = 0; c + 1 < rowStart.length && all < SAMPLE; c++) {
    const own = rows.subarray(rowStart[c], Math.min(rowStart[c + 1], rowStart[c] + SAMPLE - all));
    for (let i = 0; i < own.length; i++) {
      if (!isUnmistakable(packets, own[i])) continue;
      all++;
      if (twinOf(packets, own.subarray(Math.max(0, i - NEXT), i + 1), Math.min(i, NEXT), () => true) >= 0) again++;
    }
  }
  return again > 0 && again >= all * MIN_SHARE;
}

const isUnmistakable = ({ flags, ipId }: PacketTable, row: number): boolean =>
  (flags[row] & RST) === 0 && ((flags[row] & (SYN | HAS_TS)) !== 0 || ipId[row] !== 0);

/** How often almost all of these packets were seen. */
function timesSeen(rows: Uint32Array, copies: Copies): number {
  const seen = new Uint32Array(MOST_COPIES);
  for (const row of rows) seen[copies[row]]++;
  let times = 0;
  while (times < MOST_COPIES && seen[times] > 0 && seen[times] >= seen[0] * ALMOST_ALL) times++;
  return times;
}

/** Numbers the copies of each packet, of which there are so many at most. */
function number(packets: PacketTable, rows: Uint32Array, most: number, copies: Copies, isTaken: Uint8Array): void {
  for (let i = 1; i < rows.length; i++) {
    const before = twinOf(packets, rows, i, (row) => isTaken[row] === 0 && copies[row] + 1 < most);
    if (before < 0) continue;
    isTaken[before] = 1;
    copies[rows[i]] = copies[before] + 1;
  }
}

/** The same packet among the rows before, of those that may have another copy; −1 none. */
function twinOf(
  { seq, ack, payloadLength, flags, ipId, tsval, tuple, ttl, window, time }: PacketTable,
  rows: Uint32Array,
  i: number,
  mayHave: (row: number) => boolean,
): number {
  const row = rows[i];
  for (let k = i - 1; k >= Math.max(0, i - LOOK_BACK); k--) {
    const q = rows[k];
    if (seq[q] !== seq[row] || tuple[q] !== tuple[row] || ack[q] !== ack[row] || payloadLength[q] !== payloadLength[row]) continue;
    if (flags[q] !== flags[row] || ipId[q] !== ipId[row] || tsval[q] !== tsval[row] || ttl[q] !== ttl[row] || window[q] !== window[row])
      continue;
    if (mayHave(q) && time[row] - time[q] < WITHIN_HOST_NANOS) return q;
  }
  return -1;
}
