// Random access to the plain octets of a source, compressed or not.
import type { CaptureFile } from '../model/capture.ts';
import { GzipInflater, type RestartPoint } from './inflate.ts';
import type { CaptureSource } from './source.ts';
import { ZstdInflater } from './zstd.ts';

/** Stored octets read at a time while inflating. */
const PIECE = 256 * 1024;
/** Plain octets between two restart points; each holds 32 kB, so an index takes 1/128 of the plain size. */
const POINT_EVERY = 4 * 1024 * 1024;
/** Restart points stop being added here (64 MB, for captures of 8 GB). */
const MOST_POINTS = 2048;
/** Plain chunks kept because who looks at one packet looks at its neighbours next. */
const KEPT_CHUNKS = 64 * 1024 * 1024;

interface Chunk {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** One per source, made on first use and gone with it. */
export class PlainReader {
  static readonly #readers = new WeakMap<CaptureSource, PlainReader>();
  readonly #source: CaptureSource;
  readonly #compression: CaptureFile['compression'];
  readonly #points: RestartPoint[] = [];
  /** Oldest first. */
  #chunks: Chunk[] = [];
  #kept = 0;
  /** Requests wait for each other: two at once would inflate the same twice. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(source: CaptureSource, compression: CaptureFile['compression']) {
    this.#source = source;
    this.#compression = compression;
  }

  static of(source: CaptureSource, compression: CaptureFile['compression']): PlainReader {
    const known = PlainReader.#readers.get(source);
    if (known) return known;
    const fresh = new PlainReader(source, compression);
    PlainReader.#readers.set(source, fresh);
    return fresh;
  }

  /** Fewer octets than asked only at the end of the file or of what can be inflated. Rejects as the source does. */
  read(offset: number, length: number): Promise<Uint8Array> {
    if (this.#compression === null) return this.#source.read(offset, Math.max(0, Math.min(length, this.#source.size - offset)));
    const answer = this.#turn.then(() => this.#fromChunks(offset, length) ?? this.#inflate(offset, length));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  #fromChunks(offset: number, length: number): Uint8Array | null {
    const out = new Uint8Array(length);
    let have = 0;
    while (have < length) {
      const at = offset + have;
      const chunk = this.#chunks.find((c) => c.at <= at && at < c.at + c.bytes.length);
      if (!chunk) return null;
      const part = chunk.bytes.subarray(at - chunk.at, Math.min(chunk.bytes.length, at - chunk.at + length - have));
      out.set(part, have);
      have += part.length;
    }
    return out;
  }

  async #inflate(offset: number, length: number): Promise<Uint8Array> {
    const point = this.#compression === 'gzip' ? this.#pointBefore(offset) : null;
    const gzip = this.#compression === 'gzip' ? new GzipInflater(point) : null;
    if (gzip) gzip.onBlock = (inflater) => this.#keepPoint(inflater);
    const inflater = gzip ?? new ZstdInflater();
    let stored = point === null ? 0 : Math.floor(point.bit / 8);
    let plain = point?.plain ?? 0;
    const out = new Uint8Array(length);
    let have = 0;
    while (have < length) {
      const chunk = inflater.pull();
      if (chunk === null) {
        if (inflater.isDone) break;
        const piece = await this.#source.read(stored, Math.max(0, Math.min(PIECE, this.#source.size - stored)));
        stored += piece.length;
        inflater.push(piece.length === 0 ? null : piece);
        continue;
      }
      const from = Math.max(0, offset + have - plain);
      if (from < chunk.length) {
        const part = chunk.subarray(from, Math.min(chunk.length, from + length - have));
        out.set(part, have);
        have += part.length;
        this.#keepChunk(plain, chunk);
      }
      plain += chunk.length;
    }
    return out.subarray(0, have);
  }

  #pointBefore(offset: number): RestartPoint | null {
    let best: RestartPoint | null = null;
    for (const point of this.#points) if (point.plain <= offset && point.plain >= (best?.plain ?? 0)) best = point;
    return best;
  }

  #keepPoint(inflater: GzipInflater): void {
    const last = this.#points.at(-1)?.plain ?? 0;
    if (inflater.plain >= last + POINT_EVERY && this.#points.length < MOST_POINTS) this.#points.push(inflater.restartPoint());
  }

  #keepChunk(at: number, chunk: Uint8Array): void {
    if (this.#chunks.some((c) => c.at === at)) return;
    this.#chunks.push({ at, bytes: chunk.slice() });
    this.#kept += chunk.length;
    while (this.#kept > KEPT_CHUNKS) this.#kept -= this.#chunks.shift()?.bytes.length ?? this.#kept;
  }
}
