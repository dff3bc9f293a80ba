// ICMP errors that quote a TCP header: who says what about which segment.
import { IS_ICMP_ERROR } from '../model/packetTable.ts';
import { batch } from './batch.ts';
import type { Cursor } from './cursor.ts';
import type { TableBuilder } from './tableBuilder.ts';

const TCP = 6;
const FRAGMENTATION_NEEDED = 4;
const PACKET_TOO_BIG = 2;

const isErrorV4 = (type: number): boolean => type === 3 || type === 4 || type === 5 || type === 11 || type === 12;

/**
 * The cursor stands on an ICMP or ICMPv6 header.
 * @param row of the batch, cleared
 * @returns the flag bits of the row: IS_ICMP_ERROR, or 0 for anything else
 */
export function readIcmp(c: Cursor, table: TableBuilder, row: number): number {
  const { view, at, end, family } = c;
  if (at + 8 > end) return 0;
  const type = view.getUint8(at);
  const code = view.getUint8(at + 1);
  if (family === 4 ? !isErrorV4(type) : type < 1 || type > 4) return 0;
  const quoted = at + 8;
  const tcp = quotedTcp(view, quoted, end);
  if (tcp < 0 || tcp + 8 > end) return 0;
  const isV4 = view.getUint8(quoted) >> 4 === 4;
  batch.tuple[row] = isV4
    ? table.interner.ipv4(view, quoted + 12, quoted + 16, tcp, TCP)
    : table.interner.ipv6(view, quoted + 8, quoted + 24, tcp, TCP);
  batch.ttl[row] = c.ttl;
  batch.ipId[row] = c.ipId;
  table.icmpRow.push(table.length + row);
  table.icmpType.push(type);
  table.icmpCode.push(code);
  table.icmpSeq.push(view.getUint32(tcp + 4));
  if (family === 4) table.icmpMtu.push(type === 3 && code === FRAGMENTATION_NEEDED ? view.getUint16(at + 6) : 0);
  else table.icmpMtu.push(type === PACKET_TOO_BIG ? view.getUint32(at + 4) : 0);
  const { interner } = table;
  table.icmpSender.push(family === 4 ? interner.addressV4(c.view.getUint32(c.source)) : interner.addressV6(c.view, c.source));
  return IS_ICMP_ERROR;
}

/** Where the quoted packet's TCP header starts, or −1. Only the ports and the sequence number are sure to be there (RFC 792). */
function quotedTcp(view: DataView, at: number, end: number): number {
  if (at + 20 > end) return -1;
  const first = view.getUint8(at);
  if (first >> 4 === 4) {
    const isFirst = (view.getUint16(at + 6) & 0x1fff) === 0;
    return view.getUint8(at + 9) === TCP && isFirst && (first & 15) >= 5 ? at + (first & 15) * 4 : -1;
  }
  return first >> 4 === 6 && at + 40 <= end && view.getUint8(at + 6) === TCP ? at + 40 : -1;
}
