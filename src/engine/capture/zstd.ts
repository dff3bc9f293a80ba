// Zstandard (RFC 8878) frame by frame and block by block: fzstd decodes; this decides how much it may, before anything is allocated, and
// checks what it made.
import { Decompress } from 'fzstd';
import { Xxh64 } from '../../base/xxh64.ts';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** What `zstd -d` accepts without being told otherwise. */
const LARGEST_WINDOW = 128 * 1024 * 1024;
const LARGEST_BLOCK = 131_072;

type Step = 'frame' | 'skip' | 'block' | 'checksum' | 'done';

/** Pushes stored octets in, pulls plain octets out, one block at a time. Damage is a `failure`; what came before it was delivered. */
export class ZstdInflater {
  failure: string | null = null;
  #step: Step = 'frame';
  #input = new Uint8Array(0);
  #at = 0;
  #isLast = false;
  #skip = 0;
  #frames = 0;
  /** Of the frame's plain octets so far, where the frame ends with their checksum. */
  #hash: Xxh64 | null = null;
  #decoder: Decompress | null = null;
  #out: Uint8Array[] = [];

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
    this.#input = joined;
    this.#at = 0;
  }

  /** The next plain octets; null when more input is needed, or at the end. */
  pull(): Uint8Array | null {
    for (;;) {
      const ready = this.#out.shift();
      if (ready) return ready;
      if (this.isDone || !this.#work()) break;
    }
    if (!this.isDone && this.#isLast && this.#out.length === 0) this.#end();
    return this.#out.shift() ?? null;
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
    if (this.#step === 'frame' && this.#input.length === this.#at) this.#step = 'done';
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
    const refusal = refuse(view, isSingle, dictionaryOctets, sizeOctets, octets);
    if (refusal !== null) {
      this.failure = refusal;
      return true;
    }
    const hash = (descriptor & 4) !== 0 ? new Xxh64() : null;
    this.#hash = hash;
    this.#frames++;
    const decoder = new Decompress((block) => {
      if (block.length === 0) return;
      hash?.update(block);
      this.#out.push(block);
    });
    this.#decoder = decoder;
    const header = this.#input.slice(this.#at, this.#at + octets);
    // Without the flag fzstd takes the last block for the end: the checksum after it is ours to read.
    header[4] &= ~4;
    if (!this.#decode(header, false)) return true;
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
    // fzstd keeps what it could not use yet: never of `#input`, which nothing writes to once it is made. Empty blocks say nothing.
    if (!(type === 0 && size === 0) && !this.#decode(this.#input.subarray(at, at + octets), isLast)) return true;
    this.#at += octets;
    if (isLast) this.#step = this.#hash ? 'checksum' : 'frame';
    return true;
  }

  /** The content checksum, low 32 bits of XXH64 (RFC 8878 §3.1.1): fzstd doesn't check it. */
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

  #decode(octets: Uint8Array, isLast: boolean): boolean {
    try {
      this.#decoder?.push(octets, isLast);
      return true;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      return false;
    }
  }
}

function refuse(view: DataView, isSingle: boolean, dictionaryOctets: number, sizeOctets: number, octets: number): string | null {
  if (dictionaryOctets > 0) {
    for (let i = 0; i < dictionaryOctets; i++) if (view.getUint8(5 + (isSingle ? 0 : 1) + i) !== 0) return 'it needs a dictionary';
  }
  let window = 0;
  if (isSingle) for (let i = sizeOctets - 1; i >= 0; i--) window = window * 256 + view.getUint8(octets - sizeOctets + i);
  else {
    const base = 2 ** (10 + (view.getUint8(5) >> 3));
    window = base + (base / 8) * (view.getUint8(5) & 7);
  }
  return window > LARGEST_WINDOW ? `its window of ${Math.round(window / 1048576)} MB is over the limit of 128 MB` : null;
}
