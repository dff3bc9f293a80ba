// A capture source that hashes what is read through it, so that a capture is read once and identified by its bytes.
import { createHash } from 'node:crypto';
import type { CaptureSource } from '../../engine/capture/source.ts';

export interface HashingSource extends CaptureSource {
  /** SHA-256 of the whole file, hex; reads what has not been read yet. */
  digest(): Promise<string>;
}

const REST = 8 * 1024 * 1024;

export function hashingSource(source: CaptureSource): HashingSource {
  const hash = createHash('sha256');
  let hashed = 0;
  const take = (offset: number, bytes: Uint8Array): void => {
    const end = offset + bytes.length;
    if (offset > hashed || end <= hashed) return;
    hash.update(bytes.subarray(hashed - offset));
    hashed = end;
  };
  return {
    name: source.name,
    size: source.size,
    read: async (offset, length, into) => {
      const bytes = await source.read(offset, length, into);
      take(offset, bytes);
      return bytes;
    },
    digest: async () => {
      while (hashed < source.size) {
        const before = hashed;
        take(hashed, await source.read(hashed, Math.min(REST, source.size - hashed)));
        if (hashed === before) break;
      }
      return hash.digest('hex');
    },
  };
}
