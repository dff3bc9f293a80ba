// Octets of a capture file at any place, plain, long after it was indexed: a few windows are kept, a compressed file is inflated again.
import type { Inflaters } from '../capture/inflaters.ts';
import { PLATFORM_INFLATERS } from '../capture/inflaters.ts';
import { type PlainStream, plainStream } from '../capture/plainStream.ts';
import type { CaptureSource } from '../capture/source.ts';

export interface PlainFile {
  /** Fewer octets than asked only at the end. Rejects when the file went away or changed. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

const WINDOW = 1 << 20;
/** Windows kept: a list of packets jumps between capture points and back. */
const KEPT = 8;

export function plainFile(source: CaptureSource, compressed: boolean, inflaters: Inflaters = PLATFORM_INFLATERS): PlainFile {
  const windows = new Map<number, Uint8Array>();
  const load = compressed
    ? inflating(source, inflaters)
    : (at: number) => source.read(at * WINDOW, Math.min(WINDOW, source.size - at * WINDOW));
  async function window(at: number): Promise<Uint8Array> {
    const known = windows.get(at);
    if (known) {
      windows.delete(at);
      windows.set(at, known);
      return known;
    }
    const bytes = await load(at);
    windows.set(at, bytes);
    for (const oldest of windows.keys()) {
      if (windows.size <= KEPT) break;
      windows.delete(oldest);
    }
    return bytes;
  }
  return {
    async read(offset, length) {
      const first = Math.floor(offset / WINDOW);
      const last = Math.floor((offset + Math.max(0, length - 1)) / WINDOW);
      const from = offset - first * WINDOW;
      if (first === last) return (await window(first)).subarray(from, from + length);
      const out = new Uint8Array(length);
      let filled = 0;
      for (let at = first; at <= last; at++) {
        const bytes = await window(at);
        const part = bytes.subarray(at === first ? from : 0, (at === first ? from : 0) + length - filled);
        out.set(part, filled);
        filled += part.length;
        if (bytes.length < WINDOW) break;
      }
      return out.subarray(0, filled);
    },
  };
}

/** Windows of the plain octets, in order as far as possible: going back starts again from the beginning. One caller at a time. */
function inflating(source: CaptureSource, inflaters: Inflaters): (at: number) => Promise<Uint8Array> {
  let stream: PlainStream | null = null;
  let next = 0;
  let carry = new Uint8Array(0);
  let queue: Promise<unknown> = Promise.resolve();

  async function nextWindow(): Promise<Uint8Array> {
    const out = new Uint8Array(WINDOW);
    let filled = 0;
    while (filled < WINDOW) {
      if (carry.length === 0) {
        const chunk = await stream?.next();
        if (!chunk) break;
        carry = chunk.slice();
      }
      const part = carry.subarray(0, WINDOW - filled);
      out.set(part, filled);
      filled += part.length;
      carry = carry.subarray(part.length);
    }
    next++;
    return out.subarray(0, filled);
  }

  async function load(at: number): Promise<Uint8Array> {
    if (!stream || at < next) {
      stream?.close();
      const opened = await plainStream(source, WINDOW, inflaters);
      if (!opened.ok) throw new Error(`${source.name}: ${opened.error.kind}`);
      stream = opened.value;
      next = 0;
      carry = new Uint8Array(0);
    }
    while (next < at) if ((await nextWindow()).length === 0) return new Uint8Array(0);
    return nextWindow();
  }

  return (at) => {
    const result = queue.then(() => load(at));
    queue = result.catch(() => undefined);
    return result;
  };
}
