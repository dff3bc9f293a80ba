// Stored octets of a source, chunk after chunk.
import { isOutOfMemory } from '../../base/outOfMemory.ts';
import type { CaptureSource, OrderedOctets } from './source.ts';

const IN_FLIGHT = 2;
const SHORTER = 'it became shorter while it was read';

/** Reads ahead so that the disk and the decoder work at the same time: in one ordered pass where the source has it, else piece by piece. */
export class ReadAhead {
  consumed = 0;
  failure: string | null = null;
  readonly #source: CaptureSource;
  readonly #chunkSize: number;
  #ordered: OrderedOctets | null;
  readonly #pending: Promise<Uint8Array | Error>[] = [];
  #asked = 0;
  /** Set by who is done with a chunk before asking for the next: then a few buffers serve the whole file. */
  isReusing = false;
  readonly #free: ArrayBufferLike[] = [];
  #lent: ArrayBufferLike | null = null;

  constructor(source: CaptureSource, chunkSize: number) {
    this.#source = source;
    this.#chunkSize = Math.max(1, chunkSize);
    this.#ordered = source.inOrder?.() ?? null;
  }

  async next(): Promise<Uint8Array | null> {
    if (this.failure !== null) return null;
    if (this.#lent !== null) this.#free.push(this.#lent);
    this.#lent = null;
    // The end is known: asking a stream beyond it may never be answered.
    if (this.consumed >= this.#source.size) return null;
    const chunk = (await this.#inOrder()) ?? (await this.#piece());
    if (chunk instanceof Error) {
      if (isOutOfMemory(chunk)) throw chunk;
      this.failure = chunk.message;
      return null;
    }
    this.consumed += chunk.length;
    if (this.isReusing) this.#lent = chunk.buffer;
    return chunk.length === 0 ? null : chunk;
  }

  close(): void {
    this.#stopOrdered();
    this.#pending.length = 0;
    this.#asked = this.#source.size;
  }

  /** @returns null when it is up to reading piece by piece */
  async #inOrder(): Promise<Uint8Array | Error | null> {
    if (this.#ordered === null) return null;
    const free = this.#free.pop();
    const chunk = await this.#ordered.next(free instanceof ArrayBuffer ? free : null).catch(asError);
    if (chunk === null) {
      this.#stopOrdered();
      this.#asked = this.consumed;
    } else if (!(chunk instanceof Error) && chunk.length === 0) this.failure = SHORTER;
    return chunk;
  }

  async #piece(): Promise<Uint8Array | Error> {
    while (this.#pending.length < IN_FLIGHT && this.#asked < this.#source.size) this.#ask();
    const wanted = Math.min(this.#chunkSize, this.#source.size - this.consumed);
    const chunk = (await this.#pending.shift()) ?? new Uint8Array(0);
    if (!(chunk instanceof Error) && chunk.length < wanted) this.failure = SHORTER;
    return chunk;
  }

  #stopOrdered(): void {
    this.#ordered?.close();
    this.#ordered = null;
  }

  #ask(): void {
    const length = Math.min(this.#chunkSize, this.#source.size - this.#asked);
    const free = this.#free.pop();
    const read = this.#source.read(this.#asked, length, free && new Uint8Array(free));
    // A failed read is a value: nobody may be waiting for it yet.
    this.#pending.push(read.catch(asError));
    this.#asked += length;
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
