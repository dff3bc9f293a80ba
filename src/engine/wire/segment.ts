// A TCP header of any kind into its row.
import { CUT, HAS_TS, IS_TCP, OPTIONS_CUT, PAYLOAD_CUT, SYN } from '../model/packetTable.ts';
import { batch } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { writeFingerprint } from './fingerprint.ts';
import type { TableBuilder } from './tableBuilder.ts';
import { NOP_NOP_TIMESTAMPS, readOptions } from './tcpOptions.ts';

export const TCP_PROTOCOL = 6;
export const TCP_FLAGS = 0x1ff;

/**
 * The cursor stands on a TCP header, of which anything may be missing.
 * @param row of the batch, cleared
 */
export function readSegment(c: Cursor, table: TableBuilder, row: number): void {
  const { interner } = table;
  const { view, at: header, end, limit } = c;
  batch.ipId[row] = c.ipId;
  batch.ttl[row] = c.ttl;
  if (header + 4 <= end) {
    batch.tuple[row] =
      c.family === 4
        ? interner.ipv4(view, c.source, c.destination, header, TCP_PROTOCOL)
        : interner.ipv6(view, c.source, c.destination, header, TCP_PROTOCOL);
  }
  if (header + 20 > end) {
    batch.flags[row] = cutHeader(view, header, end, row);
    return;
  }
  batch.seq[row] = view.getUint32(header + 4);
  batch.ack[row] = view.getUint32(header + 8);
  batch.window[row] = view.getUint16(header + 14);
  const word = view.getUint16(header + 12);
  const octets = (word >>> 12) << 2;
  if (octets < 20) {
    // A header that claims to be shorter than a header: nothing behind the numbers can be trusted, nor is it shown by anyone.
    batch.flags[row] = IS_TCP | CUT | OPTIONS_CUT;
    return;
  }
  let bits = (word & TCP_FLAGS) | IS_TCP;
  const payloadAt = header + octets;
  if (octets === 32 && (bits & SYN) === 0 && payloadAt <= end && view.getUint32(header + 20) === NOP_NOP_TIMESTAMPS) {
    bits |= HAS_TS;
    batch.tsval[row] = view.getUint32(header + 24);
    batch.tsecr[row] = view.getUint32(header + 28);
  } else if (octets > 20 || (bits & SYN) !== 0) {
    if (payloadAt > end) bits |= OPTIONS_CUT;
    bits |= readOptions(table, row, view, header + 20, payloadAt < end ? payloadAt : end, bits);
  }
  const payload = limit - payloadAt;
  if (payload > 0) {
    batch.payloadLength[row] = payload;
    const there = end - payloadAt;
    if (there < payload && !c.isReassembled) bits |= PAYLOAD_CUT;
    if (there > 0) writeFingerprint(batch.fingerprint, row, view, payloadAt, there);
  }
  batch.flags[row] = bits;
}

/** What is left of a TCP header that the snap length cut: field by field while they are there. */
function cutHeader(view: DataView, header: number, end: number, row: number): number {
  let bits = IS_TCP | CUT;
  if (header + 8 <= end) batch.seq[row] = view.getUint32(header + 4);
  if (header + 12 <= end) batch.ack[row] = view.getUint32(header + 8);
  if (header + 14 <= end) bits |= view.getUint16(header + 12) & TCP_FLAGS;
  if (header + 16 <= end) batch.window[row] = view.getUint16(header + 14);
  return bits;
}
