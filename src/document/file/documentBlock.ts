// The pcapng block that carries the document. Readers that don't know its type skip it by its length.
//
//   0  'HOPSCOPE'   8  u16 container version   10  u16 part   12  u16 parts   14  u16 reserved
//  16  u32 octets of this part's deflate data   20  data, padded to 32 bits
//
// A document whose deflate data exceed one block's limit lies in several blocks, in order of part.
import { concat, MAX_BLOCK, writeBlock } from '../../engine/capture/pcapngWriter.ts';
import { deflate } from './deflate.ts';

/** From the local-use range (most significant bit set). */
export const DOCUMENT_BLOCK = 0xc8504f48;
export const CONTAINER_VERSION = 1;
const MAGIC = new TextEncoder().encode('HOPSCOPE');
const HEADER = 20;
const PART = MAX_BLOCK - 64;

export interface DocumentPart {
  readonly container: number;
  readonly part: number;
  readonly parts: number;
  readonly data: Uint8Array;
}

export async function documentBlocks(json: string): Promise<Uint8Array[]> {
  const data = await deflate(new TextEncoder().encode(json));
  const parts = Math.max(1, Math.ceil(data.length / PART));
  return Array.from({ length: parts }, (_, part) => {
    const slice = data.subarray(part * PART, (part + 1) * PART);
    const head = new Uint8Array(HEADER);
    head.set(MAGIC);
    const view = new DataView(head.buffer);
    view.setUint16(8, CONTAINER_VERSION, true);
    view.setUint16(10, part, true);
    view.setUint16(12, parts, true);
    view.setUint32(16, slice.length, true);
    return writeBlock(DOCUMENT_BLOCK, concat([head, slice]), []);
  });
}

/** A block's body as part of a document, or null when it is no such thing. */
export function parseDocumentPart(body: Uint8Array): DocumentPart | null {
  if (body.length < HEADER || MAGIC.some((octet, i) => body[i] !== octet)) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const length = view.getUint32(16, true);
  if (length > body.length - HEADER) return null;
  return {
    container: view.getUint16(8, true),
    part: view.getUint16(10, true),
    parts: view.getUint16(12, true),
    data: body.subarray(HEADER, HEADER + length),
  };
}
