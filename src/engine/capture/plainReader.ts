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
/** Plain octets kept because who looks at one packet looks at its neighbours next; inflating again costs more than reading again. */
const KEPT_INFLATED = 64 * 1024 * 1024;
const KEPT_READ = 8 * 1024 * 1024;
/** Octets of an uncompressed file read at a time. */
const WINDOW = 1024 * 1024;

interface Chunk {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** An inflater on its way: what it has read and what it has given. */
interface Run {
  readonly inflater: GzipInflater | ZstdInflater;
  stored: number;
  plain: number;
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
  #run: Run | null = null;
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
    const isPlain = this.#compression === null;
    const wanted = isPlain ? Math.max(0, Math.min(length, this.#source.size - offset)) : length;
    const answer = this.#turn.then(
      () => this.#fromChunks(offset, wanted) ?? (isPlain ? this.#readWindows(offset, wanted) : this.#inflate(offset, wanted)),
    );
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

  /** Whole windows, as far as the file goes. */
  async #readWindows(offset: number, length: number): Promise<Uint8Array> {
    const start = offset - (offset % WINDOW);
    const size = Math.min(this.#source.size, Math.ceil((offset + length) / WINDOW) * WINDOW) - start;
    const bytes = await this.#source.read(start, size);
    this.#keepChunk(start, bytes);
    return bytes.subarray(offset - start, offset - start + length);
  }

  async #inflate(offset: number, length: number): Promise<Uint8Array> {
    const run = this.#runBefore(offset);
    const out = new Uint8Array(length);
    let have = 0;
    while (have < length) {
      const chunk = run.inflater.pull();
      if (chunk === null) {
        if (run.inflater.isDone) break;
        const piece = await this.#source.read(run.stored, Math.max(0, Math.min(PIECE, this.#source.size - run.stored)));
        run.stored += piece.length;
        run.inflater.push(piece.length === 0 ? null : piece);
        continue;
      }
      const from = Math.max(0, offset + have - run.plain);
      if (from < chunk.length) {
        const part = chunk.subarray(from, Math.min(chunk.length, from + length - have));
        out.set(part, have);
        have += part.length;
        this.#keepChunk(run.plain, chunk);
      }
      run.plain += chunk.length;
    }
    return out.subarray(0, have);
  }

  /** The run that goes on where the last one stopped, or a new one from the nearest place before `offset` that is known. */
  #runBefore(offset: number): Run {
    const point = this.#compression === 'gzip' ? this.#pointBefore(offset) : null;
    const last = this.#run;
    if (last && last.plain <= offset && last.plain >= (point?.plain ?? 0) && !last.inflater.isDone) return last;
    const gzip = this.#compression === 'gzip' ? new GzipInflater(point) : null;
    if (gzip) gzip.onBlock = (inflater) => this.#keepPoint(inflater);
    this.#run = {
      inflater: gzip ?? new ZstdInflater(),
      stored: point === null ? 0 : Math.floor(point.bit / 8),
      plain: point?.plain ?? 0,
    };
    return this.#run;
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
    if (this.#chunks.some((c) => c.at === at && c.bytes.length >= chunk.length)) return;
    this.#chunks.push({ at, bytes: chunk.slice() });
    this.#kept += chunk.length;
    const most = this.#compression === null ? KEPT_READ : KEPT_INFLATED;
    while (this.#kept > most && this.#chunks.length > 1) this.#kept -= this.#chunks.shift()?.bytes.length ?? this.#kept;
  }
}
