// Writes pcapng (draft-ietf-opsawg-pcapng): one section, little-endian, nanosecond timestamps.
import { encodeUtf8 } from '../../base/utf8.ts';

/** What a section header says; every text may be absent. */
export interface SectionSpec {
  readonly application: string;
  readonly comments: readonly string[];
  readonly hardware?: string;
  readonly system?: string;
}
export interface InterfaceSpec {
  readonly name: string;
  readonly description: string;
  readonly linkType: number;
  /** Octets; 0 is unlimited. */
  readonly snapLength: number;
  readonly filter?: string;
}
export interface PacketSpec {
  /** Index of an interface already written. */
  readonly interfaceId: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Octets on the wire. */
  readonly originalLength: number;
  readonly data: Uint8Array;
  readonly comments?: readonly string[];
}
export interface InterfaceCounts {
  readonly interfaceId: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly received: number | null;
  readonly dropped: number | null;
}

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const NAMES = 4;
const STATISTICS = 5;
const ENHANCED_PACKET = 6;
const COMMENT = 1;
/** An option's length is 16 bits; a comment beyond it is cut at a character. */
const MAX_OPTION = 0xffff;
/** Blocks larger than this are refused by Wireshark. */
export const MAX_BLOCK = 16 * 1024 * 1024;

type Option = readonly [code: number, value: Uint8Array];

export function sectionBlock(spec: SectionSpec): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(16));
  fixed.setUint32(0, 0x1a2b3c4d, true);
  fixed.setUint16(4, 1, true);
  fixed.setBigInt64(8, -1n, true);
  const options: Option[] = spec.comments.map((comment) => [COMMENT, encode(comment)]);
  if (spec.hardware) options.push([2, encode(spec.hardware)]);
  if (spec.system) options.push([3, encode(spec.system)]);
  options.push([4, encode(spec.application)]);
  return writeBlock(SECTION, bytesOf(fixed), options);
}

export function interfaceBlock(spec: InterfaceSpec): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(8));
  fixed.setUint16(0, spec.linkType, true);
  fixed.setUint32(4, spec.snapLength, true);
  const options: Option[] = [[2, encode(spec.name)]];
  if (spec.description) options.push([3, encode(spec.description)]);
  options.push([9, Uint8Array.of(9)]);
  if (spec.filter) options.push([11, concat([Uint8Array.of(0), encode(spec.filter).subarray(0, MAX_OPTION - 1)])]);
  return writeBlock(INTERFACE, bytesOf(fixed), options);
}

/** Addresses as octets (4 or 16), each with its name. */
export function nameBlock(names: readonly (readonly [Uint8Array, string])[]): Uint8Array {
  const records = names.map(([address, name]) => {
    // A name ends at its first NUL: one inside it can't be written.
    const host = encode(name.replaceAll('\0', '\u2400')).subarray(0, 1024);
    return padded(option(address.length === 4 ? 1 : 2, concat([address, host, new Uint8Array(1)])));
  });
  return writeBlock(NAMES, concat([...records, new Uint8Array(4)]), []);
}

export function packetBlock(spec: PacketSpec): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(20 + pad4(spec.data.length)));
  fixed.setUint32(0, spec.interfaceId, true);
  setTime(fixed, 4, spec.time);
  fixed.setUint32(12, spec.data.length, true);
  fixed.setUint32(16, spec.originalLength, true);
  bytesOf(fixed).set(spec.data, 20);
  return writeBlock(
    ENHANCED_PACKET,
    bytesOf(fixed),
    (spec.comments ?? []).map((comment): Option => [COMMENT, encode(comment)]),
  );
}

export function statisticsBlock(counts: InterfaceCounts): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(12));
  fixed.setUint32(0, counts.interfaceId, true);
  setTime(fixed, 4, counts.time);
  const options: Option[] = [];
  if (counts.received !== null) options.push([4, uint64(counts.received)]);
  if (counts.dropped !== null) options.push([5, uint64(counts.dropped)]);
  return writeBlock(STATISTICS, bytesOf(fixed), options);
}

/** A block of any type: body padded to 32 bits, then options with their end mark. */
export function writeBlock(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const tail = options.length === 0 ? [] : [...options.map(([code, value]) => padded(option(code, value))), new Uint8Array(4)];
  const content = concat([padded(body), ...tail]);
  const length = content.length + 12;
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  out.set(content, 8);
  view.setUint32(length - 4, length, true);
  return out;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function option(code: number, value: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + value.length);
  const view = new DataView(out.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  out.set(value, 4);
  return out;
}

/** Two 32-bit halves, high first, as the format has it. */
function setTime(view: DataView, at: number, time: bigint): void {
  const value = time < 0n ? 0n : time;
  view.setUint32(at, Number((value >> 32n) & 0xffffffffn), true);
  view.setUint32(at + 4, Number(value & 0xffffffffn), true);
}

function uint64(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(Math.max(0, Math.round(value))), true);
  return bytesOf(view);
}

function encode(value: string): Uint8Array {
  const bytes = encodeUtf8(value);
  if (bytes.length <= MAX_OPTION) return bytes;
  let end = MAX_OPTION;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

const pad4 = (length: number): number => (length + 3) & ~3;
const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer);

function padded(bytes: Uint8Array): Uint8Array {
  if ((bytes.length & 3) === 0) return bytes;
  const out = new Uint8Array(pad4(bytes.length));
  out.set(bytes);
  return out;
}
