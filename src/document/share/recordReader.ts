// Reads chosen records of a capture file again, in the order of the file.
import { PLATFORM_INFLATERS } from '../../engine/capture/inflaters.ts';
import { type PlainStream, plainStream } from '../../engine/capture/plainStream.ts';
import type { CaptureSource } from '../../engine/capture/source.ts';
import type { CaptureFile } from '../../engine/model/capture.ts';
import { readOptions } from '../file/blocks.ts';

export interface RawRecord {
  /** Captured octets; a copy. */
  readonly data: Uint8Array;
  readonly comments: readonly string[];
}

/** Small enough to skip what is not wanted, large enough not to ask often. */
const WINDOW = 1024 * 1024;
/** No record we index is longer. */
const LONGEST = 16 * 1024 * 1024;

/** A record at each of `offsets` (ascending, in the plain file), or null where it can't be read any more. */
export async function* readRecords(source: CaptureSource, file: CaptureFile, offsets: readonly number[]): AsyncGenerator<RawRecord | null> {
  const octets = file.compression === null ? randomAccess(source) : await inflated(source);
  if (!octets) {
    for (const _ of offsets) yield null;
    return;
  }
  const head = await octets.at(0, 4);
  const isModified = head.length === 4 && [0xa1b2cd34, 0x34cdb2a1].includes(view(head).getUint32(0, true));
  for (const offset of offsets)
    yield file.format === 'pcap'
      ? await pcapRecord(octets, offset, file.byteOrder === 'little', isModified)
      : await pcapngRecord(octets, offset);
}

interface Octets {
  /** Up to `length` octets at `offset`; offsets must not decrease. */
  at(offset: number, length: number): Promise<Uint8Array>;
}

function randomAccess(source: CaptureSource): Octets {
  let start = 0;
  let window: Uint8Array = new Uint8Array();
  return {
    at: async (offset, length) => {
      if (offset < start || offset + length > start + window.length) {
        window = await source.read(offset, Math.max(WINDOW, length));
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}

async function inflated(source: CaptureSource): Promise<Octets | null> {
  const opened = await plainStream(source, 4 * WINDOW, PLATFORM_INFLATERS);
  if (!opened.ok) return null;
  const stream: PlainStream = opened.value;
  let start = 0;
  let window: Uint8Array = new Uint8Array();
  return {
    at: async (offset, length) => {
      while (offset + length > start + window.length) {
        const chunk = await stream.next();
        if (chunk === null) break;
        const keep = window.subarray(Math.min(window.length, Math.max(0, offset - start)));
        start += window.length - keep.length;
        const joined = new Uint8Array(keep.length + chunk.length);
        joined.set(keep);
        joined.set(chunk, keep.length);
        window = joined;
      }
      return window.subarray(Math.max(0, offset - start), Math.max(0, offset - start + length));
    },
  };
}

async function pcapRecord(octets: Octets, offset: number, little: boolean, isModified: boolean): Promise<RawRecord | null> {
  const header = isModified ? 24 : 16;
  const head = await octets.at(offset, header);
  if (head.length < header) return null;
  const length = view(head).getUint32(8, little);
  if (length > LONGEST) return null;
  const whole = await octets.at(offset, header + length);
  return whole.length < header + length ? null : { data: whole.slice(header), comments: [] };
}

/** Types of blocks that hold a packet, as they stand in a little-endian section. */
const ENHANCED = 6;
const SIMPLE = 3;
const OBSOLETE = 2;

async function pcapngRecord(octets: Octets, offset: number): Promise<RawRecord | null> {
  const head = await octets.at(offset, 12);
  if (head.length < 12) return null;
  const little = [ENHANCED, SIMPLE, OBSOLETE].includes(view(head).getUint32(0, true));
  const type = view(head).getUint32(0, little);
  const total = view(head).getUint32(4, little);
  if (total < 16 || total > LONGEST) return null;
  const block = await octets.at(offset, total);
  if (block.length < total) return null;
  if (type === SIMPLE) return { data: block.slice(12, Math.min(total - 4, 12 + view(block).getUint32(8, little))), comments: [] };
  if (type !== ENHANCED && type !== OBSOLETE) return null;
  const length = view(block).getUint32(20, little);
  if (length > total - 32) return null;
  const comments = little
    ? readOptions(block.subarray(0, total - 4), 28 + ((length + 3) & ~3))
        .filter(([code]) => code === 1)
        .map(([, value]) => new TextDecoder().decode(value))
    : [];
  return { data: block.slice(28, 28 + length), comments };
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
