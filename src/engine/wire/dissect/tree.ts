// The field tree under construction, and the octets it is read from.
import { formatAddress } from '../../model/address.ts';
import type { DissectionStop, Field, Judgement } from '../../model/dissection.ts';

/** What a layer hands to the next: protocol (a key of the table in dissect.ts), where it starts, and where it must end. */
export interface Next {
  readonly protocol: string;
  readonly at: number;
  readonly end: number;
}

interface Extra {
  readonly text?: string;
  readonly mask?: number;
  readonly judgement?: Judgement | null;
}

interface GrowingField extends Field {
  readonly children: GrowingField[];
}

/**
 * Reads beyond the captured octets give 0, and adding a field there adds nothing but notes the stop: layers read on as if all were
 * there and check `stop` once at their end, so no length in the bytes can make them throw.
 */
export class FieldTree {
  readonly bytes: Uint8Array;
  readonly layers: GrowingField[] = [];
  readonly protocols: string[] = [];
  stop: DissectionStop | null = null;
  /** Where the present layer's octets end: never read beyond. */
  limit: number;
  /** Octets are missing because they were not captured, or not quoted; else a length in the packet lies. */
  isCut = false;
  /** 802.11 only: the header is padded to four octets. */
  isPadded = false;
  readonly view: DataView;
  private readonly path: GrowingField[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.limit = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(at: number): number {
    return this.has(at, 1) ? this.view.getUint8(at) : 0;
  }
  u16(at: number): number {
    return this.has(at, 2) ? this.view.getUint16(at) : 0;
  }
  u24(at: number): number {
    return this.has(at, 3) ? (this.view.getUint16(at) << 8) | this.view.getUint8(at + 2) : 0;
  }
  u32(at: number): number {
    return this.has(at, 4) ? this.view.getUint32(at) : 0;
  }
  has(at: number, length: number): boolean {
    return at >= 0 && length >= 0 && at + length <= this.limit;
  }
  uint(at: number, size: number): number {
    return size === 1 ? this.u8(at) : size === 2 ? this.u16(at) : size === 3 ? this.u24(at) : this.u32(at);
  }
  hexOf(at: number, length: number): string {
    return formatHex(this.bytes.subarray(at, Math.min(at + length, this.bytes.length)));
  }
  macOf(at: number): string {
    return Array.from(this.bytes.subarray(at, at + 6), hexOctet).join(':');
  }
  ip4Of(at: number): string {
    return this.bytes.subarray(at, at + 4).join('.');
  }
  ip6Of(at: number): string {
    const bytes = new Uint8Array(16);
    bytes.set(this.bytes.subarray(at, at + 16));
    return formatAddress({ length: 1, family: Uint8Array.of(6), bytes }, 0);
  }

  /** Opens a heading (a protocol, or a field with parts) that later fields go under, until `close`. */
  open(name: string, label: string, at: number, length: number, value = '', extra: Extra = {}): void {
    const there = Math.max(0, Math.min(length, this.bytes.length - at));
    const field = build(name, label, at, there, this.has(at, length) ? value : '', extra);
    // Behind a stop the heading is made all the same, attached to nothing, so that every `close` has its `open`.
    this.path.push(this.stop || at > this.bytes.length ? field : this.attach(field));
  }
  close(): void {
    this.path.pop();
  }
  /** Leaves every heading: the layer is done. */
  closeAll(): void {
    this.path.length = 0;
  }
  /** Adds to a layer that is done already. */
  reopen(layer: number): void {
    const field = this.layers[layer];
    if (field) this.path.push(field);
  }
  halt(kind: DissectionStop['kind'], at: number, need: number): void {
    if (this.stop) return;
    const layer = this.protocols.at(-1) ?? 'frame';
    this.stop = { kind: kind === 'cut' && !this.isCut ? 'malformed' : kind, layer, at, need, have: Math.max(0, this.limit - at) };
  }

  add(name: string, label: string, at: number, length: number, value: string, extra: Extra = {}): void {
    if (this.stop && length > 0) return;
    if (!this.has(at, length)) {
      this.halt('cut', at, length);
      return;
    }
    this.attach(build(name, label, at, length, value, extra));
  }
  private attach(field: GrowingField): GrowingField {
    (this.path.at(-1)?.children ?? this.layers).push(field);
    return field;
  }

  /** An unsigned decimal number. */
  num(name: string, label: string, at: number, size: number, extra?: Extra): number {
    const value = this.uint(at, size);
    this.add(name, label, at, size, String(value), extra);
    return value;
  }
  /** An unsigned number that Wireshark prints in hexadecimal. */
  hex(name: string, label: string, at: number, size: number, extra?: Extra): number {
    const value = this.uint(at, size);
    this.add(name, label, at, size, `0x${value.toString(16).padStart(size * 2, '0')}`, extra);
    return value;
  }
  /** Some bits of `size` octets, shifted down. */
  bits(name: string, label: string, at: number, size: number, mask: number, text?: string): number {
    const value = (this.uint(at, size) & mask) >>> (31 - Math.clz32(mask & -mask));
    this.add(name, label, at, size, String(value), text === undefined ? { mask } : { mask, text });
    return value;
  }
  flag(
    name: string,
    label: string,
    at: number,
    size: number,
    mask: number,
    texts: readonly [string, string] = ['Not set', 'Set'],
  ): boolean {
    const value = (this.uint(at, size) & mask) !== 0;
    this.add(name, label, at, size, value ? '1' : '0', { mask, text: texts[value ? 1 : 0] });
    return value;
  }
  mac(name: string, label: string, at: number): string {
    const value = this.macOf(at);
    this.add(name, label, at, 6, value);
    return value;
  }
  ip4(name: string, label: string, at: number): string {
    const value = this.ip4Of(at);
    this.add(name, label, at, 4, value);
    return value;
  }
  ip6(name: string, label: string, at: number): string {
    const value = this.ip6Of(at);
    this.add(name, label, at, 16, value);
    return value;
  }
  raw(name: string, label: string, at: number, length: number, extra?: Extra): void {
    this.add(name, label, at, length, this.hexOf(at, length), extra);
  }
  /** A result of calculation, tied to no octets of its own. */
  derived(name: string, label: string, value: string, extra?: Extra): void {
    this.add(name, label, 0, 0, value, extra);
  }
}

const build = (name: string, label: string, offset: number, length: number, value: string, extra: Extra): GrowingField => ({
  name,
  label,
  value,
  text: extra.text ?? '',
  offset,
  length,
  mask: extra.mask ?? 0,
  judgement: extra.judgement ?? null,
  children: [],
});

const hexOctet = (octet: number): string => octet.toString(16).padStart(2, '0');
/** `1f8b08`: Wireshark's form since 4.0. */
export const formatHex = (bytes: Uint8Array): string => Array.from(bytes, hexOctet).join('');
