// Capture files as bytes, and bytes as taps: what parser tests write and every other test reads.

import { type OpenedTap, type OpenOptions, openCapture } from '../engine/capture/openCapture.ts';
import { concat as joined } from '../engine/capture/pcapngWriter.ts';
import { bytesSource, type CaptureSource } from '../engine/capture/source.ts';
import { concat, u16, u32 } from './packets.ts';

/** One record: nanoseconds since 1970, what was captured, and how long it was on the wire if that is more. */
export interface RecordSpec {
  readonly time: bigint;
  readonly bytes: Uint8Array;
  readonly originalLength?: number;
  /** pcapng only. */
  readonly interfaceId?: number;
  readonly comment?: string;
  /** pcapng only: so many packets the capture lost just before this one, as the record states. */
  readonly lostBefore?: number;
}

export interface PcapOptions {
  readonly linkType?: number;
  /** Default true. */
  readonly nano?: boolean;
  readonly bigEndian?: boolean;
  readonly snapLength?: number;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

export function encodePcap(records: readonly RecordSpec[], options: PcapOptions = {}): Uint8Array<ArrayBuffer> {
  const little = !options.bigEndian;
  const nano = options.nano ?? true;
  const file = new Uint8Array(records.reduce((size, r) => size + RECORD_HEADER + r.bytes.length, FILE_HEADER));
  const view = new DataView(file.buffer);
  view.setUint32(0, nano ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, options.snapLength ?? 262144, little);
  view.setUint32(20, options.linkType ?? 1, little);
  let at = FILE_HEADER;
  for (const { time, bytes, originalLength } of records) {
    view.setUint32(at, Number(time / 1_000_000_000n), little);
    view.setUint32(at + 4, Number((time % 1_000_000_000n) / (nano ? 1n : 1000n)), little);
    view.setUint32(at + 8, bytes.length, little);
    view.setUint32(at + 12, originalLength ?? bytes.length, little);
    file.set(bytes, at + RECORD_HEADER);
    at += RECORD_HEADER + bytes.length;
  }
  return file;
}

export interface PcapngOptions {
  readonly interfaces?: readonly {
    readonly linkType?: number;
    readonly name?: string;
    readonly snapLength?: number;
    readonly tsresol?: number;
  }[];
  readonly bigEndian?: boolean;
  readonly sectionComment?: string;
  /** Packets that the first interface's statistics say it dropped. */
  readonly dropped?: number;
}

/** One section: header, interfaces (nanoseconds unless `tsresol` says otherwise), enhanced packets. */
export function encodePcapng(records: readonly RecordSpec[], options: PcapngOptions = {}): Uint8Array<ArrayBuffer> {
  const little = !options.bigEndian;
  const interfaces = options.interfaces ?? [{}];
  const blocks = [sectionBlock(little, options.sectionComment)];
  for (const i of interfaces) {
    const tsresol = option(9, Uint8Array.of(i.tsresol ?? 9), little);
    const name = i.name === undefined ? [] : [option(2, new TextEncoder().encode(i.name), little)];
    blocks.push(pcapngBlock(1, [u16(i.linkType ?? 1, little), u16(0), u32(i.snapLength ?? 0, little), ...name, tsresol, u32(0)], little));
  }
  for (const record of records) {
    const resolution = interfaces[record.interfaceId ?? 0]?.tsresol ?? 9;
    const units = resolution & 0x80 ? 1n << BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
    blocks.push(enhancedPacketBlock(record, (record.time * units) / 1_000_000_000n, little));
  }
  if (options.dropped !== undefined) {
    blocks.push(pcapngBlock(5, [u32(0), u32(0), u32(0), option(5, u64(options.dropped, little), little), u32(0)], little));
  }
  return joined(blocks);
}

export function sectionBlock(little = true, comment?: string): Uint8Array {
  const options = comment === undefined ? [] : [option(1, new TextEncoder().encode(comment), little), u32(0)];
  return pcapngBlock(0x0a0d0d0a, [u32(0x1a2b3c4d, little), u16(1, little), u16(0), u32(0xffffffff), u32(0xffffffff), ...options], little);
}

export function enhancedPacketBlock(record: RecordSpec, ticks: bigint, little = true): Uint8Array {
  const comment = record.comment === undefined ? [] : [option(1, new TextEncoder().encode(record.comment), little)];
  const lost = record.lostBefore === undefined ? [] : [option(4, u64(record.lostBefore, little), little)];
  const options = comment.length + lost.length === 0 ? [] : [...comment, ...lost, u32(0)];
  return pcapngBlock(
    6,
    [
      u32(record.interfaceId ?? 0, little),
      u32(Number(ticks >> 32n), little),
      u32(Number(ticks & 0xffffffffn), little),
      u32(record.bytes.length, little),
      u32(record.originalLength ?? record.bytes.length, little),
      padded(record.bytes),
      ...options,
    ],
    little,
  );
}

/** Any block around any body (padded to four octets by the caller). */
export function pcapngBlock(type: number, body: readonly Uint8Array[], little = true): Uint8Array {
  const joined = concat(...body);
  const length = joined.length + 12;
  return concat(u32(type, little), u32(length, little), joined, u32(length, little));
}

export const option = (code: number, value: Uint8Array, little = true): Uint8Array =>
  concat(u16(code, little), u16(value.length, little), padded(value));

const u64 = (value: number, little: boolean): Uint8Array =>
  little
    ? concat(u32(value % 2 ** 32), u32(Math.floor(value / 2 ** 32)))
    : concat(u32(Math.floor(value / 2 ** 32), false), u32(value % 2 ** 32, false));

const padded = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));

/** Opens captures that are in memory as one tap; several are files of it, in order. Throws if nothing can be read. */
export async function openBytes(files: Uint8Array | readonly Uint8Array[], options: OpenOptions = {}): Promise<OpenedTap> {
  const list = files instanceof Uint8Array ? [files] : files;
  return openSources(
    list.map((bytes, i) => bytesSource(`${options.tapName ?? 'capture'}${i === 0 ? '' : i}.pcap`, bytes)),
    options,
  );
}

export async function openSources(sources: readonly CaptureSource[], options: OpenOptions = {}): Promise<OpenedTap> {
  const opened = await openCapture(sources, options);
  if (!opened.ok) throw new Error(`cannot open: ${JSON.stringify(opened.error)}`);
  return opened.value;
}
