// Files of this machine as capture sources.
import { type FileHandle, open } from 'node:fs/promises';
import type { CaptureSource } from '../engine/capture/source.ts';

/** What is decoded soon after it was read is still in the processor's cache: smaller reads than a browser wants. */
export const NODE_CHUNK = 2 * 1024 * 1024;

/** An open file. The caller closes it. */
export interface NodeSource extends CaptureSource {
  close(): Promise<void>;
}

export async function openNodeSource(path: string, name = path): Promise<NodeSource> {
  const handle: FileHandle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    name,
    size,
    read: async (offset, length, into) => {
      const buffer = into && into.length >= length ? into.subarray(0, length) : new Uint8Array(length);
      let have = 0;
      while (have < length) {
        const { bytesRead } = await handle.read(buffer, have, length - have, offset + have);
        if (bytesRead === 0) break;
        have += bytesRead;
      }
      return buffer.subarray(0, have);
    },
    close: () => handle.close(),
  };
}
