// DEFLATE (RFC 1951) and gzip (RFC 1952), resumable at any block: random access into compressed captures, several members, and an exact
// account of damage. The platform's inflater is faster and goes first; this one takes over where that can't. Over 400 lines
// because the decoding loop keeps its state in locals.
import { crc32 } from './crc32.ts';
import { buildTable, PRIMARY_BITS, PRIMARY_MASK, SECOND, TABLE_SIZE } from './huffman.ts';

const WINDOW = 32_768;
const OUTPUT = 262_144;
/** A block header takes at most 2,300 bits; a symbol 48. Less input than this is only decoded when no more is to come. */
const HEADER_MARGIN = 320;
const SYMBOL_MARGIN = 8;

const LENGTH_BASE = Uint16Array.of(
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  11,
  13,
  15,
  17,
  19,
  23,
  27,
  31,
  35,
  43,
  51,
  59,
  67,
  83,
  99,
  115,
  131,
  163,
  195,
  227,
  258,
);
const LENGTH_EXTRA = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
const DISTANCE_BASE = Uint16Array.of(
  ...[
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
    24577,
  ],
);
const DISTANCE_EXTRA = Uint8Array.of(...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]);
const ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15);

type Step = 'member' | 'block' | 'stored' | 'codes' | 'trailer' | 'done';

/** Where decoding can start again: a block boundary, with the octets that later blocks may refer to. */
export interface RestartPoint {
  /** Bit offset in the stored file. */
  readonly bit: number;
  /** Octet offset in the plain file. */
  readonly plain: number;
  readonly window: Uint8Array;
}

/** Pushes stored octets in, pulls plain octets out. Damage is a `failure`; what came before it was delivered. */
export class GzipInflater {
  failure: string | null = null;
  /** Called at block boundaries, to keep restart points. */
  onBlock: ((inflater: GzipInflater) => void) | null = null;
  #step: Step;
  #input = new Uint8Array(0);
  #at = 0;
  /** Stored octets before `#input[0]`. */
  #before: number;
  #isLast = false;
  #hold = 0;
  #bits = 0;
  readonly #out = new Uint8Array(WINDOW + OUTPUT + 300);
  #position = WINDOW;
  #delivered = WINDOW;
  /** Octets of this member that references may reach back to. */
  #history = 0;
  #plainBefore: number;
  #lastBlock = false;
  #storedLeft = 0;
  #crc = 0;
  #memberOctets = 0;
  /** Resumed in the middle of a member: its checksum can't be told. */
  #isPartial = false;
  #members = 0;
  readonly #literals = new Int32Array(TABLE_SIZE);
  readonly #distances = new Int32Array(TABLE_SIZE);
  readonly #lengths = new Uint8Array(320);

  constructor(from: RestartPoint | null = null) {
    this.#step = from === null ? 'member' : 'block';
    this.#before = from === null ? 0 : Math.floor(from.bit / 8);
    this.#plainBefore = from?.plain ?? 0;
    if (from === null) return;
    this.#isPartial = true;
    this.#members = 1;
    this.#out.set(from.window, WINDOW - from.window.length);
    this.#history = from.window.length;
    this.#bits = -(from.bit % 8);
  }

  /** Bit offset in the stored file of what is decoded next. */
  get bit(): number {
    return (this.#before + this.#at) * 8 - this.#bits;
  }

  /** Plain octets so far. */
  get plain(): number {
    return this.#plainBefore + this.#position - WINDOW;
  }

  /** Stored octets that were used: where the data ended, once it did. */
  get used(): number {
    return this.#before + this.#at;
  }

  get isDone(): boolean {
    return this.#step === 'done' || this.failure !== null;
  }

  restartPoint(): RestartPoint {
    const length = Math.min(this.#history, WINDOW);
    return { bit: this.bit, plain: this.plain, window: this.#out.slice(this.#position - length, this.#position) };
  }

  /** More stored octets; null when there are none. */
  push(chunk: Uint8Array | null): void {
    if (chunk === null) {
      this.#isLast = true;
      return;
    }
    if (this.#bits > 0) {
      // Whole octets in the bit buffer go back, so that aligning to an octet never reaches into a dropped input.
      this.#at -= this.#bits >>> 3;
      this.#bits &= 7;
      this.#hold &= (1 << this.#bits) - 1;
    }
    const rest = this.#input.subarray(this.#at);
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    this.#before += this.#at;
    this.#input = joined;
    this.#at = 0;
    if (this.#bits < 0) this.#dropBits();
  }

  /** The next plain octets, valid until the next call; null when more input is needed, or at the end. */
  pull(): Uint8Array | null {
    this.#slide();
    while (!this.isDone && this.#position < WINDOW + OUTPUT) {
      if (!this.#isLast && this.#input.length - this.#at < HEADER_MARGIN) break;
      const before = this.#position;
      const beforeBit = this.bit;
      const beforeStep = this.#step;
      this.#work();
      if (this.#position === before && this.bit === beforeBit && this.#step === beforeStep) break;
    }
    if (this.#position === this.#delivered) return null;
    const chunk = this.#out.subarray(this.#delivered, this.#position);
    this.#delivered = this.#position;
    return chunk;
  }

  #work(): void {
    switch (this.#step) {
      case 'member':
        this.#member();
        return;
      case 'block':
        this.#block();
        return;
      case 'stored':
        this.#stored();
        return;
      case 'codes':
        this.#codes();
        return;
      case 'trailer':
        this.#trailer();
        return;
      case 'done':
        return;
    }
  }

  /** Keeps the last 32 kB in front of what comes. */
  #slide(): void {
    if (this.#delivered < WINDOW + OUTPUT) return;
    const moved = this.#position - WINDOW;
    this.#out.copyWithin(0, moved, this.#position);
    this.#plainBefore += moved;
    this.#position = WINDOW;
    this.#delivered = WINDOW;
  }

  #dropBits(): void {
    const skip = -this.#bits;
    this.#bits = 0;
    this.#hold = 0;
    this.#need(8);
    this.#hold >>>= skip;
    this.#bits -= skip;
  }

  /** Fills the bit buffer to at least `count` (≤ 24); past the end come zeros, and `#bits` tells on us later. */
  #need(count: number): void {
    while (this.#bits < count) {
      const octet = this.#at < this.#input.length ? this.#input[this.#at] : 0;
      this.#at++;
      this.#hold |= octet << this.#bits;
      this.#bits += 8;
    }
  }

  #take(count: number): number {
    this.#need(count);
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#bits -= count;
    return value;
  }

  /** Did decoding read past the last octet there is? */
  #isPastEnd(): boolean {
    return this.#at - (this.#bits >>> 3) > this.#input.length;
  }

  #fail(reason: string): void {
    this.failure = reason;
  }

  #alignToOctet(): void {
    this.#at -= this.#bits >>> 3;
    this.#bits = 0;
    this.#hold = 0;
  }

  #member(): void {
    const input = this.#input;
    const at = this.#at;
    const isGzip = input.length - at >= 18 && input[at] === 0x1f && input[at + 1] === 0x8b && input[at + 2] === 8;
    if (!isGzip) {
      // Padding and garbage after the last member are ignored, as gzip does; the beginning of another is no garbage.
      const isCut = input.length - at < 18;
      const isAnother = isCut && input.length - at >= 2 && input[at] === 0x1f && input[at + 1] === 0x8b;
      if (this.#members === 0 || isAnother) this.#fail(isCut ? 'it ends in the header' : 'no gzip header');
      else this.#step = 'done';
      return;
    }
    const flags = input[at + 3];
    // RFC 1952 §2.3.1.2: they may mean a field that nobody knows the length of.
    if ((flags & 0xe0) !== 0) {
      this.#fail('its header has flags that are not defined');
      return;
    }
    let next = at + 10;
    if ((flags & 4) !== 0) next += 2 + (input[next] | (input[next + 1] << 8));
    for (const bit of [8, 16]) {
      if ((flags & bit) === 0) continue;
      while (next < input.length && input[next] !== 0) next++;
      next++;
    }
    if ((flags & 2) !== 0) next += 2;
    if (next > input.length) {
      if (this.#isLast) this.#fail('it ends in the header');
      // A header longer than 64 kB is no header.
      else if (input.length - at > 65_536 + HEADER_MARGIN) this.#fail('the header does not end');
      return;
    }
    this.#at = next;
    this.#members++;
    this.#isPartial = false;
    this.#crc = 0;
    this.#memberOctets = 0;
    this.#history = 0;
    this.#step = 'block';
  }

  #block(): void {
    this.onBlock?.(this);
    this.#lastBlock = this.#take(1) === 1;
    const type = this.#take(2);
    if (type === 0) {
      this.#alignToOctet();
      const input = this.#input;
      const at = this.#at;
      if (at + 4 > input.length) {
        this.#fail('it ends in the middle');
        return;
      }
      const length = input[at] | (input[at + 1] << 8);
      if ((length ^ 0xffff) !== (input[at + 2] | (input[at + 3] << 8))) {
        this.#fail('a stored block has two lengths');
        return;
      }
      this.#at += 4;
      this.#storedLeft = length;
      this.#step = 'stored';
    } else if (type === 1) {
      const lengths = this.#lengths;
      lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288).fill(5, 288, 320);
      buildTable(this.#literals, lengths, 0, 288);
      buildTable(this.#distances, lengths, 288, 32);
      this.#step = 'codes';
    } else if (type === 2) this.#dynamicCodes();
    else this.#fail('a block of no known type');
    if (this.failure === null && this.#isPastEnd()) this.#fail('it ends in the middle');
  }

  #dynamicCodes(): void {
    const literalCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const codeCount = this.#take(4) + 4;
    const lengths = this.#lengths;
    lengths.fill(0);
    for (let i = 0; i < codeCount; i++) lengths[ORDER[i]] = this.#take(3);
    if (literalCount > 286 || !buildTable(this.#literals, lengths, 0, 19)) {
      this.#fail('a block whose code is none');
      return;
    }
    lengths.fill(0);
    for (let i = 0; i < literalCount + distanceCount; ) {
      this.#need(15);
      const entry = this.#literals[this.#hold & PRIMARY_MASK];
      if (entry === 0) {
        this.#fail('a block whose code is none');
        return;
      }
      this.#hold >>>= entry & 15;
      this.#bits -= entry & 15;
      const symbol = entry >>> 4;
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      const repeat = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if ((symbol === 16 && i === 0) || i + repeat > literalCount + distanceCount) {
        this.#fail('a block whose code is none');
        return;
      }
      lengths.fill(symbol === 16 ? lengths[i - 1] : 0, i, i + repeat);
      i += repeat;
    }
    const distances = lengths.slice(literalCount, literalCount + distanceCount);
    if (!buildTable(this.#literals, lengths, 0, literalCount) || !buildTable(this.#distances, distances, 0, distanceCount)) {
      this.#fail('a block whose code is none');
      return;
    }
    this.#step = 'codes';
  }

  #stored(): void {
    const room = WINDOW + OUTPUT - this.#position;
    const count = Math.min(this.#storedLeft, room, this.#input.length - this.#at);
    this.#out.set(this.#input.subarray(this.#at, this.#at + count), this.#position);
    this.#at += count;
    this.#storedLeft -= count;
    this.#account(this.#position, this.#position + count);
    if (this.#storedLeft === 0) this.#step = this.#lastBlock ? 'trailer' : 'block';
    else if (count === 0 && this.#isLast) this.#fail('it ends in the middle');
  }

  /** The decoding loop: state in locals, long on purpose. */
  #codes(): void {
    const input = this.#input;
    const out = this.#out;
    const literals = this.#literals;
    const distances = this.#distances;
    const start = this.#position;
    const stopOut = WINDOW + OUTPUT;
    const inputEnd = input.length;
    const stopIn = this.#isLast ? inputEnd + SYMBOL_MARGIN : inputEnd - SYMBOL_MARGIN;
    // What a member may refer to is its own octets.
    const reach = this.#history - start;
    let previous = start;
    let position = start;
    let at = this.#at;
    let hold = this.#hold;
    let bits = this.#bits;
    let failure: string | null = null;
    while (position < stopOut && at < stopIn) {
      if (at > inputEnd && at - (bits >>> 3) > inputEnd) break;
      previous = position;
      while (bits < 15) {
        hold |= (at < inputEnd ? input[at] : 0) << bits;
        at++;
        bits += 8;
      }
      let entry = literals[hold & PRIMARY_MASK];
      if (entry < 0) entry = literals[((entry & ~SECOND) >>> 4) + ((hold >>> PRIMARY_BITS) & ((1 << (entry & 15)) - 1))];
      if (entry === 0) {
        failure = 'a code that is none';
        break;
      }
      hold >>>= entry & 15;
      bits -= entry & 15;
      const symbol = entry >>> 4;
      if (symbol < 256) {
        out[position++] = symbol;
        continue;
      }
      if (symbol === 256) {
        this.#step = this.#lastBlock ? 'trailer' : 'block';
        break;
      }
      if (symbol > 285) {
        failure = 'a code that is none';
        break;
      }
      const lengthExtra = LENGTH_EXTRA[symbol - 257];
      while (bits < lengthExtra + 15) {
        hold |= (at < inputEnd ? input[at] : 0) << bits;
        at++;
        bits += 8;
      }
      const length = LENGTH_BASE[symbol - 257] + (hold & ((1 << lengthExtra) - 1));
      hold >>>= lengthExtra;
      bits -= lengthExtra;
      let far = distances[hold & PRIMARY_MASK];
      if (far < 0) far = distances[((far & ~SECOND) >>> 4) + ((hold >>> PRIMARY_BITS) & ((1 << (far & 15)) - 1))];
      const code = far >>> 4;
      if (far === 0 || code > 29) {
        failure = 'a code that is none';
        break;
      }
      hold >>>= far & 15;
      bits -= far & 15;
      const distanceExtra = DISTANCE_EXTRA[code];
      while (bits < distanceExtra) {
        hold |= (at < inputEnd ? input[at] : 0) << bits;
        at++;
        bits += 8;
      }
      const distance = DISTANCE_BASE[code] + (hold & ((1 << distanceExtra) - 1));
      hold >>>= distanceExtra;
      bits -= distanceExtra;
      let from = position - distance;
      if (distance > position + reach) {
        failure = 'a reference to before the beginning';
        break;
      }
      const end = position + length;
      while (position < end) out[position++] = out[from++];
    }
    this.#at = at;
    this.#hold = hold;
    this.#bits = bits;
    if (this.#isPastEnd() && failure === null) {
      // The last symbol was made of zeros that are not there.
      failure = 'it ends in the middle';
      position = previous;
    }
    if (failure !== null) this.#fail(failure);
    this.#account(start, position);
  }

  #account(from: number, to: number): void {
    this.#position = to;
    this.#history = Math.min(WINDOW, this.#history + (to - from));
    this.#memberOctets += to - from;
    if (!this.#isPartial) this.#crc = crc32(this.#crc, this.#out, from, to);
  }

  #trailer(): void {
    this.#alignToOctet();
    const input = this.#input;
    const at = this.#at;
    if (at + 8 > input.length) {
      this.#fail('it ends before its checksum');
      return;
    }
    const word = (i: number): number => (input[i] | (input[i + 1] << 8) | (input[i + 2] << 16) | (input[i + 3] << 24)) >>> 0;
    this.#at += 8;
    this.#step = 'member';
    if (!this.#isPartial && (word(at) !== this.#crc >>> 0 || word(at + 4) !== this.#memberOctets % 4294967296))
      this.#fail('its checksum is wrong');
  }
}
