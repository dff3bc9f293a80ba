// Prefix codes of DEFLATE as lookup tables (RFC 1951 §3.2.2).

/** Codes up to this many bits take one lookup, longer ones two. */
export const PRIMARY_BITS = 10;
export const PRIMARY_MASK = (1 << PRIMARY_BITS) - 1;
const LONGEST = 15;

/** Set in an entry that points to a second table: `value` is where it starts, the length how many bits index it. */
export const SECOND = 0x8000_0000 | 0;

/** Room for the primary table and every second table a complete code can need. */
export const TABLE_SIZE = (1 << PRIMARY_BITS) + (1 << LONGEST);

const counts = new Int32Array(LONGEST + 1);
const nextCode = new Int32Array(LONGEST + 1);

/**
 * Fills `table`: entry = value << 4 | length, indexed by the next bits of the stream (least significant first). 0 is no code.
 * @returns false if the lengths are no code: over-subscribed, or incomplete with more than one code
 */
export function buildTable(table: Int32Array, lengths: Uint8Array, from: number, count: number): boolean {
  counts.fill(0);
  for (let i = 0; i < count; i++) counts[lengths[from + i]]++;
  counts[0] = 0;
  let left = 1;
  let code = 0;
  let used = 0;
  for (let bits = 1; bits <= LONGEST; bits++) {
    left = left * 2 - counts[bits];
    if (left < 0) return false;
    nextCode[bits] = code;
    code = (code + counts[bits]) << 1;
    used += counts[bits];
  }
  if (left > 0 && used > 1) return false;
  table.fill(0, 0, 1 << PRIMARY_BITS);
  let end = 1 << PRIMARY_BITS;
  for (let symbol = 0; symbol < count; symbol++) {
    const length = lengths[from + symbol];
    if (length === 0) continue;
    const reversed = reverse(nextCode[length]++, length);
    const entry = (symbol << 4) | length;
    if (length <= PRIMARY_BITS) {
      for (let at = reversed; at < 1 << PRIMARY_BITS; at += 1 << length) table[at] = entry;
      continue;
    }
    const prefix = reversed & PRIMARY_MASK;
    const extra = LONGEST - PRIMARY_BITS;
    if (table[prefix] === 0) {
      table.fill(0, end, end + (1 << extra));
      table[prefix] = SECOND | (end << 4) | extra;
      end += 1 << extra;
    }
    const second = (table[prefix] & ~SECOND) >>> 4;
    for (let at = reversed >>> PRIMARY_BITS; at < 1 << extra; at += 1 << (length - PRIMARY_BITS)) table[second + at] = entry;
  }
  return true;
}

function reverse(code: number, bits: number): number {
  let reversed = 0;
  for (let i = 0; i < bits; i++) reversed |= ((code >>> i) & 1) << (bits - 1 - i);
  return reversed;
}
