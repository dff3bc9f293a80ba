// What a dropped file is, by its first octets; its name decides nothing.
import { isLocked } from '../document/file/lock.ts';
import { startsAsIncident } from '../document/file/readIncidentFile.ts';
import type { FileKind } from './api.ts';

const HEAD = 4096;
const LONGEST_HEADER = 128 * 1024;

/** Magic numbers of the first four octets, big-endian as they stand in the file. */
const MAGICS: ReadonlyMap<number, FileKind> = new Map([
  [0xa1b2c3d4, 'capture'],
  [0xd4c3b2a1, 'capture'],
  [0xa1b23c4d, 'capture'],
  [0x4d3cb2a1, 'capture'],
  [0xa1b2cd34, 'capture'],
  [0x34cdb2a1, 'capture'],
  [0x0a0d0d0a, 'capture'],
  [0x28b52ffd, 'capture'],
  [0x89504e47, 'image'],
  [0x47494638, 'image'],
  [0x504b0304, 'archive'],
  [0x25504446, 'unknown'],
]);

export async function sniffFile(file: File): Promise<FileKind> {
  if (file.size === 0) return 'empty';
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  return isLocked(head) || (await isIncident(file, head)) ? 'incident' : sniffBytes(head);
}

/** An incident's document lies right behind the section header, however long the comment in that is. */
async function isIncident(file: File, head: Uint8Array): Promise<boolean> {
  if (head.length < 12) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(0, true) !== 0x0a0d0d0a || view.getUint32(8, true) !== 0x1a2b3c4d) return false;
  const next = view.getUint32(4, true);
  return startsAsIncident(new Uint8Array(await file.slice(0, Math.min(next, LONGEST_HEADER) + 4).arrayBuffer()));
}

export function sniffBytes(head: Uint8Array): FileKind {
  if (head.length >= 4) {
    const magic = new DataView(head.buffer, head.byteOffset).getUint32(0);
    const known = MAGICS.get(magic);
    if (known) return known;
    // gzip, and JPEG.
    if (magic >>> 16 === 0x1f8b) return 'capture';
    if (magic >>> 8 === 0xffd8ff) return 'image';
  }
  return looksLikeText(head) ? 'text' : 'unknown';
}

/** No NUL and no control characters but white space. */
function looksLikeText(head: Uint8Array): boolean {
  for (const octet of head) if (octet < 9 || (octet > 13 && octet < 32 && octet !== 27) || octet === 127) return false;
  return true;
}
