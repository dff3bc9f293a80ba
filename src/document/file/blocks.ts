// Blocks of a pcapng file of our own writing (one little-endian section, nanoseconds), out of bytes that anybody may have changed.
import { MAX_BLOCK } from '../../engine/capture/pcapngWriter.ts';

export interface RawBlock {
  readonly type: number;
  readonly body: Uint8Array;
  readonly at: number;
}

/** Whole blocks from the start; `end` is where the first damaged or cut one starts, or the file's length. */
export function readBlocks(bytes: Uint8Array): { readonly blocks: readonly RawBlock[]; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks: RawBlock[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at + 4, true);
    if (length < 12 || length % 4 !== 0 || length > MAX_BLOCK || at + length > bytes.length) break;
    if (view.getUint32(at + length - 4, true) !== length) break;
    blocks.push({ type: view.getUint32(at, true), body: bytes.subarray(at + 8, at + length - 4), at });
    at += length;
  }
  return { blocks, end: at };
}

/** Options from `at` on: code and value, as far as they are whole. */
export function readOptions(body: Uint8Array, at: number): readonly (readonly [code: number, value: Uint8Array])[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const options: (readonly [number, Uint8Array])[] = [];
  let here = at;
  while (here + 4 <= body.length) {
    const code = view.getUint16(here, true);
    const length = view.getUint16(here + 2, true);
    if (code === 0 || here + 4 + length > body.length) break;
    options.push([code, body.subarray(here + 4, here + 4 + length)]);
    here += 4 + ((length + 3) & ~3);
  }
  return options;
}
