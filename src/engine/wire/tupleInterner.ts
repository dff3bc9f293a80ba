// Addresses and five-tuples of one capture point as small numbers, whatever comes first gets the next one.
import { type Growable, growableU8, growableU16, growableU32 } from '../../base/growable.ts';
import { hashWords, WordTable } from '../../base/hashTable.ts';
import type { AddressTable } from '../model/address.ts';
import type { TupleTable } from '../model/packetTable.ts';

const TCP = 6;
/** Or'ed to the protocol in the key. */
const IPV4_KEY = 0x400;
const IPV6_KEY = 0x600;
/** Pairs of slots for IPv4: two directions. */
const PAIR_BITS = 14;
/** For IPv6, one cache line a slot. */
const MET_STRIDE = 16;
const MET_MASK = 4095;

/**
 * IPv4 segments met last, four words each: both addresses as sent, ports, and what `ipv4` returned (0: nothing here yet). Captures share
 * it in turns, as the compiler then knows where it lies: half a megabyte.
 */
export const met = new Int32Array(8 << PAIR_BITS);
let metBy: TupleInterner | null = null;

/** Where in `met` a segment stands if it does: both directions of a connection lie side by side. */
export function metAt(source: number, destination: number, ports: number): number {
  const h = Math.imul((source + destination) | 0, 0x9e3779b1) ^ Math.imul((ports + ((ports << 16) | (ports >>> 16))) | 0, 0xc2b2ae3d);
  const pair = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> (32 - PAIR_BITS);
  return ((pair << 1) + ((source - destination) >>> 31)) << 2;
}

/** Grows both tables. Ids start at 1; 0 is "none". Only a new tuple or address costs more than one table lookup. */
export class TupleInterner {
  /** Keys: both addresses (IPv4: themselves; IPv6: their ids), both ports, protocol and family. */
  readonly #tupleIds = new WordTable(12);
  /** IPv6 segments met last: both addresses as sent, ports, protocol, and what `ipv6` returned (0: nothing here yet). */
  readonly #met6 = new Int32Array((MET_MASK + 1) * MET_STRIDE);
  #v4 = new WordTable(10);
  #v6 = new WordTable(8);
  #protocol = growableU8();
  #a = growableU32();
  #b = growableU32();
  #aPort = growableU16();
  #bPort = growableU16();
  #family = growableU8();
  #octets: Growable<Uint8Array> = growableU8();

  constructor() {
    this.#addTuple(0, 0, 0, 0);
    this.#family.push(0);
    for (let i = 0; i < 16; i++) this.#octets.push(0);
  }

  /**
   * `tupleId << 1 | direction` of a segment between two IPv4 endpoints. Addresses and ports are where they stand in `view`: as values
   * they would be boxed, having more bits than a small integer.
   */
  ipv4(view: DataView, sourceAt: number, destinationAt: number, portsAt: number, protocol: number): number {
    const source = view.getInt32(sourceAt);
    const destination = view.getInt32(destinationAt);
    const ports = view.getInt32(portsAt);
    const sourcePort = ports >>> 16;
    const destinationPort = ports & 0xffff;
    const forward = source >>> 0 < destination >>> 0 || (source === destination && sourcePort <= destinationPort);
    const a = forward ? source : destination;
    const b = forward ? destination : source;
    const key = forward ? ports : (destinationPort << 16) | sourcePort;
    let id = this.#tupleIds.get(a, b, key, protocol | IPV4_KEY);
    if (id === 0) {
      id = this.#addTuple(protocol, this.#addressV4(a), this.#addressV4(b), key);
      this.#tupleIds.add(a, b, key, protocol | IPV4_KEY, id);
    }
    return ((id << 1) | (forward ? 0 : 1)) >>> 0;
  }

  /** To be called before `met` is looked at: what another capture met is forgotten. */
  takeMet(): void {
    if (metBy === this) return;
    met.fill(0);
    metBy = this;
  }

  /** Puts the TCP segment of the IPv4 packet at `ip`, which has no options, into its slot of `met`. */
  meet(view: DataView, ip: number, slot: number): void {
    met[slot] = view.getInt32(ip + 12);
    met[slot + 1] = view.getInt32(ip + 16);
    met[slot + 2] = view.getInt32(ip + 20);
    met[slot + 3] = this.ipv4(view, ip + 12, ip + 16, ip + 20, TCP);
  }

  /** The same for IPv6: first among those met last, as addresses of four words otherwise take three look-ups. */
  ipv6(view: DataView, source: number, destination: number, portsAt: number, protocol: number): number {
    const met = this.#met6;
    const s0 = view.getInt32(source);
    const s1 = view.getInt32(source + 4);
    const s2 = view.getInt32(source + 8);
    const s3 = view.getInt32(source + 12);
    const d0 = view.getInt32(destination);
    const d1 = view.getInt32(destination + 4);
    const d2 = view.getInt32(destination + 8);
    const d3 = view.getInt32(destination + 12);
    const ports = view.getInt32(portsAt);
    const slot = (hashWords(s3 ^ d0 ^ s2, d3 ^ s1, ports, d2 ^ s0 ^ d1) & MET_MASK) * MET_STRIDE;
    const isMet =
      met[slot + 3] === s3 &&
      met[slot + 7] === d3 &&
      met[slot + 8] === ports &&
      met[slot + 2] === s2 &&
      met[slot + 6] === d2 &&
      met[slot + 1] === s1 &&
      met[slot + 5] === d1 &&
      met[slot] === s0 &&
      met[slot + 4] === d0 &&
      met[slot + 9] === protocol;
    if (isMet && met[slot + 10] !== 0) return met[slot + 10] as number;
    const word = this.#ipv6(view, source, destination, portsAt, protocol);
    met[slot] = s0;
    met[slot + 1] = s1;
    met[slot + 2] = s2;
    met[slot + 3] = s3;
    met[slot + 4] = d0;
    met[slot + 5] = d1;
    met[slot + 6] = d2;
    met[slot + 7] = d3;
    met[slot + 8] = ports;
    met[slot + 9] = protocol;
    met[slot + 10] = word;
    return word;
  }

  #ipv6(view: DataView, source: number, destination: number, portsAt: number, protocol: number): number {
    const ports = view.getInt32(portsAt);
    const sourcePort = ports >>> 16;
    const destinationPort = ports & 0xffff;
    const order = compare16(view, source, destination);
    const forward = order < 0 || (order === 0 && sourcePort <= destinationPort);
    const a = this.addressV6(view, forward ? source : destination);
    const b = this.addressV6(view, forward ? destination : source);
    const key = forward ? ports : (destinationPort << 16) | sourcePort;
    let id = this.#tupleIds.get(a, b, key, protocol | IPV6_KEY);
    if (id === 0) {
      id = this.#addTuple(protocol, a, b, key);
      this.#tupleIds.add(a, b, key, protocol | IPV6_KEY, id);
    }
    return ((id << 1) | (forward ? 0 : 1)) >>> 0;
  }

  addressV4(address: number): number {
    return this.#addressV4(address >>> 0);
  }

  addressV6(view: DataView, at: number): number {
    const w0 = view.getInt32(at);
    const w1 = view.getInt32(at + 4);
    const w2 = view.getInt32(at + 8);
    const w3 = view.getInt32(at + 12);
    let id = this.#v6.get(w0, w1, w2, w3);
    if (id === 0) {
      id = this.#addAddress(6, w0, w1, w2, w3);
      this.#v6.add(w0, w1, w2, w3, id);
    }
    return id;
  }

  /** Id 0 included. */
  get tupleCount(): number {
    return this.#protocol.length;
  }

  tuples(): TupleTable {
    return {
      length: this.#protocol.length,
      protocol: this.#protocol.finish(),
      a: this.#a.finish(),
      b: this.#b.finish(),
      aPort: this.#aPort.finish(),
      bPort: this.#bPort.finish(),
    };
  }

  addresses(): AddressTable {
    return { length: this.#family.length, family: this.#family.finish(), bytes: this.#octets.finish() };
  }

  #addressV4(address: number): number {
    let id = this.#v4.get(address, 0, 0, 0);
    if (id === 0) {
      id = this.#addAddress(4, address, 0, 0, 0);
      this.#v4.add(address, 0, 0, 0, id);
    }
    return id;
  }

  #addTuple(protocol: number, a: number, b: number, ports: number): number {
    this.#protocol.push(protocol);
    this.#a.push(a);
    this.#b.push(b);
    this.#aPort.push(ports >>> 16);
    this.#bPort.push(ports & 0xffff);
    return this.#protocol.length - 1;
  }

  #addAddress(family: number, w0: number, w1: number, w2: number, w3: number): number {
    this.#family.push(family);
    for (const word of [w0, w1, w2, w3]) {
      for (let shift = 24; shift >= 0; shift -= 8) this.#octets.push((word >>> shift) & 0xff);
    }
    return this.#family.length - 1;
  }
}

function compare16(view: DataView, x: number, y: number): number {
  for (let i = 0; i < 16; i += 4) {
    const difference = view.getUint32(x + i) - view.getUint32(y + i);
    if (difference !== 0) return difference;
  }
  return 0;
}
