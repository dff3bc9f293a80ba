// Packets as bytes from a terse description: Ethernet, IPv4 or IPv6, TCP with options, payload and right checksums.

import { concat as joined } from '../engine/capture/pcapngWriter.ts';

/** One TCP segment. Numbers default to 0, `win` to 502, `ttl` to 64; flags are letters `S A F R P U E C` (`.` is ACK). */
export interface SegmentSpec {
  /** `10.0.0.1:80` or `[fd00::1]:80`. */
  readonly src: string;
  readonly dst: string;
  readonly flags?: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly win?: number;
  /** Octets of payload, made up from the sequence number so that the same octets of a stream are always equal; or the payload itself. */
  readonly payload?: number | Uint8Array;
  readonly mss?: number;
  readonly scale?: number;
  readonly sackPermitted?: boolean;
  readonly ts?: readonly [value: number, echo: number];
  readonly sack?: readonly (readonly [left: number, right: number])[];
  readonly fastOpen?: boolean;
  readonly ttl?: number;
  readonly ipId?: number;
  /** Leave the IP total length 0, as segmentation offload does. */
  readonly zeroLength?: boolean;
  /** Make the TCP checksum wrong. */
  readonly badChecksum?: boolean;
}

const FLAG_BITS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, '.': 16, U: 32, E: 64, C: 128 };

/** A whole Ethernet frame. */
export const encodeFrame = (spec: SegmentSpec): Uint8Array => ethernet(encodeIp(spec));

export function ethernet(ip: Uint8Array, etherType = (ip[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800): Uint8Array {
  return concat(Uint8Array.of(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1), u16(etherType), ip);
}

/** The IP packet alone. */
export function encodeIp(spec: SegmentSpec): Uint8Array {
  return ipPacket(spec.src, spec.dst, 6, encodeTcp(spec), spec);
}

/** An IP packet around any transport; addresses may carry ports, which are ignored. */
export function ipPacket(
  src: string,
  dst: string,
  protocol: number,
  body: Uint8Array,
  more: { readonly ttl?: number; readonly ipId?: number; readonly zeroLength?: boolean; readonly fragment?: number } = {},
): Uint8Array {
  const from = parseEndpoint(src).address;
  const to = parseEndpoint(dst).address;
  const ttl = more.ttl ?? 64;
  if (from.length === 16) {
    const length = more.zeroLength ? 0 : body.length;
    return concat(u32(0x60000000), u16(length), Uint8Array.of(protocol, ttl), from, to, body);
  }
  const total = more.zeroLength ? 0 : 20 + body.length;
  const header = concat(
    Uint8Array.of(0x45, 0),
    u16(total),
    u16(more.ipId ?? 0),
    u16(more.fragment ?? 0x4000),
    Uint8Array.of(ttl, protocol),
    u16(0),
    from,
    to,
  );
  new DataView(header.buffer).setUint16(10, checksum(header));
  return concat(header, body);
}

/** An ICMP or ICMPv6 error from `src` to `dst` that quotes the start of an IP packet. */
export function encodeIcmpError(src: string, dst: string, type: number, code: number, mtu: number, quoted: Uint8Array): Uint8Array {
  const isV6 = parseEndpoint(src).address.length === 16;
  const body = concat(Uint8Array.of(type, code), u16(0), isV6 ? u32(mtu) : concat(u16(0), u16(mtu)), quoted.subarray(0, isV6 ? 80 : 48));
  return ipPacket(src, dst, isV6 ? 58 : 1, body);
}

export function encodeTcp(spec: SegmentSpec): Uint8Array {
  const from = parseEndpoint(spec.src);
  const to = parseEndpoint(spec.dst);
  const seq = (spec.seq ?? 0) >>> 0;
  const payload = typeof spec.payload === 'object' ? spec.payload : streamBytes(seq, spec.payload ?? 0);
  const options = encodeOptions(spec);
  const flags = [...(spec.flags ?? 'A')].reduce((bits, letter) => bits | (FLAG_BITS[letter] ?? 0), 0);
  const segment = concat(
    u16(from.port),
    u16(to.port),
    u32(seq),
    u32((spec.ack ?? 0) >>> 0),
    u16((((20 + options.length) / 4) << 12) | flags),
    u16(spec.win ?? 502),
    u32(0),
    options,
    payload,
  );
  const pseudo = concat(from.address, to.address, u32(segment.length), u32(6));
  const sum = checksum(concat(pseudo, segment.length % 2 === 0 ? segment : concat(segment, Uint8Array.of(0))));
  new DataView(segment.buffer).setUint16(16, spec.badChecksum ? sum ^ 0x5555 : sum);
  return segment;
}

function encodeOptions(spec: SegmentSpec): Uint8Array {
  const parts: Uint8Array[] = [];
  if (spec.mss !== undefined) parts.push(Uint8Array.of(2, 4), u16(spec.mss));
  if (spec.sackPermitted) parts.push(Uint8Array.of(4, 2));
  if (spec.ts) {
    // With the two octets of "SACK permitted" or two NOPs before it the option is aligned, as stacks write it.
    if (!spec.sackPermitted) parts.push(Uint8Array.of(1, 1));
    parts.push(Uint8Array.of(8, 10), u32(spec.ts[0]), u32(spec.ts[1]));
  }
  if (spec.scale !== undefined) parts.push(Uint8Array.of(1, 3, 3, spec.scale));
  if (spec.fastOpen) parts.push(Uint8Array.of(34, 2));
  if (spec.sack) {
    parts.push(Uint8Array.of(1, 1, 5, 2 + 8 * spec.sack.length));
    for (const [left, right] of spec.sack) parts.push(u32(left), u32(right));
  }
  const options = concat(...parts);
  return concat(options, new Uint8Array((4 - (options.length % 4)) % 4));
}

/** The octets of a made-up stream from a sequence number on: the same number always has the same octet. */
export function streamBytes(seq: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const h = Math.imul((seq + i) | 0, 0x9e3779b1);
    bytes[i] = Math.imul(h ^ (h >>> 15), 0x85ebca77) >>> 24;
  }
  return bytes;
}

export function parseEndpoint(text: string): { readonly address: Uint8Array; readonly port: number } {
  const v6 = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (v6) return { address: parseV6(v6[1] as string), port: Number(v6[2] ?? 0) };
  const [address, port] = text.split(':');
  const octets = (address as string).split('.').map(Number);
  if (octets.length !== 4 || octets.some((o) => !(o >= 0 && o <= 255))) throw new Error(`not an endpoint: ${text}`);
  return { address: Uint8Array.from(octets), port: Number(port ?? 0) };
}

function parseV6(text: string): Uint8Array {
  const [head, tail] = text.split('::');
  const groups = (part: string | undefined): number[] => (part ? part.split(':').map((g) => Number.parseInt(g, 16)) : []);
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = tail === undefined ? before : [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return concat(...all.map((group) => u16(group)));
}

/** RFC 1071. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum >>> 16 !== 0) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export const u16 = (value: number, little = false): Uint8Array => number(2, value, little);
export const u32 = (value: number, little = false): Uint8Array => number(4, value, little);

function number(octets: 2 | 4, value: number, little: boolean): Uint8Array {
  const bytes = new Uint8Array(octets);
  const view = new DataView(bytes.buffer);
  if (octets === 2) view.setUint16(0, value, little);
  else view.setUint32(0, value, little);
  return bytes;
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => joined(parts);
