// What one end of a connection expects next, from what a capture point near it saw arrive and what it acknowledged.

const MAX_GAPS = 4096;

/** RFC 9293 rcv.nxt of one end, fed in capture order. Sequence numbers raw. */
export class Receiver {
  #next: number | null = null;
  /** Ranges beyond rcv.nxt, ascending, disjoint: start and end relative to #origin. */
  readonly #ahead: [number, number][] = [];
  #finAt: number | null = null;

  get next(): number | null {
    return this.#next;
  }

  /** The peer's FIN was received in order: CLOSE_WAIT or later. */
  get hasFin(): boolean {
    return this.#finAt !== null && this.#next !== null && ((this.#next - this.#finAt) | 0) > 0;
  }

  /** Behind the last octet that it holds, where something before that is missing: the right-most SACK block's end. */
  get edge(): number | null {
    return this.#ahead.length === 0
      ? null
      : (Math.max(...this.#ahead.map(([, end]) => (end - (this.#next ?? 0)) >>> 0)) + (this.#next ?? 0)) >>> 0;
  }

  /** The peer opens (again): everything before is forgotten. */
  reset(isn: number): void {
    this.#next = (isn + 1) >>> 0;
    this.#ahead.length = 0;
    this.#finAt = null;
  }

  /** A segment of the peer arrives. `length` counts payload only. */
  receive(seq: number, length: number, fin: boolean): void {
    if (fin) this.#finAt = (seq + length) >>> 0;
    const end = (seq + length + (fin ? 1 : 0)) >>> 0;
    if (this.#next === null) {
      this.#next = end;
      return;
    }
    if (((end - this.#next) | 0) <= 0) return;
    if (((seq - this.#next) | 0) <= 0) {
      this.#next = end;
      this.#drain();
    } else this.#keep(seq, end);
  }

  /** This end acknowledged: it holds everything up to there, whatever the capture missed. */
  acknowledge(ack: number): void {
    if (this.#next === null || ((ack - this.#next) | 0) > 0) {
      this.#next = ack;
      this.#drain();
    }
  }

  #keep(seq: number, end: number): void {
    if (this.#ahead.length >= MAX_GAPS) return;
    const origin = this.#next as number;
    let at = this.#ahead.length;
    while (at > 0 && ((this.#ahead[at - 1][0] - origin) | 0) > ((seq - origin) | 0)) at--;
    this.#ahead.splice(at, 0, [seq, end]);
  }

  #drain(): void {
    while (this.#ahead.length > 0) {
      const [seq, end] = this.#ahead[0];
      const next = this.#next as number;
      if (((seq - next) | 0) > 0) return;
      if (((end - next) | 0) > 0) this.#next = end;
      this.#ahead.shift();
    }
  }
}
