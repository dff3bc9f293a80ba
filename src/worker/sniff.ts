// What a dropped file is, by its first octets; its name decides nothing.
import { isLocked } from '../document/file/lock.ts';
import { startsAsIncident } from '../document/file/readIncidentFile.ts';
import { sniff } from '../engine/capture/formats.ts';
import { compressionOf } from '../engine/capture/plainStream.ts';
import type { FileKind } from './api.ts';

const HEAD = 4096;
const LONGEST_HEADER = 128 * 1024;

/** Magic numbers of the first four octets, big-endian as they stand in the file. */
const MAGICS: ReadonlyMap<number, FileKind> = new Map([
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
    // What we know and don't read is opened, too: then it is told what it is and how to convert it.
    if (compressionOf(head) !== null || sniff(head).kind !== 'notACapture') return 'capture';
    if (magic >>> 8 === 0xffd8ff) return 'image';
  }
  return looksLikeText(head) ? 'text' : 'unknown';
}

/** Of octets beyond ASCII so many may be no UTF-8: old encodings, and a character that the end of the head cuts. */
const LEGACY = 0.05;

/** No NUL and no control characters but white space, and UTF-8 for the most part. */
function looksLikeText(head: Uint8Array): boolean {
  for (const octet of head) if (octet < 9 || (octet > 13 && octet < 32 && octet !== 27) || octet === 127) return false;
  const strange = new TextDecoder().decode(head).split('\ufffd').length - 1;
  return strange <= 1 + head.length * LEGACY;
}
