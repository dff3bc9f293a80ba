// How much of a connection's life was captured: Wireshark's tcp.completeness (packet-tcp.c, v4.0), bits of what was seen of it.
import { ACK, CUT, FIN, type PacketTable, RST, SYN } from '../model/packetTable.ts';

export const SEEN_SYN = 1;
export const SEEN_SYN_ACK = 2;
export const SEEN_ACK = 4;
export const SEEN_DATA = 8;
export const SEEN_FIN = 16;
export const SEEN_RST = 32;
export const ALL_SEEN = 63;

/** What one segment adds. @param flags of `PacketTable` */
export function completenessBit(flags: number, payloadLength: number): number {
  if ((flags & CUT) !== 0) return 0;
  let seen = 0;
  if ((flags & SYN) !== 0) seen = (flags & ACK) !== 0 ? SEEN_SYN_ACK : SEEN_SYN;
  else if ((flags & ACK) !== 0) seen = payloadLength > 0 ? SEEN_DATA : SEEN_ACK;
  if ((flags & FIN) !== 0) seen |= SEEN_FIN;
  if ((flags & RST) !== 0) seen |= SEEN_RST;
  return seen;
}

/** @param rows of one connection */
export function completenessOf({ flags, payloadLength }: PacketTable, rows: Uint32Array): number {
  let seen = 0;
  for (let i = 0; i < rows.length && seen !== ALL_SEEN; i++) seen |= completenessBit(flags[rows[i]], payloadLength[rows[i]]);
  return seen;
}
