// TCP, UDP, ICMP and the tunnels among IP protocols.
import { type Checksummed, carryChecksum, sum16 } from './checksum.ts';
import { keepPayload, keepUnknown, type Packet } from './packetRewriter.ts';
import { rewriteIcmpBody, rewriteIcmpv6Body } from './rewriteIcmp.ts';
import { type Pseudo, rewriteIp } from './rewriteIp.ts';
import { rewriteEthernet, rewriteMpls, rewriteNsh, rewritePpp, rewriteType } from './rewriteLink.ts';

const TCP = 6;
const UDP = 17;

/** @param length octets of the IP payload as stated, captured or not */
export function rewriteTransport(p: Packet, protocol: number, at: number, end: number, length: number, pseudo: Pseudo): number {
  switch (protocol) {
    case TCP: {
      const header = end - at >= 20 ? ((p.bytes[at + 12] as number) >> 4) * 4 : 0;
      // Cut or damaged header: ports, numbers, flags and window hold no address; options might, and the checksum covers all of them.
      if (header < 20 || end - at < header) return Math.min(end, at + 16);
      return checksummed(p, { at, end, length, field: 16, protocol, pseudo }, () => {
        if (p.run.choices.addresses === 'replace') blankTcpOptions(p.bytes, at + 20, at + header);
        return keepPayload(p, at + header, end);
      });
    }
    case UDP:
      if (end - at < 8) return Math.min(end, at + 6);
      return checksummed(p, { at, end, length, field: 6, protocol, pseudo }, () => rewriteUdpBody(p, at, end));
    case 1:
      if (end - at < 8) return Math.min(end, at + 2);
      return checksummed(p, { at, end, length, field: 2, protocol: null, pseudo }, () => rewriteIcmpBody(p, at, end));
    case 58:
      if (end - at < 8) return Math.min(end, at + 2);
      return checksummed(p, { at, end, length, field: 2, protocol, pseudo }, () => rewriteIcmpv6Body(p, at, end));
    case 4:
    case 41:
      return rewriteIp(p, at, end);
    case 47:
      return rewriteGre(p, at, end, end - at >= length && !pseudo.isPart);
    case 97:
      return end - at < 2 ? at : rewriteEthernet(p, at + 2, end);
    case 137:
      return rewriteMpls(p, at, end);
    case 132:
      return end - at < 12 ? Math.min(end, at + 8) : rewriteSctp(p, at, end);
    default:
      return keepUnknown(p, at, end);
  }
}

/** Ports and tag; INIT chunks hold addresses. The checksum is a CRC over everything: it means nothing without it, and would tell of it. */
function rewriteSctp(p: Packet, at: number, end: number): number {
  const kept = keepUnknown(p, at + 12, end);
  if (kept < end) p.view.setUint32(at + 8, 0);
  return kept;
}

interface Covered {
  readonly at: number;
  readonly end: number;
  readonly length: number;
  /** Offset of the checksum in the header. */
  readonly field: number;
  /** Number in the pseudo-header; null: the checksum has none. */
  readonly protocol: number | null;
  readonly pseudo: Pseudo;
}

/** Judges the checksum, lets `rewrite` work, and writes what the checksum has become: octets that were cut count as zero. */
function checksummed(p: Packet, c: Covered, rewrite: () => number): number {
  const field = c.at + c.field;
  const stored = p.view.getUint16(field);
  const pseudo = (addresses: number, length: number): number => (c.protocol === null ? 0 : addresses + c.protocol + length);
  const isWhole = c.end - c.at >= c.length && !c.pseudo.isPart;
  const whole = Math.min(c.end, c.at + c.length);
  const old: Checksummed = {
    stored,
    covered: isWhole ? sum16(p.bytes, c.at, whole, pseudo(c.pseudo.oldAddresses, c.length)) - stored : null,
    pseudo: pseudo(c.pseudo.oldAddresses, c.length),
    pseudoWithoutLength: pseudo(c.pseudo.oldAddresses, 0),
  };
  const end = rewrite();
  p.view.setUint16(field, 0);
  const checksum = carryChecksum(old, {
    covered: sum16(p.bytes, c.at, Math.min(end, whole), pseudo(c.pseudo.newAddresses, c.length)),
    pseudo: pseudo(c.pseudo.newAddresses, c.length),
    pseudoWithoutLength: pseudo(c.pseudo.newAddresses, 0),
  });
  p.view.setUint16(field, checksum);
  return end;
}

/**
 * Kinds whose meaning is known and no address: the rest become no-operations (address of the client in front of a proxy, MPTCP's peers, the
 * cookie of TCP Fast Open, which is made of the client's address …).
 */
const KNOWN_TCP_OPTIONS: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 8, 28]);
const MPTCP = 30;

function blankTcpOptions(bytes: Uint8Array, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const kind = bytes[at] as number;
    if (kind === 0) {
      bytes.fill(0, at, to);
      return;
    }
    const length = kind === 1 ? 1 : Math.max(2, at + 1 < to ? (bytes[at + 1] as number) : 2);
    const isPlainMptcp = kind === MPTCP && (bytes[at + 2] ?? 0) >> 4 < 3;
    if (!KNOWN_TCP_OPTIONS.has(kind) && !isPlainMptcp) bytes.fill(1, at, Math.min(to, at + length));
    at += length;
  }
}

/** Tunnels by their registered ports (8472: Linux's VXLAN). */
function rewriteUdpBody(p: Packet, at: number, end: number): number {
  const source = p.view.getUint16(at);
  const destination = p.view.getUint16(at + 2);
  const body = at + 8;
  const stop = Math.min(end, at + Math.max(8, p.view.getUint16(at + 4) || end - at));
  const is = (port: number): boolean => source === port || destination === port;
  if ((is(4789) || is(8472)) && stop - body >= 8) return rewriteEthernet(p, body + 8, stop);
  if (is(6081) && stop - body >= 8) return rewriteGeneve(p, body, stop);
  if (is(2152) && stop - body >= 8) return rewriteGtp(p, body, stop);
  if (is(4790) && stop - body >= 8) return rewriteVxlanGpe(p, body, stop);
  if (is(1701)) return rewriteL2tp(p, body, stop);
  // Teredo: IPv6, behind indications of where it came from in some packets.
  if (is(3544) && stop > body) return (p.bytes[body] as number) >> 4 === 6 ? rewriteIp(p, body, stop) : keepUnknown(p, body, stop);
  return keepPayload(p, body, stop);
}

function rewriteVxlanGpe(p: Packet, at: number, end: number): number {
  const next = p.bytes[at + 3] as number;
  if (next === 1 || next === 2) return rewriteIp(p, at + 8, end);
  if (next === 3) return rewriteEthernet(p, at + 8, end);
  return next === 4 ? rewriteNsh(p, at + 8, end) : keepUnknown(p, at + 8, end);
}

/** RFC 2661 §3.1: control messages name hosts; data messages carry PPP behind a header with optional fields. */
function rewriteL2tp(p: Packet, at: number, end: number): number {
  const flags = end - at < 6 ? 0 : p.view.getUint16(at);
  if ((flags & 0x800f) !== 2) return keepUnknown(p, at, end);
  let octets = 6 + ((flags & 0x4000) !== 0 ? 2 : 0) + ((flags & 0x0800) !== 0 ? 4 : 0);
  if ((flags & 0x0200) !== 0) octets += 2 + (end - at < octets + 2 ? end : p.view.getUint16(at + octets));
  return end - at < octets ? at : rewritePpp(p, at + octets, end);
}

/** Options may say anything: their data are zeroed, their length stays. */
function rewriteGeneve(p: Packet, at: number, end: number): number {
  const options = ((p.bytes[at] as number) & 0x3f) * 4;
  if (end - at < 8 + options) return at + 8;
  for (let here = at + 8; here + 4 <= at + 8 + options; ) {
    const length = ((p.bytes[here + 3] as number) & 0x1f) * 4;
    p.bytes.fill(0, here + 4, Math.min(at + 8 + options, here + 4 + length));
    here += 4 + length;
  }
  return rewriteType(p, p.view.getUint16(at + 2), at + 8 + options, end);
}

/** GTPv1-U (3GPP TS 29.281): a user packet is message 255. */
function rewriteGtp(p: Packet, at: number, end: number): number {
  const flags = p.bytes[at] as number;
  if (flags >> 5 !== 1 || p.bytes[at + 1] !== 255) return keepUnknown(p, at + 8, end);
  let here = at + 8;
  if (flags & 7) {
    let next = end - here >= 4 ? (p.bytes[here + 3] as number) : 0;
    here += 4;
    while ((flags & 4) !== 0 && next !== 0) {
      const length = here < end ? (p.bytes[here] as number) * 4 : 0;
      if (length === 0 || end - here < length) return Math.min(here, end);
      next = p.bytes[here + length - 1] as number;
      here += length;
    }
  }
  return rewriteIp(p, here, end);
}

function rewriteGre(p: Packet, at: number, end: number, isWhole: boolean): number {
  if (end - at < 4) return at;
  const flags = p.view.getUint16(at);
  const type = p.view.getUint16(at + 2);
  const version = flags & 7;
  let here = at + 4;
  if (version === 1) here += 4 + (flags & 0x1000 ? 4 : 0) + (flags & 0x0080 ? 4 : 0);
  else here += (flags & 0xc000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
  if (end < here) return Math.min(end, at + 4);
  const hasChecksum = version === 0 && (flags & 0x8000) !== 0;
  const stored = hasChecksum ? p.view.getUint16(at + 4) : 0;
  const covered = isWhole ? sum16(p.bytes, at, end) - stored : null;
  const kept = rewriteGreBody(p, type, flags, here, end);
  if (hasChecksum) {
    p.view.setUint16(at + 4, 0);
    const now = { covered: sum16(p.bytes, at, kept), pseudo: 0, pseudoWithoutLength: 0 };
    p.view.setUint16(at + 4, carryChecksum({ stored, covered, pseudo: 0, pseudoWithoutLength: 0 }, now));
  }
  return kept;
}

function rewriteGreBody(p: Packet, type: number, flags: number, at: number, end: number): number {
  // ERSPAN I has no header of its own, II has 8 octets, III has 12 and maybe 8 more.
  if (type === 0x88be) return flags & 0x1000 ? (end - at < 8 ? at : rewriteEthernet(p, at + 8, end)) : rewriteEthernet(p, at, end);
  if (type === 0x22eb) {
    const header = end - at >= 12 && ((p.bytes[at + 11] as number) & 1) === 1 ? 20 : 12;
    return end - at < header ? at : rewriteEthernet(p, at + header, end);
  }
  return rewriteType(p, type, at, end);
}
