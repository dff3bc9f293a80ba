// Files one after another through the recordizer: chunks in, what each file was out.
import { isOutOfMemory } from '../../base/outOfMemory.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { CaptureFile } from '../model/capture.ts';
import type { CaptureError } from './captureError.ts';
import { type Inflaters, PLATFORM_INFLATERS } from './inflaters.ts';
import { type PlainStream, plainStream } from './plainStream.ts';
import type { Recordizer } from './recordizer.ts';
import type { CaptureSource } from './source.ts';

export interface OpenProgress {
  /** Index of the source being read. */
  readonly file: number;
  /** Octets as stored, over all sources. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly packets: number;
}

export interface ReadOptions {
  /** After every chunk, or every few megabytes of small ones. */
  readonly onProgress?: (progress: OpenProgress) => void;
  /** An AbortSignal, or anything with its flag. */
  readonly cancel?: { readonly aborted: boolean };
  /** Octets a read asks for; whatever it is, the result is the same. */
  readonly chunkSize?: number;
  /** How to inflate fast on this platform. */
  readonly inflaters?: Inflaters;
}

/** What was read, and why the rest could not be read at all. */
export interface ReadFiles {
  readonly files: CaptureFile[];
  readonly unread: CaptureError[];
}

/** Large reads are what makes browsers fast; two are in flight. */
const CHUNK = 16 * 1024 * 1024;
/** Octets between two words on how far it came, where chunks are smaller. */
const TOLD_EVERY = 4 * 1024 * 1024;

/**
 * Damage ends a file with a problem and keeps what came before; a file that can't be read at all is left out and named. Fails only on cancel.
 * @param options.onFirstRows once, when the first `chunkSize` octets are rows
 */
export async function readFiles(
  sources: readonly CaptureSource[],
  recordizer: Recordizer,
  options: ReadOptions & { readonly onFirstRows?: (() => void) | undefined },
): Promise<Result<ReadFiles, CaptureError>> {
  const totalBytes = sources.reduce((sum, s) => sum + s.size, 0);
  const files: CaptureFile[] = [];
  const unread: CaptureError[] = [];
  const chunkSize = options.chunkSize ?? CHUNK;
  let bytesBefore = 0;
  let bytesTold = 0;
  let shown = false;
  for (const [index, source] of sources.entries()) {
    const read = await readSource(source, index);
    if (read.ok) files.push(read.value);
    else if (read.error.kind === 'cancelled') return read;
    else unread.push(read.error);
    bytesBefore += source.size;
  }
  return ok({ files, unread });

  /** Where even the first octets find no memory, the file is left out; what was read before stays. */
  async function readSource(source: CaptureSource, index: number): Promise<Result<CaptureFile, CaptureError>> {
    try {
      const stream = await plainStream(source, chunkSize, options.inflaters ?? PLATFORM_INFLATERS);
      return stream.ok ? await readFile(stream.value, source, index) : stream;
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      return err({ kind: 'outOfMemory', name: source.name, packets: recordizer.rows });
    }
  }

  async function readFile(stream: PlainStream, source: CaptureSource, index: number): Promise<Result<CaptureFile, CaptureError>> {
    const begun = recordizer.begin(source, stream);
    if (!begun.ok) {
      stream.close();
      return begun;
    }
    for (;;) {
      if (options.cancel?.aborted) {
        stream.close();
        return err({ kind: 'cancelled', bytes: bytesBefore + stream.consumed, packets: recordizer.rows });
      }
      if (!(await feedNext(stream, source))) break;
      const bytes = bytesBefore + stream.consumed;
      if (bytes - bytesTold >= Math.min(chunkSize, TOLD_EVERY) || stream.consumed === source.size) {
        bytesTold = bytes;
        options.onProgress?.({ file: index, bytes, totalBytes, packets: recordizer.rows });
      }
      if (!shown && recordizer.rows > 0 && options.onFirstRows && (bytes >= chunkSize || bytes === totalBytes)) {
        shown = true;
        options.onFirstRows();
      }
      if (recordizer.stopped) break;
    }
    stream.close();
    return ok(recordizer.end(stream));
  }

  /** @returns false at the end, and where memory ends */
  async function feedNext(stream: PlainStream, source: CaptureSource): Promise<boolean> {
    try {
      const chunk = await stream.next();
      if (chunk === null) return false;
      recordizer.feed(chunk, source.size, stream.consumed);
      return true;
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      recordizer.full();
      return false;
    }
  }
}
