// A source's octets in plain form, chunk after chunk, whatever compression is around them.
import { err, ok, type Result } from '../../base/result.ts';
import type { CaptureFile } from '../model/capture.ts';
import type { CaptureError } from './captureError.ts';
import { InflatedStream } from './inflatedStream.ts';
import type { Inflaters, PullChunk } from './inflaters.ts';
import { ReadAhead } from './readAhead.ts';
import type { CaptureSource } from './source.ts';

export interface PlainStream {
  readonly compression: CaptureFile['compression'];
  /** The first plain octets: the first chunk, which `next` gives first. */
  readonly head: Uint8Array;
  /** The next chunk; null at the end or at a failure. The chunk is valid until the next call. */
  next(): Promise<Uint8Array | null>;
  /** Stored octets used so far. */
  readonly consumed: number;
  /** Why the stream ended before its end, in the words of whoever failed; null otherwise. */
  readonly failure: string | null;
  /** Stored octets behind the end of the compressed data that belong to nothing. */
  readonly leftOver: number;
  close(): void;
}

/** Opens a source and looks at its first octets to see how it is compressed. */
export async function plainStream(
  source: CaptureSource,
  chunkSize: number,
  inflaters: Inflaters,
): Promise<Result<PlainStream, CaptureError>> {
  const raw = new ReadAhead(source, chunkSize);
  const head = await joinHead(() => raw.next());
  if (head === null) {
    if (raw.failure !== null) return err({ kind: 'unreadable', name: source.name, at: raw.consumed, reason: raw.failure });
    return err({ kind: 'empty', name: source.name });
  }
  const replay = startingWith(head, () => raw.next());
  const compression = compressionOf(head);
  if (compression === null) {
    raw.isReusing = true;
    return ok({
      compression,
      head,
      next: replay,
      get consumed() {
        return raw.consumed;
      },
      get failure() {
        return raw.failure;
      },
      leftOver: 0,
      close: () => raw.close(),
    });
  }
  return inflated(source, new InflatedStream(source, raw, replay, compression, chunkSize, inflaters));
}

/** By content, never by name. */
export function compressionOf(head: Uint8Array): CaptureFile['compression'] {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const word = head.length >= 4 ? new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true) : 0;
  return word === 0xfd2fb528 || (word & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : null;
}

async function inflated(source: CaptureSource, stream: InflatedStream): Promise<Result<PlainStream, CaptureError>> {
  const head = await joinHead(() => stream.next());
  if (head === null) {
    stream.close();
    const { compression, failure } = stream;
    return err(
      failure === null ? { kind: 'empty', name: source.name } : { kind: 'damaged', name: source.name, compression, reason: failure },
    );
  }
  return ok({
    compression: stream.compression,
    head,
    next: startingWith(head, () => stream.next()),
    get consumed() {
      return stream.consumed;
    },
    get failure() {
      return stream.failure;
    },
    get leftOver() {
      return stream.leftOver;
    },
    close: () => stream.close(),
  });
}

/** Chunks until there are enough octets to tell a format, joined. */
async function joinHead(pull: PullChunk): Promise<Uint8Array | null> {
  let head = await pull();
  while (head !== null && head.length < 12) {
    const more = await pull();
    if (more === null) break;
    const joined = new Uint8Array(head.length + more.length);
    joined.set(head);
    joined.set(more, head.length);
    head = joined;
  }
  return head;
}

function startingWith(head: Uint8Array, pull: PullChunk): PullChunk {
  let first: Uint8Array | null = head;
  return () => {
    if (first === null) return pull();
    const chunk = first;
    first = null;
    return Promise.resolve(chunk);
  };
}
