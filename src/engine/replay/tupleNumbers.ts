// Addresses and directed four-tuples of one tracker's work as numbers.
import { type AddressTable, type Endpoint, formatAddress } from '../model/address.ts';
import type { PacketTable } from '../model/packetTable.ts';

/** So few are found faster by looking at each than by a map, and most connections have no more. */
const FEW = 8;

/** Directed four-tuples as numbers, four a row: source address, source port, destination address, destination port. */
export class TupleNumbers {
  readonly rows: number[] = [];
  readonly #addresses: string[] = [];
  #numberOf: Map<string, number> | null = null;
  #rowOf: Map<string, number> | null = null;
  /** Capture point and tuple of the rows asked for, and their row here. */
  readonly #asked: number[] = [];
  readonly #answers: number[] = [];
  #answerOf: Map<number, number> | null = null;

  addressNumber(address: string): number {
    const known = this.#numberOf === null ? this.#addresses.indexOf(address) + 1 : (this.#numberOf.get(address) ?? 0);
    if (known > 0) return known;
    const number = this.#addresses.push(address);
    this.#numberOf?.set(address, number);
    if (number === FEW) this.#numberOf = new Map(this.#addresses.map((a, i) => [a, i + 1]));
    return number;
  }

  number(source: Endpoint, destination: Endpoint): number {
    return this.#row(this.addressNumber(source.address), source.port, this.addressNumber(destination.address), destination.port);
  }

  /** Directed tuple of a packet. */
  ofRow(tap: number, { tuple, tuples, addresses }: PacketTable, row: number): number {
    const word = tuple[row];
    const key = tap * 2 ** 32 + word;
    const known = this.#answerOf === null ? this.#answers[this.#asked.indexOf(key)] : this.#answerOf.get(key);
    if (known !== undefined) return known;
    const id = word >>> 1;
    const a = this.addressNumber(addressText(addresses, tuples.a[id]));
    const b = this.addressNumber(addressText(addresses, tuples.b[id]));
    const answer =
      (word & 1) === 0 ? this.#row(a, tuples.aPort[id], b, tuples.bPort[id]) : this.#row(b, tuples.bPort[id], a, tuples.aPort[id]);
    this.#answers.push(answer);
    this.#answerOf?.set(key, answer);
    if (this.#asked.push(key) === FEW) this.#answerOf = new Map(this.#asked.map((k, i) => [k, this.#answers[i]]));
    return answer;
  }

  #row(source: number, sourcePort: number, destination: number, destinationPort: number): number {
    const { rows } = this;
    const key = this.#rowOf === null ? '' : `${source} ${sourcePort} ${destination} ${destinationPort}`;
    const known = this.#rowOf?.get(key);
    if (known !== undefined) return known;
    const count = rows.length / 4;
    if (this.#rowOf === null) {
      for (let at = 0; at < rows.length; at += 4) {
        const isSame =
          rows[at] === source && rows[at + 1] === sourcePort && rows[at + 2] === destination && rows[at + 3] === destinationPort;
        if (isSame) return at / 4;
      }
    }
    rows.push(source, sourcePort, destination, destinationPort);
    this.#rowOf?.set(key, count);
    if (count + 1 === FEW) this.#rowOf = new Map(Array.from({ length: FEW }, (_, i) => [rows.slice(4 * i, 4 * i + 4).join(' '), i]));
    return count;
  }
}

const texts = new WeakMap<AddressTable, string[]>();

/** Canonical text of an interned address, written once. */
function addressText(table: AddressTable, id: number): string {
  let known = texts.get(table);
  if (known === undefined) {
    known = [];
    texts.set(table, known);
  }
  known[id] ??= formatAddress(table, id);
  return known[id];
}
