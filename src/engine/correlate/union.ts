// Union-find over legs that also remembers how the direction of one leg's tuple relates to another's.

/** ISNs are known for a component once any of its legs saw both sides of the handshake: components that differ are never joined. */
export class LegUnion {
  readonly #parent: Int32Array;
  /** Direction of a leg's tuple XOR this = direction of its parent's. */
  readonly #flip: Uint8Array;
  readonly #size: Int32Array;
  readonly #hasIsn: Uint8Array;
  readonly #isn: Uint32Array;

  constructor(count: number) {
    this.#parent = new Int32Array(count);
    for (let i = 0; i < count; i++) this.#parent[i] = i;
    this.#flip = new Uint8Array(count);
    this.#size = new Int32Array(count).fill(1);
    this.#hasIsn = new Uint8Array(count);
    this.#isn = new Uint32Array(2 * count);
  }

  /** Initial sequence numbers of the opener and of the other side: the identity of a connection. */
  setIsn(leg: number, original: number, reply: number): void {
    this.#hasIsn[leg] = 1;
    this.#isn[2 * leg] = original;
    this.#isn[2 * leg + 1] = reply;
  }

  root(leg: number): number {
    let r = leg;
    while (this.#parent[r] !== r) r = this.#parent[r];
    return r;
  }

  /** Direction of a leg's tuple XOR the result = direction of its root's tuple. */
  flip(leg: number): number {
    let flip = 0;
    for (let r = leg; this.#parent[r] !== r; r = this.#parent[r]) flip ^= this.#flip[r];
    return flip;
  }

  /**
   * Joins two legs. @param crossed 1 where direction 0 of `a`'s tuple is direction 1 of `b`'s.
   * @returns false where the two are known to be different connections.
   */
  join(a: number, b: number, crossed: number): boolean {
    let ra = this.root(a);
    let rb = this.root(b);
    if (ra === rb) return true;
    if (this.#hasIsn[ra] === 1 && this.#hasIsn[rb] === 1) {
      if (this.#isn[2 * ra] !== this.#isn[2 * rb] || this.#isn[2 * ra + 1] !== this.#isn[2 * rb + 1]) return false;
    }
    const flip = this.flip(a) ^ crossed ^ this.flip(b);
    if (this.#size[ra] < this.#size[rb]) [ra, rb] = [rb, ra];
    this.#parent[rb] = ra;
    this.#flip[rb] = flip;
    this.#size[ra] += this.#size[rb];
    if (this.#hasIsn[ra] === 0 && this.#hasIsn[rb] === 1) this.setIsn(ra, this.#isn[2 * rb], this.#isn[2 * rb + 1]);
    return true;
  }
}
