// A source's octets in plain form, chunk after chunk, whatever compression is around them.
import { err, ok, type Result } from '../../base/result.ts';
import type { CaptureFile } from '../model/capture.ts';
import type { CaptureError } from './captureError.ts';
import type { Inflaters, PullChunk } from './inflaters.ts';
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
  close(): void;
}

const IN_FLIGHT = 2;

/** Reads ahead so that the disk and the decoder work at the same time. */
class ReadAhead {
  consumed = 0;
  failure: string | null = null;
  readonly #source: CaptureSource;
  readonly #chunkSize: number;
  readonly #pending: Promise<Uint8Array | Error>[] = [];
  #asked = 0;

  constructor(source: CaptureSource, chunkSize: number) {
    this.#source = source;
    this.#chunkSize = Math.max(1, chunkSize);
  }

  async next(): Promise<Uint8Array | null> {
    if (this.failure !== null) return null;
    while (this.#pending.length < IN_FLIGHT && this.#asked < this.#source.size) this.#ask();
    const next = this.#pending.shift();
    if (!next) return null;
    const wanted = Math.min(this.#chunkSize, this.#source.size - this.consumed);
    const chunk = await next;
    if (chunk instanceof Error) {
      this.failure = chunk.message;
      return null;
    }
    this.consumed += chunk.length;
    if (chunk.length < wanted) this.failure = 'it became shorter while it was read';
    return chunk.length === 0 ? null : chunk;
  }

  close(): void {
    this.#pending.length = 0;
    this.#asked = this.#source.size;
  }

  #ask(): void {
    const length = Math.min(this.#chunkSize, this.#source.size - this.#asked);
    const read = this.#source.read(this.#asked, length);
    // A failed read is a value: nobody may be waiting for it yet.
    this.#pending.push(read.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))));
    this.#asked += length;
  }
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
  if (head[0] === 0x1f && head[1] === 0x8b && inflaters.gzip) return compressed(source, raw, 'gzip', inflaters.gzip(replay));
  return ok({
    compression: null,
    head,
    next: replay,
    get consumed() {
      return raw.consumed;
    },
    get failure() {
      return raw.failure;
    },
    close: () => raw.close(),
  });
}

async function compressed(
  source: CaptureSource,
  raw: ReadAhead,
  compression: 'gzip' | 'zstd',
  inflate: PullChunk,
): Promise<Result<PlainStream, CaptureError>> {
  let failure: string | null = null;
  const pull: PullChunk = async () => {
    try {
      return await inflate();
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      return null;
    }
  };
  const head = await joinHead(pull);
  if (head === null) return err({ kind: 'empty', name: source.name });
  return ok({
    compression,
    head,
    next: startingWith(head, pull),
    get consumed() {
      return raw.consumed;
    },
    get failure() {
      return raw.failure ?? failure;
    },
    close: () => raw.close(),
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
