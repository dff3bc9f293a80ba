// Segments of a point in the order of its legs: what matching compares lies side by side there, while in the packet table the
// segments of one connection are as far apart as there are connections at a time.
import { DUPLICATE_RECORD, FAST_RETRANSMISSION, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../model/connection.ts';
import { HAS_TS, OPTIONS_CUT } from '../model/packetTable.ts';
import type { Point } from './points.ts';

/** Bits of `kind` beyond the TCP flags (low nine), HAS_TS and OPTIONS_CUT: marks of the segment at this point. */
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

/** Of a segment the same as K_RETRANSMISSION; of a group: it is a retransmission at some stop that saw it. */
export const K_SOMEWHERE_RETRANSMISSION = 0x0800;

/** Entry i belongs to `point.rows[i]`; both are views of the same octets. Words are read signed: numbers that small cost nothing to convert. */
export interface PointColumns {
  readonly words: Int32Array;
  readonly times: Float64Array;
  /** Were the options of some segment cut, and its timestamp perhaps with them? */
  readonly isCut: boolean;
}

const RETRANSMITTED = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION;

/**
 * Reads the table once in file order and writes to as many places as there are connections at a time.
 * @param wanted by connection: 1 where its rows are asked for
 */
export function gatherColumns(point: Point, wanted: Uint8Array): PointColumns {
  if (!wanted.includes(1)) return { words: new Int32Array(0), times: new Float64Array(0), isCut: false };
  const times = new Float64Array(point.rows.length * ENTRY_DOUBLES);
  const words = new Int32Array(times.buffer);
  const flags = point.isPart ? gatherRows(words, times, point) : gatherWanted(words, times, point, wanted);
  return { words, times, isCut: (flags & OPTIONS_CUT) !== 0 };
}

/** A hot loop over columns: a call for each row would read every column's place anew. @returns the flags that some row has */
function gatherWanted(words: Int32Array, times: Float64Array, { packets, rowStart, connection, marks }: Point, wanted: Uint8Array): number {
  const [seq, ack, payloadLength] = [signed(packets.seq), signed(packets.ack), signed(packets.payloadLength)];
  const tsval = signed(packets.tsval);
  const { flags, ipId, time, length } = packets;
  let some = 0;
  const next = new Int32Array(wanted.length).fill(-1);
  for (let c = 0; c < wanted.length; c++) if (wanted[c] === 1) next[c] = rowStart[c];
  for (let row = 0; row < length; row++) {
    const c = connection[row];
    const i = c === 0 ? -1 : next[c - 1];
    if (i < 0) continue;
    next[c - 1] = i + 1;
    const at = i * ENTRY_WORDS;
    words[at + E_SEQ] = seq[row];
    words[at + E_ACK] = ack[row];
    words[at + E_LENGTH] = payloadLength[row];
    words[at + E_TSVAL] = tsval[row];
    words[at + E_KIND] = kindOf(flags[row], marks[row]) | (ipId[row] << 16);
    times[i * ENTRY_DOUBLES + E_TIME] = time[row];
    some |= flags[row];
  }
  return some;
}

function gatherRows(words: Int32Array, times: Float64Array, { packets, rows, marks }: Point): number {
  const { seq, ack, payloadLength, tsval, flags, ipId, time } = packets;
  let some = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const at = i * ENTRY_WORDS;
    words[at + E_SEQ] = seq[row];
    words[at + E_ACK] = ack[row];
    words[at + E_LENGTH] = payloadLength[row];
    words[at + E_TSVAL] = tsval[row];
    words[at + E_KIND] = kindOf(flags[row], marks[row]) | (ipId[row] << 16);
    times[i * ENTRY_DOUBLES + E_TIME] = time[row];
    some |= flags[row];
  }
  return some;
}

const signed = (column: Uint32Array): Int32Array => new Int32Array(column.buffer, column.byteOffset, column.length);

export const kindOf = (flags: number, mark: number): number =>
  (flags & (0x1ff | HAS_TS | OPTIONS_CUT)) |
  ((mark & RETRANSMITTED) !== 0 ? K_RETRANSMISSION | K_SOMEWHERE_RETRANSMISSION : 0) |
  ((mark & DUPLICATE_RECORD) !== 0 ? K_DUPLICATE : 0);
