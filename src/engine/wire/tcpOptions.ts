// TCP options into the table's sparse columns.
import { HAS_SACK, HAS_TS, OPTIONS_CUT, SYN } from '../model/packetTable.ts';
import { seqBefore } from '../model/units.ts';
import { batch } from './batch.ts';
import type { TableBuilder } from './tableBuilder.ts';

/** Bits of SynOptionTable.present. */
const SACK_PERMITTED = 1;
const TIMESTAMPS = 2;
const FAST_OPEN = 4;
const MPTCP = 8;
const ANY = 16;

/** NOP NOP TS(10): how nearly every stack writes the timestamp option (RFC 7323 appendix A). */
export const NOP_NOP_TIMESTAMPS = 0x0101080a;

/**
 * Reads the options of one segment. Options that run past `end` are left, with OPTIONS_CUT.
 * @param row the segment's in the batch, of which `ack`, `tsval` and `tsecr` are used
 * @param end where the options end, or where the capture does
 * @returns the flag bits to add
 */
export function readOptions(table: TableBuilder, row: number, view: DataView, from: number, end: number, tcpFlags: number): number {
  let bits = 0;
  let present = 0;
  let mss = 0;
  let scale = 255;
  let at = from;
  while (at < end) {
    const kind = view.getUint8(at);
    if (kind === 0) break;
    present |= ANY;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) {
      bits |= OPTIONS_CUT;
      break;
    }
    if (kind === 2 && length === 4) mss = view.getUint16(at + 2);
    else if (kind === 3 && length === 3) scale = view.getUint8(at + 2);
    else if (kind === 4) present |= SACK_PERMITTED;
    else if (kind === 5 && length >= 10) {
      bits |= HAS_SACK;
      readSack(table, row, view, at + 2, at + length);
    } else if (kind === 8 && length === 10) {
      bits |= HAS_TS;
      present |= TIMESTAMPS;
      batch.tsval[row] = view.getUint32(at + 2);
      batch.tsecr[row] = view.getUint32(at + 6);
    } else if (kind === 30) present |= MPTCP;
    // RFC 7413, and the experimental option with its magic before it (RFC 6994).
    else if (kind === 34 || (kind === 254 && length >= 4 && view.getUint16(at + 2) === 0xf989)) present |= FAST_OPEN;
    at += length;
  }
  if ((tcpFlags & SYN) !== 0) {
    table.synRow.push(table.length + row);
    table.synMss.push(mss);
    table.synScale.push(scale);
    table.synPresent.push(present);
  }
  return bits;
}

function readSack(table: TableBuilder, row: number, view: DataView, from: number, end: number): void {
  // A second SACK option in one segment is legal but says nothing new: the first one is kept.
  if (table.sackRow.length > 0 && table.sackRow.at(table.sackRow.length - 1) === table.length + row) return;
  const ack = batch.ack[row] as number;
  let edge = ack;
  for (let at = from; at + 8 <= end; at += 8) {
    const right = view.getUint32(at + 4);
    if (seqBefore(edge, right)) edge = right;
  }
  table.sackRow.push(table.length + row);
  table.sackEdge.push(edge);
  table.sackLeft.push(view.getUint32(from));
  table.sackRight.push(view.getUint32(from + 4));
}
