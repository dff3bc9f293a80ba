// Zstandard's compressed blocks (RFC 8878 §3.1.1.3): literals and sequences → plain octets, into a buffer that holds the window and grows
// with what was really made, never with what a header claims. Longer than 250 lines: the decoding loop keeps its state in locals.
import * as T from './zstdTables.ts';

/** No block makes more. */
export const LARGEST_BLOCK = 131_072;
const FIRST_BUFFER = 2 * LARGEST_BLOCK;
/** Room behind the window, so that it is moved once in so many octets. */
const SLACK = 1024 * 1024;
/** Offsets of more bits reach beyond any window. */
const LARGEST_CODE = 28;
/** From so many octets on the platform copies faster than a loop. */
const LONG = 32;

const NO_SEQUENCES = 'a block whose sequences are none';
const NO_LITERALS = 'a block whose literals are none';

export class ZstdBlocks {
  failure: string | null = null;
  #out = new Uint8Array(FIRST_BUFFER);
  /** Where plain octets of this frame begin and end in `#out`, and up to where they were taken. */
  position = 0;
  #taken = 0;
  #window = 0;
  readonly #literals = new Uint8Array(LARGEST_BLOCK);
  #literalCount = 0;
  #huffman: T.HuffmanTable | null = null;
  readonly #tables: (T.FseTable | null)[] = [null, null, null];
  readonly #offsets = Uint32Array.of(1, 4, 8);

  /** A frame begins. What the one before made must have been taken. */
  begin(window: number): void {
    this.#window = window;
    this.position = 0;
    this.#taken = 0;
    this.#huffman = null;
    this.#tables.fill(null);
    this.#offsets.set([1, 4, 8]);
  }

  /** Octets made and not taken. */
  get ready(): number {
    return this.position - this.#taken;
  }

  /** What was made, valid until the next block. */
  take(): Uint8Array {
    const from = this.#taken;
    this.#taken = this.position;
    return this.#out.subarray(from, this.position);
  }

  since(position: number): Uint8Array {
    return this.#out.subarray(position, this.position);
  }

  /** Is there room for any block? If not: take, then `makeRoom`. */
  get hasRoom(): boolean {
    return this.position + LARGEST_BLOCK <= this.#out.length;
  }

  /** Everything was taken. */
  makeRoom(): void {
    const most = this.#window + Math.max(SLACK, this.#window >> 2) + LARGEST_BLOCK;
    if (this.#out.length < most) {
      const bigger = new Uint8Array(Math.min(most, this.#out.length * 2));
      bigger.set(this.#out.subarray(0, this.position));
      this.#out = bigger;
      return;
    }
    const kept = Math.min(this.#window, this.position);
    this.#out.copyWithin(0, this.position - kept, this.position);
    this.position = kept;
    this.#taken = kept;
  }

  raw(octets: Uint8Array): void {
    this.#out.set(octets, this.position);
    this.position += octets.length;
  }

  repeat(octet: number, count: number): void {
    this.#out.fill(octet, this.position, this.position + count);
    this.position += count;
  }

  compressed(input: Uint8Array, from: number, end: number): void {
    const at = this.#readLiterals(input, from, end);
    if (at < 0) {
      this.failure = NO_LITERALS;
      return;
    }
    if (!this.#readSequences(input, at, end)) this.failure = NO_SEQUENCES;
  }

  /** @returns where the sequences begin, or −1 */
  #readLiterals(input: Uint8Array, at: number, end: number): number {
    if (at >= end) return -1;
    const kind = input[at] & 3;
    const format = (input[at] >> 2) & 3;
    if (kind < 2) {
      const header = (format & 1) === 0 ? 1 : format === 1 ? 2 : 3;
      if (at + header > end) return -1;
      const size = header === 1 ? input[at] >> 3 : (input[at] >> 4) | (input[at + 1] << 4) | (header === 3 ? input[at + 2] << 12 : 0);
      const stop = at + header + (kind === 0 ? size : 1);
      if (size > LARGEST_BLOCK || stop > end) return -1;
      if (kind === 0) this.#literals.set(input.subarray(at + header, stop));
      else this.#literals.fill(input[at + header], 0, size);
      this.#literalCount = size;
      return stop;
    }
    const header = format < 2 ? 3 : format + 2;
    if (at + header > end) return -1;
    const width = format < 2 ? 10 : format === 2 ? 14 : 18;
    const low = input[at] | (input[at + 1] << 8) | (input[at + 2] << 16);
    const high = header === 3 ? 0 : input[at + 3] | (header === 5 ? input[at + 4] << 8 : 0);
    const sizes = high * 2 ** 20 + (low >>> 4);
    const size = sizes % 2 ** width;
    const stop = at + header + Math.floor(sizes / 2 ** width);
    if (size > LARGEST_BLOCK || stop > end) return -1;
    let stream = at + header;
    if (kind === 2) {
      const described = T.readHuffman(input, stream, stop);
      if (!described) return -1;
      this.#huffman = described.table;
      stream = described.end;
    }
    this.#literalCount = size;
    if (!this.#huffman) return -1;
    const isWhole = format === 0 ? this.#huffmanStream(input, stream, stop, 0, size) : this.#fourStreams(input, stream, stop, size);
    return isWhole ? stop : -1;
  }

  /** Three lengths of two octets each, the fourth is the rest. */
  #fourStreams(input: Uint8Array, at: number, end: number, size: number): boolean {
    if (at + 6 > end) return false;
    const quarter = (size + 3) >> 2;
    if (3 * quarter > size) return false;
    let from = at + 6;
    for (let i = 0; i < 3; i++) {
      const stop = from + (input[at + 2 * i] | (input[at + 2 * i + 1] << 8));
      if (stop > end || !this.#huffmanStream(input, from, stop, i * quarter, (i + 1) * quarter)) return false;
      from = stop;
    }
    return this.#huffmanStream(input, from, end, 3 * quarter, size);
  }

  /** Read from its end: the last octet's highest bit is a mark. @param first of the literals to fill, up to `last` */
  #huffmanStream(input: Uint8Array, from: number, end: number, first: number, last: number): boolean {
    if (!this.#huffman || end <= from || input[end - 1] === 0) return false;
    const { log, symbol, bits } = this.#huffman;
    const literals = this.#literals;
    const mask = (1 << log) - 1;
    let bit = (end - from) * 8 - 8 + (31 - Math.clz32(input[end - 1]));
    let i = first;
    for (; i < last && bit >= log; i++) {
      const low = bit - log;
      const octet = from + (low >> 3);
      const code = ((input[octet] | (input[octet + 1] << 8) | (input[octet + 2] << 16)) >>> (low & 7)) & mask;
      literals[i] = symbol[code];
      bit -= bits[code];
    }
    // The last codes may be shorter than the table is wide: what is missing are zeros.
    for (; i < last && bit > 0; i++) {
      const code = ((input[from] | (input[from + 1] << 8)) << (log - bit)) & mask;
      literals[i] = symbol[code];
      bit -= bits[code];
    }
    return bit === 0 && i === last;
  }

  #readSequences(input: Uint8Array, from: number, end: number): boolean {
    if (from >= end) return false;
    let at = from + 1;
    let count = input[from];
    if (count > 127) {
      if (count < 255) {
        count = ((count - 128) << 8) | input[at];
        at += 1;
      } else {
        count = (input[at] | (input[at + 1] << 8)) + 0x7f00;
        at += 2;
      }
      if (at > end) return false;
    }
    if (count === 0) return at === end && this.#copyLiterals(0);
    const modes = input[at++];
    if (at > end || (modes & 3) !== 0) return false;
    for (let i = 0; i < 3; i++) {
      const described = this.#readTable(input, at, end, i, (modes >> (6 - 2 * i)) & 3);
      if (!described) return false;
      this.#tables[i] = described.table;
      at = described.end;
    }
    const [literals, offsets, matches] = this.#tables;
    if (!literals || !offsets || !matches) return false;
    return this.#run(input, at, end, count, literals, offsets, matches);
  }

  #readTable(input: Uint8Array, at: number, end: number, which: number, mode: number): T.Described<T.FseTable> | null {
    const code = T.SEQUENCE_CODES[which] as T.SequenceCode;
    if (mode === 0) return { table: code.predefined, end: at };
    if (mode === 1) return at < end && input[at] < code.symbols ? { table: T.rleFse(input[at]), end: at + 1 } : null;
    if (mode === 2) return T.readFse(input, at, end, code.mostLog, code.symbols);
    const before = this.#tables[which];
    return before ? { table: before, end: at } : null;
  }

  /** The literals from the `from`-th on. */
  #copyLiterals(from: number): boolean {
    const count = this.#literalCount - from;
    this.#out.set(this.#literals.subarray(from, this.#literalCount), this.position);
    this.position += count;
    return true;
  }

  /** Sequences: so many literals, then a match so far back and so long. Long on purpose: its state is in locals. */
  #run(
    input: Uint8Array,
    from: number,
    end: number,
    count: number,
    literalTable: T.FseTable,
    offsetTable: T.FseTable,
    matchTable: T.FseTable,
  ): boolean {
    if (from >= end || input[end - 1] === 0) return false;
    const out = this.#out;
    const literals = this.#literals;
    const literalCount = this.#literalCount;
    const stop = this.position + LARGEST_BLOCK;
    const { symbol: literalSymbol, bits: literalBits, base: literalBase } = literalTable;
    const { symbol: offsetSymbol, bits: offsetBits, base: offsetBase } = offsetTable;
    const { symbol: matchSymbol, bits: matchBits, base: matchBase } = matchTable;
    let position = this.position;
    let [recent0, recent1, recent2] = this.#offsets;
    let literal = 0;
    let bit = (end - from) * 8 - 8 + (31 - Math.clz32(input[end - 1]));
    bit -= literalTable.log;
    let literalState = bitsBefore(input, from, bit, literalTable.log);
    bit -= offsetTable.log;
    let offsetState = bitsBefore(input, from, bit, offsetTable.log);
    bit -= matchTable.log;
    let matchState = bitsBefore(input, from, bit, matchTable.log);
    for (let left = count; ; ) {
      const offsetCode = offsetSymbol[offsetState];
      const matchCode = matchSymbol[matchState];
      const literalCode = literalSymbol[literalState];
      if (offsetCode > LARGEST_CODE) return false;
      bit -= offsetCode;
      const value = (1 << offsetCode) + bitsBefore(input, from, bit, offsetCode);
      bit -= T.MATCH_BITS[matchCode];
      const length = T.MATCH_BASE[matchCode] + bitsBefore(input, from, bit, T.MATCH_BITS[matchCode]);
      bit -= T.LITERAL_BITS[literalCode];
      const run = T.LITERAL_BASE[literalCode] + bitsBefore(input, from, bit, T.LITERAL_BITS[literalCode]);
      let offset = value - 3;
      if (value > 3) {
        recent2 = recent1;
        recent1 = recent0;
        recent0 = offset;
      } else {
        // One of the last three; without literals before it the first would be the match before, so the next ones are meant.
        const which = value - 1 + (run === 0 ? 1 : 0);
        offset = which === 0 ? recent0 : which === 1 ? recent1 : which === 2 ? recent2 : recent0 - 1;
        if (which > 1) recent2 = recent1;
        if (which > 0) {
          recent1 = recent0;
          recent0 = offset;
        }
      }
      if (literal + run > literalCount || position + run + length > stop) return false;
      if (run < LONG) for (const to = literal + run; literal < to; ) out[position++] = literals[literal++];
      else {
        out.set(literals.subarray(literal, literal + run), position);
        literal += run;
        position += run;
      }
      if (offset === 0 || offset > position || offset > this.#window) return false;
      let source = position - offset;
      if (length < LONG || offset < length) for (const to = position + length; position < to; ) out[position++] = out[source++];
      else {
        out.copyWithin(position, source, source + length);
        position += length;
      }
      if (--left === 0) break;
      bit -= literalBits[literalState];
      literalState = literalBase[literalState] + bitsBefore(input, from, bit, literalBits[literalState]);
      bit -= matchBits[matchState];
      matchState = matchBase[matchState] + bitsBefore(input, from, bit, matchBits[matchState]);
      bit -= offsetBits[offsetState];
      offsetState = offsetBase[offsetState] + bitsBefore(input, from, bit, offsetBits[offsetState]);
      if (bit < 0) return false;
    }
    if (bit !== 0 || position + literalCount - literal > stop) return false;
    this.#offsets[0] = recent0;
    this.#offsets[1] = recent1;
    this.#offsets[2] = recent2;
    this.position = position;
    return this.#copyLiterals(literal);
  }
}

/** `count` (≤ 28) bits from bit `low` on, counted from octet `from`; 0 before the first, which the caller notices. */
function bitsBefore(input: Uint8Array, from: number, low: number, count: number): number {
  if (low < 0 || count === 0) return 0;
  const octet = from + (low >> 3);
  const word = input[octet] | (input[octet + 1] << 8) | (input[octet + 2] << 16) | (input[octet + 3] << 24);
  const shift = low & 7;
  // Of 32 bits that begin within an octet, up to seven are in the fifth.
  const value = shift === 0 ? word >>> 0 : (word >>> shift) | (input[octet + 4] << (32 - shift));
  return value & ((1 << count) - 1);
}
