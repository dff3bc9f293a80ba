// XXH64 (xxhash.com, XXH64 specification v0.1.1) of octets that come in pieces, in 32-bit halves: bigints would cost ten times as much.

const P1H = 0x9e3779b1 | 0;
const P1L = 0x85ebca87 | 0;
const P2H = 0xc2b2ae3d | 0;
const P2L = 0x27d4eb4f | 0;
const P3H = 0x165667b1;
const P3L = 0x9e3779f9 | 0;
const P4H = 0x85ebca77 | 0;
const P4L = 0xc2b2ae63 | 0;
const P5H = 0x27d4eb2f;
const P5L = 0x165667c5;
const STRIPE = 32;

/** High word of the product of two unsigned words. */
function mulHigh(a: number, b: number): number {
  const [al, ah, bl, bh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16);
  const cross = Math.imul(al, bh) + (middle & 0xffff);
  return (Math.imul(ah, bh) + (middle >>> 16) + (cross >>> 16)) | 0;
}

/** Low word of a sum, and whether it carried. */
const carry = (sum: number, addend: number): number => (sum >>> 0 < addend >>> 0 ? 1 : 0);

export class Xxh64 {
  /** Four lanes of 64 bits, high word first. */
  readonly #lanes = new Int32Array(8);
  readonly #held = new Uint8Array(STRIPE);
  #heldCount = 0;
  #length = 0;
  /** The value under work. */
  #h = 0;
  #l = 0;

  constructor() {
    const low = (P1L + P2L) | 0;
    // P1 + P2, P2, 0, −P1
    this.#lanes.set([P1H + P2H + carry(low, P2L), low, P2H, P2L, 0, 0, ~P1H, -P1L]);
  }

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#heldCount > 0) {
      at = Math.min(STRIPE - this.#heldCount, bytes.length);
      this.#held.set(bytes.subarray(0, at), this.#heldCount);
      this.#heldCount += at;
      if (this.#heldCount < STRIPE) return;
      this.#stripes(new DataView(this.#held.buffer), STRIPE);
      this.#heldCount = 0;
    }
    const whole = (bytes.length - at) & ~(STRIPE - 1);
    if (whole > 0) this.#stripes(new DataView(bytes.buffer, bytes.byteOffset + at, whole), whole);
    this.#held.set(bytes.subarray(at + whole));
    this.#heldCount = bytes.length - at - whole;
  }

  /** The low 32 bits, unsigned. Nothing may be added afterwards. */
  low32(): number {
    return this.#finish()[1] >>> 0;
  }

  #stripes(view: DataView, length: number): void {
    const lanes = this.#lanes;
    for (let lane = 0; lane < 4; lane++) {
      let h = lanes[2 * lane] ?? 0;
      let l = lanes[2 * lane + 1] ?? 0;
      for (let at = 8 * lane; at < length; at += STRIPE) {
        const il = view.getInt32(at, true);
        const ih = view.getInt32(at + 4, true);
        // += input × P2
        const pl = Math.imul(il, P2L);
        const ph = mulHigh(il, P2L) + Math.imul(ih, P2L) + Math.imul(il, P2H);
        const sum = (l + pl) | 0;
        const high = (h + ph + (sum >>> 0 < pl >>> 0 ? 1 : 0)) | 0;
        // rotate left by 31
        const rh = (high << 31) | (sum >>> 1);
        const rl = (sum << 31) | (high >>> 1);
        // × P1
        h = (mulHigh(rl, P1L) + Math.imul(rh, P1L) + Math.imul(rl, P1H)) | 0;
        l = Math.imul(rl, P1L);
      }
      lanes[2 * lane] = h;
      lanes[2 * lane + 1] = l;
    }
  }

  #finish(): readonly [high: number, low: number] {
    if (this.#length < STRIPE) {
      this.#h = P5H;
      this.#l = P5L;
    } else this.#mergeLanes();
    this.#add(Math.floor(this.#length / 2 ** 32) | 0, this.#length | 0);
    const held = new DataView(this.#held.buffer, 0, this.#heldCount);
    let at = 0;
    for (; at + 8 <= this.#heldCount; at += 8) {
      this.#xorRound(held.getInt32(at + 4, true), held.getInt32(at, true));
      this.#rotate(27);
      this.#multiply(P1H, P1L);
      this.#add(P4H, P4L);
    }
    if (at + 4 <= this.#heldCount) {
      const word = held.getInt32(at, true);
      this.#h ^= (mulHigh(word, P1L) + Math.imul(word, P1H)) | 0;
      this.#l ^= Math.imul(word, P1L);
      this.#rotate(23);
      this.#multiply(P2H, P2L);
      this.#add(P3H, P3L);
      at += 4;
    }
    for (; at < this.#heldCount; at++) {
      const octet = held.getUint8(at);
      this.#h ^= (mulHigh(octet, P5L) + Math.imul(octet, P5H)) | 0;
      this.#l ^= Math.imul(octet, P5L);
      this.#rotate(11);
      this.#multiply(P1H, P1L);
    }
    this.#xorShift(33);
    this.#multiply(P2H, P2L);
    this.#xorShift(29);
    this.#multiply(P3H, P3L);
    this.#xorShift(32);
    return [this.#h, this.#l];
  }

  #mergeLanes(): void {
    const lanes = this.#lanes;
    let [high, low] = [0, 0];
    for (const [lane, bits] of [1, 7, 12, 18].entries()) {
      this.#h = lanes[2 * lane] ?? 0;
      this.#l = lanes[2 * lane + 1] ?? 0;
      this.#rotate(bits);
      this.#add(high, low);
      high = this.#h;
      low = this.#l;
    }
    for (let lane = 0; lane < 4; lane++) {
      this.#xorRound(lanes[2 * lane] ?? 0, lanes[2 * lane + 1] ?? 0);
      this.#multiply(P1H, P1L);
      this.#add(P4H, P4L);
    }
  }

  /** XOR with one round of an empty lane over a word of 64 bits: rotl(word × P2, 31) × P1. */
  #xorRound(high: number, low: number): void {
    const [h, l] = [this.#h, this.#l];
    this.#h = high;
    this.#l = low;
    this.#multiply(P2H, P2L);
    this.#rotate(31);
    this.#multiply(P1H, P1L);
    this.#h ^= h;
    this.#l ^= l;
  }

  #add(high: number, low: number): void {
    const sum = (this.#l + low) | 0;
    this.#h = (this.#h + high + carry(sum, low)) | 0;
    this.#l = sum;
  }

  #multiply(high: number, low: number): void {
    const [h, l] = [this.#h, this.#l];
    this.#h = (mulHigh(l, low) + Math.imul(h, low) + Math.imul(l, high)) | 0;
    this.#l = Math.imul(l, low);
  }

  #rotate(bits: number): void {
    const [h, l] = [this.#h, this.#l];
    this.#h = (h << bits) | (l >>> (32 - bits));
    this.#l = (l << bits) | (h >>> (32 - bits));
  }

  #xorShift(bits: number): void {
    const [h, l] = [this.#h, this.#l];
    if (bits === 32) {
      this.#l = l ^ h;
      return;
    }
    if (bits > 32) {
      this.#l = l ^ (h >>> (bits - 32));
      return;
    }
    this.#h = h ^ (h >>> bits);
    this.#l = l ^ ((l >>> bits) | (h << (32 - bits)));
  }
}
