// ICMP and ICMPv6: errors quote a packet, neighbour discovery names addresses, the rest is payload.
import { keepPayload, keepUnknown, mapAddress, mapHardware, type Packet } from './packetRewriter.ts';
import { rewriteIp } from './rewriteIp.ts';

export function rewriteIcmpBody(p: Packet, at: number, end: number): number {
  const type = p.bytes[at] as number;
  if (type === 5) mapAddress(p, at + 4, 4);
  if (type === 3 || type === 4 || type === 5 || type === 11 || type === 12) return rewriteIp(p, at + 8, end);
  // Router advertisement (9) lists addresses.
  return type === 0 || type === 8 ? keepPayload(p, at + 8, end) : keepUnknown(p, at + 8, end);
}

export function rewriteIcmpv6Body(p: Packet, at: number, end: number): number {
  const type = p.bytes[at] as number;
  if (type >= 1 && type <= 4) return rewriteIp(p, at + 8, end);
  if (type === 128 || type === 129) return keepPayload(p, at + 8, end);
  if (type >= 130 && type <= 132) return addressThen(p, at + 8, end, 1);
  if (type === 133) return rewriteNdOptions(p, at + 8, end);
  if (type === 134) return end - at < 16 ? at + 8 : rewriteNdOptions(p, at + 16, end);
  if (type === 135 || type === 136) return rewriteNdOptions(p, addressThen(p, at + 8, end, 1), end);
  if (type === 137) return rewriteNdOptions(p, addressThen(p, at + 8, end, 2), end);
  return type === 143 ? rewriteGroupRecords(p, at + 8, end) : keepUnknown(p, at + 8, end);
}

/** MLDv2 report (RFC 3810 §5.2): each record names a group and sources; auxiliary data end the packet. */
function rewriteGroupRecords(p: Packet, start: number, end: number): number {
  let at = start;
  while (end - at >= 20) {
    const sources = p.view.getUint16(at + 2);
    if (p.bytes[at + 1] !== 0 || end - at < 20 + sources * 16) break;
    at = addressThen(p, at + 4, at + 20 + sources * 16, 1 + sources);
  }
  return keepUnknown(p, at, end);
}

/** Rewrites `count` IPv6 addresses; one that was cut ends the packet before it. */
function addressThen(p: Packet, start: number, end: number, count: number): number {
  let at = start;
  for (let i = 0; i < count && end - at >= 16; i++) {
    mapAddress(p, at, 16);
    at += 16;
  }
  return at;
}

/** Options of neighbour discovery (RFC 4861 §4.6): link-layer addresses, prefixes, MTU and nonce stay, rewritten; from any other on all is cut. */
function rewriteNdOptions(p: Packet, start: number, end: number): number {
  let at = start;
  while (end - at >= 8) {
    const type = p.bytes[at] as number;
    const length = (p.bytes[at + 1] as number) * 8;
    if (length === 0 || end - at < length) break;
    if ((type === 1 || type === 2) && length === 8) mapHardware(p, at + 2);
    else if (type === 3 && length === 32) rewritePrefix(p, at);
    else if (type !== 5 && type !== 14) break;
    at += length;
  }
  return keepUnknown(p, at, end);
}

/** The prefix of what the whole address becomes: the bits behind it stay zero. */
function rewritePrefix(p: Packet, at: number): void {
  const bits = Math.min(128, p.bytes[at + 2] as number);
  mapAddress(p, at + 16, 16);
  for (let bit = bits; bit < 128; bit++) {
    const octet = at + 16 + (bit >> 3);
    p.bytes[octet] = (p.bytes[octet] as number) & ~(0x80 >> (bit & 7));
  }
}
