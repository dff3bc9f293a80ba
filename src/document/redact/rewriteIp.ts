// IPv4 and IPv6 headers, options and extensions.
import { carryChecksum, sum16 } from './checksum.ts';
import { keepPayload, keepUnknown, mapAddress, type Packet } from './packetRewriter.ts';
import { rewriteTransport } from './rewriteTransport.ts';

/** Sums that a transport checksum covers besides the segment: protocol and length are added by the transport. */
export interface Pseudo {
  readonly oldAddresses: number;
  readonly newAddresses: number;
  /** More fragments follow: what a checksum covers is not all here. */
  readonly isPart: boolean;
}

const AUTHENTICATION = 51;

/** By its first nibble. A header that was not captured whole is cut, as its addresses can't be told from other octets. */
export function rewriteIp(p: Packet, at: number, end: number): number {
  if (++p.depth > 64 || end <= at) return Math.min(at, end);
  const version = (p.bytes[at] as number) >> 4;
  if (version === 4) return rewriteIpv4(p, at, end);
  return version === 6 ? rewriteIpv6(p, at, end) : keepUnknown(p, at, end);
}

function rewriteIpv4(p: Packet, at: number, captured: number): number {
  const header = ((p.bytes[at] as number) & 15) * 4;
  if (header < 20 || captured - at < header) return at;
  const total = p.view.getUint16(at + 2);
  // Length 0: segmentation offload of more than 64 KiB. Octets behind the datagram are padding, and may be anything.
  const end = total === 0 ? captured : Math.min(captured, at + Math.max(total, header));
  const stored = p.view.getUint16(at + 10);
  const covered = sum16(p.bytes, at, at + header) - stored;
  const oldAddresses = sum16(p.bytes, at + 12, at + 20);
  mapAddress(p, at + 12, 4);
  mapAddress(p, at + 16, 4);
  if (p.run.choices.addresses === 'replace') blankOptions(p.bytes, at + 20, at + header);
  p.view.setUint16(at + 10, 0);
  const checksum = carryChecksum(
    { stored, covered, pseudo: 0, pseudoWithoutLength: 0 },
    { covered: sum16(p.bytes, at, at + header), pseudo: 0, pseudoWithoutLength: 0 },
  );
  p.view.setUint16(at + 10, checksum);
  if ((p.view.getUint16(at + 6) & 0x1fff) !== 0) return keepPayload(p, at + header, end);
  const pseudo = { oldAddresses, newAddresses: sum16(p.bytes, at + 12, at + 20), isPart: (p.view.getUint16(at + 6) & 0x2000) !== 0 };
  const length = total === 0 ? end - at - header : total - header;
  return rewriteProtocol(p, p.bytes[at + 9] as number, at + header, end, length, pseudo);
}

/** Options that record or name addresses become no-operations; what has no meaning to us too. */
function blankOptions(bytes: Uint8Array, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const kind = bytes[at] as number;
    if (kind === 0) return;
    const length = kind === 1 ? 1 : Math.max(2, at + 1 < to ? (bytes[at + 1] as number) : 2);
    // 148 is router alert.
    if (kind !== 1 && kind !== 148) bytes.fill(1, at, Math.min(to, at + length));
    at += length;
  }
}

function rewriteIpv6(p: Packet, at: number, captured: number): number {
  if (captured - at < 40) return at;
  const stated = p.view.getUint16(at + 4);
  const end = stated === 0 ? captured : Math.min(captured, at + 40 + stated);
  const oldAddresses = sum16(p.bytes, at + 8, at + 40);
  mapAddress(p, at + 8, 16);
  mapAddress(p, at + 24, 16);
  const newAddresses = sum16(p.bytes, at + 8, at + 40);
  let isPart = false;
  let protocol = p.bytes[at + 6] as number;
  let here = at + 40;
  while (protocol === 0 || protocol === 43 || protocol === 60 || protocol === 44) {
    if (end - here < 8) return here;
    const length = protocol === 44 ? 8 : ((p.bytes[here + 1] as number) + 1) * 8;
    if (end - here < length) return here;
    if (protocol === 44 && (p.view.getUint16(here + 2) & 0xfff8) !== 0) return keepPayload(p, here + 8, end);
    if (protocol === 44) isPart = (p.view.getUint16(here + 2) & 1) !== 0;
    if (protocol === 43) rewriteRouting(p, here, length);
    else if (protocol !== 44 && p.run.choices.addresses === 'replace') padOptions(p.bytes, here + 2, here + length);
    protocol = p.bytes[here] as number;
    here += length;
  }
  const length = stated === 0 ? end - here : at + 40 + stated - here;
  return rewriteProtocol(p, protocol, here, end, length, { oldAddresses, newAddresses, isPart });
}

/** Types 0, 2 and 4 hold addresses from octet 8 on. Nothing is known of others: their data are zeroed when addresses are replaced. */
function rewriteRouting(p: Packet, at: number, length: number): void {
  const type = p.bytes[at + 2] as number;
  if (type === 0 || type === 2 || type === 4) for (let i = at + 8; i + 16 <= at + length; i += 16) mapAddress(p, i, 16);
  else if (p.run.choices.addresses === 'replace') p.bytes.fill(0, at + 4, at + length);
}

/** Options other than padding, router alert and jumbo length become padding (RFC 8200 §4.2). */
function padOptions(bytes: Uint8Array, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const kind = bytes[at] as number;
    const length = kind === 0 ? 1 : 2 + (at + 1 < to ? (bytes[at + 1] as number) : 0);
    if (kind !== 0 && kind !== 5 && kind !== 0xc2) {
      bytes[at] = 1;
      bytes.fill(0, at + 2, Math.min(to, at + length));
    }
    at += length;
  }
}

function rewriteProtocol(p: Packet, protocol: number, at: number, end: number, length: number, pseudo: Pseudo): number {
  if (protocol !== AUTHENTICATION) return rewriteTransport(p, protocol, at, end, length, pseudo);
  const header = end - at >= 12 ? ((p.bytes[at + 1] as number) + 2) * 4 : 0;
  if (header < 12 || end - at < header) return at;
  // The integrity value covers the addresses as they were.
  p.bytes.fill(0, at + 12, at + header);
  return rewriteTransport(p, p.bytes[at] as number, at + header, end, length - header, pseudo);
}
