// Link layers and what sits between them and IP. Every function answers with the offset at which the kept packet ends.
import { keepUnknown, mapAddress, mapHardware, type Packet } from './packetRewriter.ts';
import { rewriteIp } from './rewriteIp.ts';

/** As deep as tunnels are followed; beyond that the rest is cut. */
const MAX_DEPTH = 16;

/** Link types as in the file (draft-ietf-opsawg-pcaplinktype). Null: not one that can be rewritten. */
export function rewriteFrame(p: Packet, linkType: number): number | null {
  const end = p.bytes.length;
  switch (linkType & 0xffff) {
    case 1:
      return rewriteEthernet(p, 0, end);
    case 0:
    case 108:
      return end < 4 ? 0 : rewriteIp(p, 4, end);
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return rewriteIp(p, 0, end);
    case 9:
    case 50:
      return rewritePpp(p, 0, end);
    case 104:
      return end < 4 ? 0 : rewriteType(p, p.view.getUint16(2), 4, end);
    case 113:
      return rewriteCooked(p, end);
    case 276:
      return rewriteCooked2(p, end);
    default:
      return null;
  }
}

export function rewriteEthernet(p: Packet, at: number, end: number): number {
  if (end - at < 14) return at;
  mapHardware(p, at);
  mapHardware(p, at + 6);
  return rewriteType(p, p.view.getUint16(at + 12), at + 14, end);
}

/** What follows an EtherType. */
export function rewriteType(p: Packet, type: number, at: number, end: number): number {
  if (++p.depth > MAX_DEPTH * 4) return at;
  switch (type) {
    case 0x0800:
    case 0x86dd:
      return rewriteIp(p, at, end);
    case 0x0806:
      return rewriteArp(p, at, end);
    case 0x8100:
    case 0x88a8:
    case 0x9100:
      return end - at < 4 ? at : rewriteType(p, p.view.getUint16(at + 2), at + 4, end);
    case 0x8847:
    case 0x8848:
      return rewriteMpls(p, at, end);
    case 0x8864:
      return end - at < 8 ? at : rewritePpp(p, at + 6, end);
    case 0x880b:
      return rewritePpp(p, at, end);
    case 0x894f:
      return rewriteNsh(p, at, end);
    case 0x6558:
      return rewriteEthernet(p, at, end);
    default:
      return type <= 1500 ? rewriteLlc(p, at, end) : keepUnknown(p, at, end);
  }
}

/** RFC 8300: what the context headers say of who passed is nobody's business; their length stays. */
export function rewriteNsh(p: Packet, at: number, end: number): number {
  const octets = end - at < 8 ? 0 : (p.view.getUint16(at) & 0x3f) * 4;
  if (octets < 8 || end - at < octets) return at;
  p.bytes.fill(0, at + 8, at + octets);
  const next = p.bytes[at + 3] as number;
  const inner = at + octets;
  if (next === 1 || next === 2) return rewriteIp(p, inner, end);
  if (next === 3) return rewriteEthernet(p, inner, end);
  if (next === 4 && ++p.depth <= MAX_DEPTH * 4) return rewriteNsh(p, inner, end);
  return next === 5 ? rewriteMpls(p, inner, end) : keepUnknown(p, inner, end);
}

function rewriteLlc(p: Packet, at: number, end: number): number {
  if (end - at >= 8 && p.view.getUint16(at) === 0xaaaa && p.bytes[at + 2] === 3)
    return rewriteType(p, p.view.getUint16(at + 6), at + 8, end);
  return keepUnknown(p, at, end);
}

export function rewritePpp(p: Packet, start: number, end: number): number {
  let at = start;
  if (end - at >= 2 && p.view.getUint16(at) === 0xff03) at += 2;
  if (end - at < 2) return at;
  // A compressed protocol field is one odd octet.
  const short = ((p.bytes[at] as number) & 1) === 1;
  const protocol = short ? (p.bytes[at] as number) : p.view.getUint16(at);
  const next = at + (short ? 1 : 2);
  return protocol === 0x21 || protocol === 0x57 ? rewriteIp(p, next, end) : keepUnknown(p, next, end);
}

export function rewriteMpls(p: Packet, start: number, end: number): number {
  let at = start;
  while (end - at >= 4 && ((p.bytes[at + 2] as number) & 1) === 0) at += 4;
  at += 4;
  if (at >= end) return Math.min(at, end);
  const version = (p.bytes[at] as number) >> 4;
  if (version === 4 || version === 6) return rewriteIp(p, at, end);
  // A pseudowire: its control word starts with a zero nibble. It goes: where there is none, these are octets of an address.
  if (version !== 0 || end - at < 4) return keepUnknown(p, at, end);
  p.bytes.fill(0, at, at + 4);
  return rewriteEthernet(p, at + 4, end);
}

/** RFC 826, for IPv4 over what has MAC addresses. */
function rewriteArp(p: Packet, at: number, end: number): number {
  const isEthernetIpv4 = end - at >= 28 && p.view.getUint16(at + 2) === 0x0800 && p.bytes[at + 4] === 6 && p.bytes[at + 5] === 4;
  if (!isEthernetIpv4) return keepUnknown(p, at, end);
  mapHardware(p, at + 8);
  mapAddress(p, at + 14, 4);
  mapHardware(p, at + 18);
  mapAddress(p, at + 24, 4);
  return at + 28;
}

function rewriteCooked(p: Packet, end: number): number {
  if (end < 16) return 0;
  if (p.view.getUint16(4) === 6) mapHardware(p, 6);
  else p.bytes.fill(0, 6, 14);
  return rewriteType(p, p.view.getUint16(14), 16, end);
}

function rewriteCooked2(p: Packet, end: number): number {
  if (end < 20) return 0;
  if (p.bytes[11] === 6) mapHardware(p, 12);
  else p.bytes.fill(0, 12, 20);
  return rewriteType(p, p.view.getUint16(0), 20, end);
}
