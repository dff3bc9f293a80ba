// A dropped file as a source. In order it is read as one stream into a few buffers of ours: no fresh memory for every piece (in Chromium
// half the processor time of slices), and small pieces are still in the cache when they are decoded.
import { blobSource, type CaptureSource, type OrderedOctets } from '../engine/capture/source.ts';

/** What a read may fill at once, and what it waits for where the browser knows how to; else it gives about 100 kB. */
const BUFFER = 512 * 1024;
const AT_LEAST = 384 * 1024;
/** Streams into given buffers have been seen never to answer. Whoever waits so long goes on with slices. */
const STALLED_MILLISECONDS = 1500;

export const fileSource = (name: string, file: File): CaptureSource => ({ ...blobSource(name, file), inOrder: () => octetsOf(file) });

/** `min` is newer than the types. */
type ReadAtLeast = (view: Uint8Array<ArrayBuffer>, options: { min: number }) => Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>;

/** Null where the browser can't fill buffers that it is given. */
function octetsOf(file: File): OrderedOctets | null {
  const reader = byteReader(file);
  if (reader === null) return null;
  const read: ReadAtLeast = reader.read.bind(reader);
  let left = file.size;
  return {
    next: async (into) => {
      // Never more than there is: then no answer depends on how the end is told.
      const min = Math.max(1, Math.min(AT_LEAST, left));
      const answer = await orStalled(read(new Uint8Array(into ?? new ArrayBuffer(BUFFER)), { min }));
      left -= answer?.value?.length ?? 0;
      return answer && (answer.value ?? new Uint8Array(0));
    },
    // A stream that doesn't answer may not end either; nobody waits for it.
    close: () => void reader.cancel().catch(() => undefined),
  };
}

function byteReader(file: File): ReadableStreamBYOBReader | null {
  try {
    return file.stream().getReader({ mode: 'byob' });
  } catch {
    return null;
  }
}

/** The answer, or null after a while without one. */
function orStalled<T>(answer: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, STALLED_MILLISECONDS, null);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
