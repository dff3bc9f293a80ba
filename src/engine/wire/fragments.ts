// IP fragments until their datagram is whole: which octets came, and the first few hundred of them.
import { WordTable } from '../../base/hashTable.ts';

/** Octets of a datagram that are kept: enough for every header, the fingerprint and a tunnel's headers before them. */
const KEPT = 512;
/** The addresses of the datagram stand before its octets, so that what reads them later finds them in the same view. */
const ADDRESSES = 32;
/** Fragments end on multiples of eight octets, and offsets have 13 bits. */
const UNITS = 8192;
/** Datagrams in the making; beyond that all are forgotten. About 1.6 kB each. */
const MOST_PENDING = 8192;

class Datagram {
  readonly view = new DataView(new ArrayBuffer(ADDRESSES + KEPT));
  readonly seen = new Uint32Array(UNITS / 32);
  units = 0;
  /** Octets of the whole, known from its last fragment; −1 before. */
  total = -1;

  reset(): void {
    this.seen.fill(0);
    this.units = 0;
    this.total = -1;
  }
}

export class Reassembler {
  #table = new WordTable(8);
  /** Made once and used again: the first `#used` are in the table. */
  readonly #pending: Datagram[] = [];
  #used = 0;

  /**
   * Takes one fragment. `key*` identify its datagram, `addresses` and `addressOctets` are copied for later.
   * @returns the datagram when this fragment made it whole, else null
   */
  add(
    key0: number,
    key1: number,
    key2: number,
    key3: number,
    view: DataView,
    source: number,
    destination: number,
    addressOctets: number,
    at: number,
    octets: number,
    offset: number,
    more: boolean,
  ): {
    readonly view: DataView;
    readonly source: number;
    readonly destination: number;
    readonly at: number;
    readonly octets: number;
  } | null {
    const datagram = this.#find(key0, key1, key2, key3);
    for (let i = 0; i < addressOctets; i++) {
      datagram.view.setUint8(i, view.getUint8(source + i));
      datagram.view.setUint8(16 + i, view.getUint8(destination + i));
    }
    const kept = Math.min(octets, KEPT - offset);
    for (let i = 0; i < kept; i++) datagram.view.setUint8(ADDRESSES + offset + i, view.getUint8(at + i));
    // Only the last fragment may end between units of eight octets: what is left over of another is not there.
    const last = Math.min(UNITS, (offset + octets + (more ? 0 : 7)) >>> 3);
    for (let unit = offset >>> 3; unit < last; unit++) {
      const bit = 1 << (unit & 31);
      const word = datagram.seen[unit >>> 5] as number;
      if ((word & bit) === 0) {
        datagram.seen[unit >>> 5] = word | bit;
        datagram.units++;
      }
    }
    if (!more) datagram.total = offset + octets;
    const total = datagram.total;
    if (total < 0 || datagram.units !== (total + 7) >>> 3) return null;
    datagram.reset();
    return { view: datagram.view, source: 0, destination: 16, at: ADDRESSES, octets: total };
  }

  #find(key0: number, key1: number, key2: number, key3: number): Datagram {
    const known = this.#table.get(key0, key1, key2, key3);
    if (known !== 0) return this.#pending[known - 1] as Datagram;
    if (this.#used === MOST_PENDING) {
      this.#table = new WordTable(8);
      this.#used = 0;
    }
    const fresh = this.#pending[this.#used] ?? new Datagram();
    fresh.reset();
    this.#pending[this.#used++] = fresh;
    this.#table.add(key0, key1, key2, key3, this.#used);
    return fresh;
  }
}

/** Octets of a reassembled datagram that its view holds. */
export const keptOctets = (octets: number): number => Math.min(octets, KEPT);
