// Writes results: never over a file that is there, unless told to.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { printableLine } from './printable.ts';

export interface OutFile {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/**
 * @param out a file name for one file, a folder for several; `-`: standard output (one file); null: the current folder
 * @returns an error sentence, or null
 */
export async function writeOut(files: readonly OutFile[], out: string | null, force: boolean): Promise<string | null> {
  const [only] = files;
  if (out === '-') {
    if (files.length !== 1 || !only) return 'several files can’t go to standard output: name a folder with --out';
    await new Promise<void>((done) => process.stdout.write(only.content, () => done()));
    return null;
  }
  for (const file of files) {
    const path = out === null ? file.name : files.length === 1 ? out : join(out, file.name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, file.content, { flag: force ? 'w' : 'wx' });
      process.stderr.write(`${printableLine(path)}\n`);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      return code === 'EEXIST' ? `${path} is there already: --force writes over it` : `${path} can't be written: ${String(error)}`;
    }
  }
  return null;
}
