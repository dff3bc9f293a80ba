// What tells two payloads apart without keeping them.

/** Octets of a payload that its fingerprint covers. */
export const FINGERPRINTED = 64;

/**
 * Hash of up to the first 64 octets of what was captured of a payload, and of their count. Never 0. Two lanes, as one would wait for
 * its own multiplication at every word. Written, not returned: a full uint32 would be boxed on the way.
 */
export function writeFingerprint(column: Uint32Array, row: number, view: DataView, at: number, captured: number): void {
  const count = captured < FINGERPRINTED ? captured : FINGERPRINTED;
  const end = at + count;
  let a = Math.imul(count, 0x9e3779b1);
  let b = 0x2c1b3c6d;
  let i = at;
  for (; i + 8 <= end; i += 8) {
    a = Math.imul(a ^ view.getInt32(i, true), 0x85ebca6b);
    b = Math.imul(b ^ view.getInt32(i + 4, true), 0xc2b2ae35);
    a = (a << 13) | (a >>> 19);
    b = (b << 15) | (b >>> 17);
  }
  if (i < end) {
    if (count >= 8) {
      // The last eight octets once more, some of them twice: one step whatever is left.
      a = Math.imul(a ^ view.getInt32(end - 8, true), 0x85ebca6b);
      b = Math.imul(b ^ view.getInt32(end - 4, true), 0xc2b2ae35);
    } else for (; i < end; i++) a = Math.imul(a ^ view.getUint8(i), 0x01000193);
  }
  let h = Math.imul(a ^ (a >>> 15) ^ b, 0x297a2d39);
  h = Math.imul(h ^ (h >>> 13) ^ (b >>> 16), 0x85ebca6b);
  h ^= h >>> 16;
  column[row] = h === 0 ? 1 : h;
}

const uniform = new Set<number>();

/** Is it the fingerprint of one octet repeated: cleared payload, padding, a probe? */
export function isUniform(fingerprint: number): boolean {
  if (uniform.size === 0) {
    const octets = new DataView(new ArrayBuffer(FINGERPRINTED));
    const one = new Uint32Array(1);
    for (let octet = 0; octet < 256; octet++) {
      new Uint8Array(octets.buffer).fill(octet);
      for (let count = 1; count <= FINGERPRINTED; count++) {
        writeFingerprint(one, 0, octets, 0, count);
        uniform.add(one[0]);
      }
    }
  }
  return uniform.has(fingerprint);
}
