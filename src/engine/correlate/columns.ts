// Segments of a point in the order of its legs: what matching compares lies side by side there, while in the packet table the
// segments of one connection are as far apart as there are connections at a time.
import { DUPLICATE_RECORD, FAST_RETRANSMISSION, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../model/connection.ts';
import { HAS_TS, type PacketTable } from '../model/packetTable.ts';
import type { Point } from './points.ts';

/** Bits of `kind` beyond the TCP flags (low nine) and HAS_TS: the tuple's direction, and marks of the segment at this point. */
export const K_DIRECTION = 0x8000;
export const K_RETRANSMISSION = 0x0200;
export const K_DUPLICATE = 0x0400;

/** Words of 32 bits an entry has: half a cache line, so that writing to all connections at a time touches one line of each, not seven. */
export const ENTRY_WORDS = 8;
export const E_SEQ = 0;
export const E_ACK = 1;
export const E_LENGTH = 2;
export const E_TSVAL = 3;
/** The `kind` in the low 16 bits, the IP ID in the high ones. */
export const E_KIND = 4;
/** Of a double, in doubles. Nanos since the tap's epoch. */
export const ENTRY_DOUBLES = ENTRY_WORDS / 2;
export const E_TIME = 3;

/** Entry i belongs to `point.rows[i]`; both are views of the same octets. */
export interface PointColumns {
  readonly words: Uint32Array;
  readonly times: Float64Array;
}

const RETRANSMITTED = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION;

/** Reads the table once in file order and writes to as many places as there are connections at a time. */
export function gatherColumns(point: Point, connection: Uint32Array, marks: Uint16Array): PointColumns {
  const { packets, rowStart, rows } = point;
  const n = rows.length;
  const times = new Float64Array(n * ENTRY_DOUBLES);
  const columns = { words: new Uint32Array(times.buffer), times };
  if (point.isPart) {
    for (let i = 0; i < n; i++) put(columns, i, packets, rows[i], marks[rows[i]]);
    return columns;
  }
  const next = rowStart.slice();
  for (let row = 0; row < packets.length; row++) {
    const c = connection[row];
    if (c !== 0) put(columns, next[c - 1]++, packets, row, marks[row]);
  }
  return columns;
}

function put(columns: PointColumns, i: number, packets: PacketTable, row: number, mark: number): void {
  const { words, times } = columns;
  const at = i * ENTRY_WORDS;
  words[at + E_SEQ] = packets.seq[row];
  words[at + E_ACK] = packets.ack[row];
  words[at + E_LENGTH] = packets.payloadLength[row];
  words[at + E_TSVAL] = packets.tsval[row];
  let kind = (packets.flags[row] & (0x1ff | HAS_TS)) | ((packets.tuple[row] & 1) * K_DIRECTION);
  if ((mark & RETRANSMITTED) !== 0) kind |= K_RETRANSMISSION;
  if ((mark & DUPLICATE_RECORD) !== 0) kind |= K_DUPLICATE;
  words[at + E_KIND] = kind | (packets.ipId[row] << 16);
  times[i * ENTRY_DOUBLES + E_TIME] = packets.time[row];
}
