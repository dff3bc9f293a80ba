// The same packet again in one capture: by all that no router changes. Its TTL may differ, as where it was forwarded in between.
import { FIN, HAS_TS, type PacketTable, SYN } from '../model/packetTable.ts';

/** What may be another packet with equal numbers is the same one only if it comes within this. Nanos. */
export const AT_ONCE_NANOS = 5e6;
/** Equal ones that are walked past before a packet counts as new; more only in made-up traffic. */
const MOST_WALKED = 256;

/** Can its sender not have sent another like it? It counts its packets, or timed something that it sends but once. */
export const isUnmistakable = ({ flags, ipId, payloadLength }: PacketTable, row: number): boolean =>
  ipId[row] !== 0 || ((flags[row] & HAS_TS) !== 0 && (payloadLength[row] > 0 || (flags[row] & (SYN | FIN)) !== 0));

/** Given unmistakable ones: do all numbers agree that no router changes? */
export function isSamePacket({ seq, ack, payloadLength, flags, ipId, tsval, tuple, window }: PacketTable, a: number, b: number): boolean {
  if (seq[a] !== seq[b] || tuple[a] !== tuple[b] || ack[a] !== ack[b] || payloadLength[a] !== payloadLength[b]) return false;
  return flags[a] === flags[b] && ipId[a] === ipId[b] && tsval[a] === tsval[b] && window[a] === window[b];
}

/** Finds them among the rows of one connection after the other; keeps its memory in between. */
export class Twins {
  readonly #packets: PacketTable;
  #rows: Uint32Array = new Uint32Array(0);
  #heads = new Int32Array(64);
  #next = new Int32Array(64);
  #mask = 0;

  constructor(packets: PacketTable) {
    this.#packets = packets;
  }

  /** Begins with the rows of a connection, none of which is known. */
  start(rows: Uint32Array): void {
    this.#rows = rows;
    let size = 16;
    while (size < 2 * rows.length) size *= 2;
    if (this.#heads.length < size) this.#heads = new Int32Array(size);
    else this.#heads.fill(0, 0, size);
    if (this.#next.length < rows.length) this.#next = new Int32Array(size);
    this.#mask = size - 1;
  }

  /** The place among the rows of the latest known one that is the packet at place `i`, of those that are fit; −1 none. */
  before(i: number, isFit: (place: number) => boolean): number {
    const row = this.#rows[i];
    let walked = 0;
    for (let k = this.#heads[this.#hash(row) & this.#mask] - 1; k >= 0 && walked < MOST_WALKED; k = this.#next[k] - 1, walked++) {
      if (isSamePacket(this.#packets, this.#rows[k], row) && isFit(k)) return k;
    }
    return -1;
  }

  /** Place `i` is known from now on. */
  add(i: number): void {
    const slot = this.#hash(this.#rows[i]) & this.#mask;
    this.#next[i] = this.#heads[slot];
    this.#heads[slot] = i + 1;
  }

  #hash(row: number): number {
    const { seq, ack, ipId, tsval, payloadLength } = this.#packets;
    let h = Math.imul(seq[row] ^ 0x9e3779b9, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15) ^ ack[row], 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 13) ^ tsval[row] ^ (ipId[row] << 16) ^ payloadLength[row], 0x27d4eb2f);
    return h ^ (h >>> 16);
  }
}
