// A dropped file as a source. In order it is read as one stream into a few buffers of ours: no fresh memory for every piece (in Chromium
// half the processor time of slices), and small pieces are still in the cache when they are decoded.
import { blobSource, type CaptureSource, type OrderedOctets } from '../engine/capture/source.ts';

/** What a read may fill at once. Browsers give less: about 100 kB. */
const BUFFER = 1024 * 1024;
/** Streams into given buffers have been seen never to answer. Whoever waits this long goes on with slices. */
const STALLED_MILLISECONDS = 1500;

export const fileSource = (name: string, file: File): CaptureSource => ({ ...blobSource(name, file), inOrder: () => octetsOf(file) });

/** Null where the browser can't fill buffers that it is given. */
function octetsOf(file: File): OrderedOctets | null {
  const reader = byteReader(file);
  return (
    reader && {
      next: async (into) => {
        const answer = await orStalled(reader.read(new Uint8Array(into ?? new ArrayBuffer(BUFFER))));
        return answer && (answer.value ?? new Uint8Array(0));
      },
      // A stream that doesn't answer may not end either; nobody waits for it.
      close: () => void reader.cancel().catch(() => undefined),
    }
  );
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
