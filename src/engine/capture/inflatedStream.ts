// Plain octets of a compressed source: the platform's inflater first, ours where it gives up, and a bound on what they may make.

import { GzipInflater } from './inflate.ts';
import type { Inflaters, PullChunk } from './inflaters.ts';
import { ReadAhead } from './readAhead.ts';
import type { CaptureSource } from './source.ts';
import { ZstdInflater } from './zstd.ts';

/** A bomb is stopped at this ratio, once there is more plain than any honest small capture has. */
const LARGEST_RATIO = 200;
const SUSPICIOUS = 32 * 1024 * 1024;

/** Octets behind the end that are looked at, at once. */
const BEHIND = 1024 * 1024;

/** Ours: push stored octets, pull plain ones. */
interface Inflater {
  readonly failure: string | null;
  /** Stored octets that were used. */
  readonly used: number;
  readonly isDone: boolean;
  push(chunk: Uint8Array | null): void;
  pull(): Uint8Array | null;
}

export class InflatedStream {
  failure: string | null = null;
  /** Stored octets behind the end of what is compressed. */
  leftOver = 0;
  readonly compression: 'gzip' | 'zstd';
  readonly #source: CaptureSource;
  readonly #chunkSize: number;
  #raw: ReadAhead;
  #pull: PullChunk;
  /** Is the platform's inflater at work? */
  #isNative: boolean;
  #delivered = 0;
  #isClosed = false;

  constructor(
    source: CaptureSource,
    raw: ReadAhead,
    replay: PullChunk,
    compression: 'gzip' | 'zstd',
    chunkSize: number,
    inflaters: Inflaters,
  ) {
    this.#source = source;
    this.#raw = raw;
    this.compression = compression;
    this.#chunkSize = chunkSize;
    const native = compression === 'gzip' ? inflaters.gzip : (inflaters.zstd ?? null);
    this.#isNative = native !== null;
    this.#pull = native === null ? this.#ours(replay, 0) : native(replay);
  }

  get consumed(): number {
    return this.#raw.consumed;
  }

  async next(): Promise<Uint8Array | null> {
    if (this.failure !== null || this.#isClosed) return null;
    const chunk = await this.#nextChunk();
    if (chunk === null) {
      this.failure ??= this.#raw.failure;
      return null;
    }
    this.#delivered += chunk.length;
    if (this.#delivered > SUSPICIOUS && this.#delivered > LARGEST_RATIO * this.#raw.consumed) {
      this.failure = `it inflates to more than ${LARGEST_RATIO} times its size, as no capture does`;
    }
    return chunk;
  }

  close(): void {
    this.#isClosed = true;
    this.#raw.close();
  }

  async #nextChunk(): Promise<Uint8Array | null> {
    if (!this.#isNative) return this.#pull();
    try {
      return await this.#pull();
    } catch {
      // Several members, garbage behind, damage: read again with ours, which says exactly what is wrong, if anything is.
      this.#raw.close();
      this.#isNative = false;
      this.#raw = new ReadAhead(this.#source, this.#chunkSize);
      this.#pull = this.#ours(() => this.#raw.next(), this.#delivered);
      return this.#pull();
    }
  }

  /** Nothing but zeros is padding: what tapes and disks round up to. @returns stored octets from `end` on, or 0 */
  async #octetsBehind(end: number): Promise<number> {
    const { size } = this.#source;
    for (let at = end; at < size; at += BEHIND) {
      const octets = await this.#source.read(at, Math.min(BEHIND, size - at)).catch(() => new Uint8Array(0));
      if (octets.some((octet) => octet !== 0)) return size - end;
    }
    return 0;
  }

  /** @param skip plain octets that were delivered already */
  #ours(stored: PullChunk, skip: number): PullChunk {
    const inflater: Inflater = this.compression === 'gzip' ? new GzipInflater() : new ZstdInflater();
    let left = skip;
    return async () => {
      for (;;) {
        let chunk = inflater.pull();
        if (chunk === null) {
          if (inflater.isDone) {
            this.failure ??= inflater.failure;
            if (this.failure === null) this.leftOver = await this.#octetsBehind(inflater.used);
            return null;
          }
          inflater.push(await stored());
          continue;
        }
        if (left > 0) {
          const passed = Math.min(left, chunk.length);
          left -= passed;
          chunk = chunk.subarray(passed);
        }
        if (chunk.length > 0) return chunk;
      }
    };
  }
}
