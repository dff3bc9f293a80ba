// Files of a rotated set may overlap: the last packets of one file stand at the head of the next once more.
import type { Encapsulation, PacketTable, RowRange } from '../model/packetTable.ts';

/**
 * Finds the rows at the head of each file that are, one by one and to the nanosecond, those that the rows before it end with:
 *
 *   file 1  … p q [r s t]
 *   file 2        [r s t] u v …      → its first three rows
 *
 * A retransmission has a time of its own, and the double of a packet on another interface another encapsulation: neither is a repetition.
 * @param starts first row of each file, ascending
 */
export function repeatedRows(table: PacketTable, starts: readonly number[]): readonly RowRange[] {
  const found: RowRange[] = [];
  if (starts.length < 2) return found;
  const wrapping = alikeWrapping(table.encapsulations);
  const isSame = (a: number, b: number): boolean =>
    isSameRecord(table, a, b) && wrapping[table.encapsulation[a]] === wrapping[table.encapsulation[b]];
  for (let i = 1; i < starts.length; i++) {
    const from = starts[i];
    const count = overlap(isSame, from, starts[i + 1] ?? table.length);
    if (count > 0) found.push({ from, to: from + count });
  }
  return found;
}

/** The most rows from `start` on that equal as many before it. Linear (Knuth, Morris and Pratt): equal times must not make it more. */
function overlap(isSame: (a: number, b: number) => boolean, start: number, end: number): number {
  if (end === start) return 0;
  let at = 0;
  while (at < start && !isSame(at, start)) at++;
  const most = Math.min(start - at, end - start);
  if (most === 0) return 0;
  /** For each count of rows from `start` that match: how many of them still do, one match begun later. */
  const fallBack = new Uint32Array(most + 1);
  let matched = 0;
  for (let i = 1; i < most; i++) {
    while (matched > 0 && !isSame(start + i, start + matched)) matched = fallBack[matched];
    if (isSame(start + i, start + matched)) matched++;
    fallBack[i + 1] = matched;
  }
  matched = 0;
  for (; at < start; at++) {
    if (matched === most) matched = fallBack[matched];
    while (matched > 0 && !isSame(at, start + matched)) matched = fallBack[matched];
    if (isSame(at, start + matched)) matched++;
  }
  return matched;
}

function isSameRecord(t: PacketTable, a: number, b: number): boolean {
  return (
    t.time[a] === t.time[b] &&
    t.originalLength[a] === t.originalLength[b] &&
    t.tuple[a] === t.tuple[b] &&
    t.seq[a] === t.seq[b] &&
    t.ack[a] === t.ack[b] &&
    t.ipId[a] === t.ipId[b] &&
    t.flags[a] === t.flags[b] &&
    t.window[a] === t.window[b] &&
    t.ttl[a] === t.ttl[b] &&
    t.payloadLength[a] === t.payloadLength[b] &&
    t.tsval[a] === t.tsval[b] &&
    t.tsecr[a] === t.tsecr[b] &&
    t.fingerprint[a] === t.fingerprint[b]
  );
}

/** Encapsulations are numbered anew for the interfaces of each file: which of them say the same, by the number of the first. */
function alikeWrapping(encapsulations: readonly Encapsulation[]): Uint16Array {
  const first = new Map<string, number>();
  return Uint16Array.from(encapsulations, (encapsulation, i) => {
    const says = JSON.stringify(encapsulation);
    if (!first.has(says)) first.set(says, i);
    return first.get(says) ?? i;
  });
}
