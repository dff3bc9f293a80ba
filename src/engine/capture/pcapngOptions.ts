// pcapng options: type, length, value, padded to four octets. Text is decoded leniently; nothing here trusts a length.

export const OPTION_COMMENT = 1;

/** Calls `each` for every whole option between `at` and `end`. Stops at opt_endofopt, or where a length runs out of the block. @returns false for the latter */
export function forEachOption(
  view: DataView,
  from: number,
  end: number,
  little: boolean,
  each: (code: number, at: number, length: number) => void,
): boolean {
  let at = from;
  while (at + 4 <= end) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0) return true;
    if (at + 4 + length > end) return false;
    each(code, at + 4, length);
    at += 4 + ((length + 3) & ~3);
  }
  return true;
}

/** UTF-16 units of one text, taken over in slices: a text that grows by the character takes thirty times its size. */
const units = new Uint16Array(4096);

/** UTF-8, with U+FFFD for what is not; up to the first NUL, as strings are not zero-terminated for sure but sometimes are. */
export function readText(view: DataView, at: number, length: number): string {
  let text = '';
  let count = 0;
  for (let i = 0; i < length; ) {
    const first = view.getUint8(at + i);
    if (first === 0) break;
    const size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    let point = size === 1 ? first : size === 0 ? -1 : first & (0xff >> (size + 1));
    let used = 1;
    for (; used < size && point >= 0; used++) {
      const next = i + used < length ? view.getUint8(at + i + used) : 0;
      if (next >> 6 !== 2) break;
      point = (point << 6) | (next & 0x3f);
    }
    const isWhole = size > 0 && used === size && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    if (!isWhole) units[count++] = 0xfffd;
    else if (point < 0x10000) units[count++] = point;
    else {
      units[count++] = 0xd7c0 + (point >> 10);
      units[count++] = 0xdc00 | (point & 0x3ff);
    }
    i += used;
    if (count >= units.length - 1) {
      text += String.fromCharCode(...units.subarray(0, count));
      count = 0;
    }
  }
  return text + String.fromCharCode(...units.subarray(0, count));
}
