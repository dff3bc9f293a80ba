// Zstandard (RFC 8878) frame by frame; `zstdBlocks.ts` decodes what is in them. Ours, as memory and time must be bounded by what a stranger's
// file really holds: no window before it is filled, none moved for every block.
import { Xxh64 } from '../../base/xxh64.ts';
import { LARGEST_BLOCK, ZstdBlocks } from './zstdBlocks.ts';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** The same, as they stand in the file. */
const FRAME_START = [0x28, 0xb5, 0x2f, 0xfd];
const SKIPPABLE_START = [0x50, 0x2a, 0x4d, 0x18];
/** What `zstd -d` accepts without being told otherwise. */
const LARGEST_WINDOW = 128 * 1024 * 1024;
/** Plain octets that are handed over at once, if there are as many. */
const ENOUGH = 262_144;

type Step = 'frame' | 'skip' | 'block' | 'checksum' | 'done';

/** Pushes stored octets in, pulls plain octets out. Damage is a `failure`; what came before it was delivered. */
export class ZstdInflater {
  failure: string | null = null;
  #step: Step = 'frame';
  #input = new Uint8Array(0);
  #at = 0;
  /** Stored octets before `#input[0]`. */
  #before = 0;
  #isLast = false;
  #skip = 0;
  #frames = 0;
  /** Of the frame's plain octets so far, where the frame ends with their checksum. */
  #hash: Xxh64 | null = null;
  readonly #blocks = new ZstdBlocks();

  /** Stored octets that were used: where the data ended, once it did. */
  get used(): number {
    return this.#before + this.#at;
  }

  get isDone(): boolean {
    return this.#step === 'done' || this.failure !== null;
  }

  push(chunk: Uint8Array | null): void {
    if (chunk === null) {
      this.#isLast = true;
      return;
    }
    const rest = this.#input.subarray(this.#at);
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    this.#before += this.#at;
    this.#input = joined;
    this.#at = 0;
  }

  /** The next plain octets, valid until the next call; null when more input is needed, or at the end. */
  pull(): Uint8Array | null {
    const blocks = this.#blocks;
    while (!this.isDone && blocks.ready < ENOUGH) {
      if (!blocks.hasRoom) {
        if (blocks.ready > 0) break;
        blocks.makeRoom();
      }
      // What a frame made is taken before the next begins.
      if (this.#step === 'frame' && blocks.ready > 0) break;
      if (this.#work()) continue;
      if (this.#isLast && blocks.ready === 0) this.#end();
      break;
    }
    return blocks.ready > 0 ? blocks.take() : null;
  }

  /** @returns false when more input is needed */
  #work(): boolean {
    switch (this.#step) {
      case 'frame':
        return this.#frame();
      case 'skip':
        return this.#skipOctets();
      case 'block':
        return this.#block();
      case 'checksum':
        return this.#checksum();
      case 'done':
        return false;
    }
  }

  #end(): void {
    const rest = this.#input.subarray(this.#at);
    const isAnother = rest
      .subarray(0, 4)
      .every((octet, i) => FRAME_START[i] === octet || (i === 0 ? octet >> 4 === 5 : SKIPPABLE_START[i] === octet));
    if (this.#step === 'frame' && (rest.length === 0 || (this.#frames > 0 && !isAnother))) this.#step = 'done';
    else this.failure = 'it ends in the middle';
  }

  #frame(): boolean {
    const have = this.#input.length - this.#at;
    if (have < 4) return false;
    const view = new DataView(this.#input.buffer, this.#input.byteOffset + this.#at, have);
    const magic = view.getUint32(0, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      if (have < 8) return false;
      this.#skip = view.getUint32(4, true);
      this.#at += 8;
      this.#step = 'skip';
      return true;
    }
    if (magic !== FRAME_MAGIC) {
      if (this.#frames > 0) this.#step = 'done';
      else this.failure = 'no zstd frame';
      return true;
    }
    if (have < 5) return false;
    const descriptor = view.getUint8(4);
    const isSingle = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    const dictionaryOctets = [0, 1, 2, 4][descriptor & 3];
    const sizeOctets = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag;
    const octets = 5 + (isSingle ? 0 : 1) + dictionaryOctets + sizeOctets;
    if (have < octets) return false;
    const window = windowOf(view, isSingle, sizeOctets, octets);
    if (needsDictionary(view, isSingle, dictionaryOctets)) this.failure = 'it needs a dictionary';
    else if (window > LARGEST_WINDOW) this.failure = `its window of ${Math.round(window / 1048576)} MB is over the limit of 128 MB`;
    else if ((descriptor & 8) !== 0) this.failure = 'its header has a flag that is not defined';
    if (this.failure !== null) return true;
    this.#hash = (descriptor & 4) !== 0 ? new Xxh64() : null;
    this.#frames++;
    this.#blocks.begin(window);
    this.#at += octets;
    this.#step = 'block';
    return true;
  }

  #block(): boolean {
    const have = this.#input.length - this.#at;
    if (have < 3) return false;
    const at = this.#at;
    const header = this.#input[at] | (this.#input[at + 1] << 8) | (this.#input[at + 2] << 16);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3 || size > LARGEST_BLOCK) {
      this.failure = 'a block that is none';
      return true;
    }
    const octets = 3 + (type === 1 ? 1 : size);
    if (have < octets) return false;
    const isLast = (header & 1) === 1;
    const blocks = this.#blocks;
    const before = blocks.position;
    if (type === 0) blocks.raw(this.#input.subarray(at + 3, at + octets));
    else if (type === 1) blocks.repeat(this.#input[at + 3], size);
    else blocks.compressed(this.#input, at + 3, at + octets);
    this.failure = blocks.failure;
    if (this.failure !== null) return true;
    this.#hash?.update(blocks.since(before));
    this.#at += octets;
    if (isLast) this.#step = this.#hash ? 'checksum' : 'frame';
    return true;
  }

  /** The content checksum, low 32 bits of XXH64 (RFC 8878 §3.1.1). */
  #checksum(): boolean {
    if (this.#input.length - this.#at < 4) return false;
    const stated = new DataView(this.#input.buffer, this.#input.byteOffset + this.#at, 4).getUint32(0, true);
    if (stated !== this.#hash?.low32()) this.failure = 'the checksum of what came before does not match';
    this.#at += 4;
    this.#step = 'frame';
    return true;
  }

  #skipOctets(): boolean {
    const count = Math.min(this.#skip, this.#input.length - this.#at);
    this.#at += count;
    this.#skip -= count;
    if (this.#skip > 0) return false;
    this.#step = 'frame';
    return true;
  }
}

function needsDictionary(view: DataView, isSingle: boolean, octets: number): boolean {
  for (let i = 0; i < octets; i++) if (view.getUint8(5 + (isSingle ? 0 : 1) + i) !== 0) return true;
  return false;
}

/** Octets that matches may reach back: of one segment, all there are. */
function windowOf(view: DataView, isSingle: boolean, sizeOctets: number, octets: number): number {
  if (!isSingle) {
    const base = 2 ** (10 + (view.getUint8(5) >> 3));
    return base + (base / 8) * (view.getUint8(5) & 7);
  }
  let size = 0;
  for (let i = sizeOctets - 1; i >= 0; i--) size = size * 256 + view.getUint8(octets - sizeOctets + i);
  return sizeOctets === 2 ? size + 256 : size;
}
