// Files out of a drop or a picker. Everything is taken from the event before the first await: afterwards the browser empties it.
import type { DroppedFile } from '../../store/opening.ts';

/** At most so many files of one drop: a home directory dropped by mistake must not end the tab. */
export const MOST_FILES = 2000;

export interface Collected {
  readonly files: readonly DroppedFile[];
  /** Folders or files that the browser would not open. */
  readonly refused: readonly { readonly path: string; readonly detail: string }[];
  readonly tooMany: boolean;
}

/** Call synchronously in the drop handler; the answer comes later. */
export function collectDrop(data: DataTransfer): Promise<Collected> {
  const entries: FileSystemEntry[] = [];
  const files: DroppedFile[] = [];
  for (const item of data.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    if (entry) entries.push(entry);
    else {
      // Synthesised drops have no entries.
      const file = item.getAsFile();
      if (file) files.push({ file, path: file.name });
    }
  }
  return walk(entries, files);
}

export function collectPicked(list: FileList): Collected {
  const files = [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  return { files: inOrder(files.slice(0, MOST_FILES)), refused: [], tooMany: files.length > MOST_FILES };
}

async function walk(entries: FileSystemEntry[], files: DroppedFile[]): Promise<Collected> {
  const refused: { path: string; detail: string }[] = [];
  const queue = [...entries];
  while (queue.length > 0 && files.length < MOST_FILES) {
    const entry = queue.shift() as FileSystemEntry;
    const path = entry.fullPath.replace(/^\//, '');
    try {
      if (isDirectory(entry)) queue.push(...(await readAll(entry)));
      else if (isFile(entry) && !isHidden(entry.name)) files.push({ file: await fileOf(entry), path });
    } catch (error) {
      refused.push({ path, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return { files: inOrder(files), refused, tooMany: queue.length > 0 };
}

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
/** `.DS_Store` and its like are nobody's captures. */
const isHidden = (name: string): boolean => name.startsWith('.');
const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));

/** `readEntries` gives at most a hundred at a time: ask until it gives none. */
async function readAll(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  while (all.length <= MOST_FILES) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}

/** By path, numbers in names by value, so that rotated sets come in order. */
const inOrder = (files: readonly DroppedFile[]): DroppedFile[] =>
  [...files].sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
