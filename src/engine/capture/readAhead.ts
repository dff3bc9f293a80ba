// Stored octets of a source, chunk after chunk.
import type { CaptureSource } from './source.ts';

const IN_FLIGHT = 2;

/** Reads ahead so that the disk and the decoder work at the same time. */
export class ReadAhead {
  consumed = 0;
  failure: string | null = null;
  readonly #source: CaptureSource;
  readonly #chunkSize: number;
  readonly #pending: Promise<Uint8Array | Error>[] = [];
  #asked = 0;
  /** Set by who is done with a chunk before asking for the next: then a few buffers serve the whole file. */
  isReusing = false;
  readonly #free: Uint8Array[] = [];
  #lent: Uint8Array | null = null;

  constructor(source: CaptureSource, chunkSize: number) {
    this.#source = source;
    this.#chunkSize = Math.max(1, chunkSize);
  }

  async next(): Promise<Uint8Array | null> {
    if (this.failure !== null) return null;
    if (this.#lent !== null) this.#free.push(this.#lent);
    this.#lent = null;
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
    if (this.isReusing) this.#lent = new Uint8Array(chunk.buffer);
    return chunk.length === 0 ? null : chunk;
  }

  close(): void {
    this.#pending.length = 0;
    this.#asked = this.#source.size;
  }

  #ask(): void {
    const length = Math.min(this.#chunkSize, this.#source.size - this.#asked);
    const read = this.#source.read(this.#asked, length, this.#free.pop());
    // A failed read is a value: nobody may be waiting for it yet.
    this.#pending.push(read.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))));
    this.#asked += length;
  }
}
