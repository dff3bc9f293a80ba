// Files of this machine as capture sources: regular ones as they are, pipes and standard input through a nameless copy on disk.
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { err, ok, type Result } from '../base/result.ts';
import type { CaptureSource } from '../engine/capture/source.ts';

/** What is decoded soon after it was read is still in the processor's cache: smaller reads than a browser wants. */
export const NODE_CHUNK = 2 * 1024 * 1024;

/** Standard input, where a file name is expected. */
export const STDIN = '-';

/** An open file. The caller closes it. */
export interface NodeSource extends CaptureSource {
  close(): Promise<void>;
}

/** @returns the source, or one sentence that says why it can't be opened */
export async function openNodeSource(name: string): Promise<Result<NodeSource, string>> {
  try {
    if (name === STDIN) {
      if (process.stdin.isTTY) return err('Nothing is piped in: "-" reads a capture from standard input.');
      return ok(await sourceOf(await spooled(process.stdin), name));
    }
    const handle = await open(name, 'r');
    const kind = await handle.stat();
    if (kind.isFile()) return ok(await sourceOf(handle, name));
    if (kind.isFIFO() || kind.isSocket()) return ok(await sourceOf(await spooled(handle.createReadStream()), name));
    await handle.close();
    return err(kind.isDirectory() ? `${name} is a folder: name the captures in it.` : `${name} is a device, not a capture.`);
  } catch (error) {
    return err(`${name} can't be opened: ${reasonOf(error)}.`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many files are open',
  ENOSPC: 'there is no room on the disk for what is piped in',
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error && typeof error.code === 'string' && REASONS[error.code]) || error.message;
};

/** A copy that has no name any more once it is written to: gone with its handle, whatever happens. */
async function spooled(input: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'hopscope-'));
  let handle: FileHandle;
  try {
    handle = await open(join(folder, 'piped'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for await (const chunk of input) await handle.writeFile(chunk);
  return handle;
}

async function sourceOf(handle: FileHandle, name: string): Promise<NodeSource> {
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
