// What holds for every file, however damaged: used by the tests on every run and by `npm run fuzz` without end.
import { openCapture } from '../engine/capture/openCapture.ts';
import { bytesSource } from '../engine/capture/source.ts';
import type { Tap } from '../engine/model/capture.ts';
import { IS_ICMP_ERROR, IS_TCP, type PacketTable } from '../engine/model/packetTable.ts';
import type { Mutant } from './mutate.ts';

/** Columns whose rows must be the same whatever comes after them in the file, or however it is cut into chunks. */
const COLUMNS = ['offset', 'time', 'originalLength', 'tuple', 'seq', 'ack', 'payloadLength', 'window', 'flags', 'ipId', 'ttl'] as const;
const MORE_COLUMNS = ['encapsulation', 'tsval', 'tsecr', 'fingerprint'] as const;

/** Opens; null if the file is refused. Never throws, or the invariant is broken. */
export async function openMutant(bytes: Uint8Array, chunkSize?: number): Promise<Tap | null> {
  const opened = await openCapture([bytesSource('mutant', bytes)], { asWritten: true, ...(chunkSize === undefined ? {} : { chunkSize }) });
  return opened.ok ? opened.value : null;
}

/** What is wrong with a table in itself, or null. */
export function brokenTable(tap: Tap, fileSize: number): string | null {
  const { packets } = tap;
  // A record takes at least 16 octets of a plain file; compressed, DEFLATE makes at most 1,032 of one.
  const plainSize = tap.files[0]?.compression === null ? fileSize : 1032 * fileSize;
  if (packets.length > plainSize / 16 + 1) return `${packets.length} rows from ${fileSize} octets`;
  for (let row = 0; row < packets.length; row++) {
    const flags = packets.flags[row] ?? 0;
    const tuple = (packets.tuple[row] ?? 0) >>> 1;
    if (tuple >= packets.tuples.length) return `row ${row} names tuple ${tuple} of ${packets.tuples.length}`;
    if (tuple !== 0 && (flags & (IS_TCP | IS_ICMP_ERROR)) === 0) return `row ${row} has a tuple and no TCP`;
    if ((packets.encapsulation[row] ?? 0) >= packets.encapsulations.length) return `row ${row} names no encapsulation`;
    if (!Number.isFinite(packets.time[row])) return `row ${row} has no time`;
    if (row > 0 && (packets.offset[row] ?? 0) <= (packets.offset[row - 1] ?? 0)) return `row ${row} stands before the one before`;
  }
  for (const sparse of [packets.sacks, packets.synOptions, packets.icmpErrors]) {
    for (let i = 1; i < sparse.length; i++) if ((sparse.row[i] ?? 0) <= (sparse.row[i - 1] ?? 0)) return 'a sparse table is not ascending';
  }
  return null;
}

/** The first column in which two tables differ in rows below `rows`, or null. */
export function differingColumn(a: PacketTable, b: PacketTable, rows: number, isSameFile: boolean): string | null {
  for (const name of isSameFile ? [...COLUMNS, ...MORE_COLUMNS] : COLUMNS) {
    for (let row = 0; row < rows; row++) if (a[name][row] !== b[name][row]) return `${name} of row ${row}`;
  }
  return null;
}

/** Rows of a good table whose records end before an octet. */
export function rowsBefore(good: Tap, octet: number, size: number): number {
  const { offset, length } = good.packets;
  let rows = 0;
  while (rows < length && (rows + 1 < length ? (offset[rows + 1] ?? 0) : size) <= octet) rows++;
  return rows;
}

/** What a mutant breaks, or null. */
export async function brokenMutant(good: Tap, goodSize: number, mutant: Mutant): Promise<string | null> {
  const tap = await openMutant(mutant.bytes);
  if (tap === null) return null;
  const broken = brokenTable(tap, mutant.bytes.length);
  if (broken !== null) return broken;
  const rows = rowsBefore(good, mutant.intactUntil, goodSize);
  if (tap.packets.length < rows) return `${tap.packets.length} rows, though ${rows} stand before the damage`;
  return differingColumn(good.packets, tap.packets, rows, false);
}
