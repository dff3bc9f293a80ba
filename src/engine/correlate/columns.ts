// Columns of a point's segments in the order of its legs: what matching compares lies side by side there, while in the packet table the
// segments of one connection are as far apart as there are connections at a time.
import { DUPLICATE_RECORD, FAST_RETRANSMISSION, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../model/connection.ts';
import { HAS_TS, type PacketTable } from '../model/packetTable.ts';
import type { Point } from './points.ts';

/** Bits of `kind` beyond the TCP flags (low nine) and HAS_TS: the tuple's direction, and marks of the segment at this point. */
export const K_DIRECTION = 0x8000;
export const K_RETRANSMISSION = 0x0200;
export const K_DUPLICATE = 0x0400;

/** Entry i belongs to `point.rows[i]`. */
export interface PointColumns {
  readonly seq: Uint32Array;
  readonly ack: Uint32Array;
  readonly payloadLength: Uint32Array;
  readonly tsval: Uint32Array;
  readonly ipId: Uint16Array;
  readonly kind: Uint16Array;
  /** Nanos since the tap's epoch. */
  readonly time: Float64Array;
}

const RETRANSMITTED = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION;

/** Reads the table once in file order and writes to as many places as there are connections at a time. */
export function gatherColumns(point: Point, connection: Uint32Array, marks: Uint16Array): PointColumns {
  const { packets, rowStart, rows } = point;
  const n = rows.length;
  const columns = {
    seq: new Uint32Array(n),
    ack: new Uint32Array(n),
    payloadLength: new Uint32Array(n),
    tsval: new Uint32Array(n),
    ipId: new Uint16Array(n),
    kind: new Uint16Array(n),
    time: new Float64Array(n),
  };
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
  columns.seq[i] = packets.seq[row];
  columns.ack[i] = packets.ack[row];
  columns.payloadLength[i] = packets.payloadLength[row];
  columns.tsval[i] = packets.tsval[row];
  columns.ipId[i] = packets.ipId[row];
  let kind = (packets.flags[row] & (0x1ff | HAS_TS)) | ((packets.tuple[row] & 1) * K_DIRECTION);
  if ((mark & RETRANSMITTED) !== 0) kind |= K_RETRANSMISSION;
  if ((mark & DUPLICATE_RECORD) !== 0) kind |= K_DUPLICATE;
  columns.kind[i] = kind;
  columns.time[i] = packets.time[row];
}
