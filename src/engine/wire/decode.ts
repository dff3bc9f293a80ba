// The hot loop: a batch of records into rows of the table. Fields are read in place; nothing is allocated per packet.
import { hashWords, STRIDE } from '../../base/hashTable.ts';
import { CUT, HAS_TS, IS_TCP, OPTIONS_CUT, PAYLOAD_CUT, SYN } from '../model/packetTable.ts';
import type { Batch, CaptureInterface } from './batch.ts';
import { Cursor, ICMP, TCP, UDP } from './cursor.ts';
import { readIcmp } from './icmp.ts';
import { L_ETH } from './layers.ts';
import type { TableBuilder } from './tableBuilder.ts';
import { readOptions } from './tcpOptions.ts';
import { IPV4_KEY } from './tupleInterner.ts';
import { walk } from './walk.ts';

const TCP_PROTOCOL = 6;
/** NOP NOP TS(10): how nearly every stack writes the timestamp option (RFC 7323 appendix A). */
const NOP_NOP_TIMESTAMPS = 0x0101080a;
const FINGERPRINTED = 64;
const ETHERNET_HEADER = 14;
/** Ethernet, IPv4 and TCP headers without options. */
const ETHERNET_IP_TCP = 54;
/** EtherType 0x0800, version 4, header of five words. */
const IPV4_NO_OPTIONS = 0x080045;
/** Of the word with fragment field, TTL and protocol: more fragments, offset, and the protocol's octet. */
const NOT_TCP_OR_FRAGMENT = 0x3fff00ff;
const TCP_FLAGS = 0x1ff;
const TCP_OVER_IPV4 = TCP_PROTOCOL | IPV4_KEY;

/** Counts of what is not TCP, and of rows cut by the snap length, since the decoder was made or reset. */
export interface Counts {
  tcp: number;
  udp: number;
  icmp: number;
  other: number;
  cut: number;
}

/** Keeps what decoding remembers from record to record: fragments, encapsulations, counts. */
export class Decoder {
  readonly counts: Counts = { tcp: 0, udp: 0, icmp: 0, other: 0, cut: 0 };
  readonly #cursor = new Cursor();
  readonly #table: TableBuilder;
  /** Encapsulation id of plain Ethernet, by interface origin; 0 not yet interned. */
  readonly #plain: number[] = [];

  constructor(table: TableBuilder) {
    this.#table = table;
  }

  /** A new file begins: fragments of the last one stay pending, as a rotated set cuts through datagrams. */
  resetCounts(): void {
    Object.assign(this.counts, { tcp: 0, udp: 0, icmp: 0, other: 0, cut: 0 });
  }

  /**
   * Decodes the batch into rows `table.length …` and adds them. Eight of ten packets are untagged IPv4 without options, TCP with no
   * options or timestamps alone: their fields are read here in as few loads as there are words, everything else in `#slow`.
   * A loop over columns, hence long.
   */
  decode(view: DataView, batch: Batch): void {
    const table = this.#table;
    const { start, captured, origin, interfaces, count } = batch;
    const { originalLength, interner } = table;
    const { tuple, seq, ack, payloadLength, window, flags, ipId, ttl, encapsulation, tsval, tsecr, fingerprint } = table;
    const first = table.length;
    let linkOrigin = -1;
    let isEthernet = false;
    let plain = 0;
    let fast = 0;
    let cut = 0;
    let { slots, mask } = interner.tupleIds;
    for (let i = 0; i < count; i++) {
      const row = first + i;
      const at = start[i];
      const have = captured[i];
      const wire = originalLength[row];
      if (have < wire) cut++;
      if (origin[i] !== linkOrigin) {
        linkOrigin = origin[i];
        isEthernet = interfaces[linkOrigin].linkType === 1;
        plain = this.#plain[linkOrigin] || this.#internPlain(interfaces[linkOrigin]);
      }
      if (
        !isEthernet ||
        have < ETHERNET_IP_TCP ||
        view.getUint32(at + 12) >>> 8 !== IPV4_NO_OPTIONS ||
        (view.getUint32(at + 20) & NOT_TCP_OR_FRAGMENT) !== TCP_PROTOCOL
      ) {
        this.#slow(view, at, have, wire, interfaces[linkOrigin], row);
        ({ slots, mask } = interner.tupleIds);
        continue;
      }
      const lengthAndId = view.getUint32(at + 16);
      const total = lengthAndId >>> 16;
      const end = at + have;
      const limit = at + (total === 0 ? (wire > have ? wire : have) : ETHERNET_HEADER + total);
      const headWord = view.getUint32(at + 46);
      const octets = (headWord >>> 28) << 2;
      const payloadAt = at + 34 + octets;
      // Lengths that lie, or options that take a look: the long way tells what is wrong.
      if (total !== 0 && (total < 40 || octets < 20 || payloadAt > end || payloadAt > limit)) {
        this.#slow(view, at, have, wire, interfaces[linkOrigin], row);
        ({ slots, mask } = interner.tupleIds);
        continue;
      }
      let bits = ((headWord >>> 16) & TCP_FLAGS) | IS_TCP;
      const isStamped = octets === 32 && view.getUint32(at + 54) === NOP_NOP_TIMESTAMPS;
      if ((octets !== 20 && !isStamped) || (bits & SYN) !== 0) {
        this.#slow(view, at, have, wire, interfaces[linkOrigin], row);
        ({ slots, mask } = interner.tupleIds);
        continue;
      }
      const source = view.getInt32(at + 26);
      const destination = view.getInt32(at + 30);
      const ports = view.getInt32(at + 34);
      seq[row] = view.getUint32(at + 38);
      ack[row] = view.getUint32(at + 42);
      ttl[row] = view.getUint8(at + 22);
      if (isStamped) {
        bits |= HAS_TS;
        tsval[row] = view.getUint32(at + 58);
        tsecr[row] = view.getUint32(at + 62);
      }
      const payload = limit - payloadAt;
      if (payload > 0) {
        payloadLength[row] = payload;
        const there = end - payloadAt;
        if (there < payload) bits |= PAYLOAD_CUT;
        if (there > 0) writeFingerprint(fingerprint, row, view, payloadAt, there < payload ? there : payload);
      }
      window[row] = headWord & 0xffff;
      ipId[row] = lengthAndId & 0xffff;
      encapsulation[row] = plain;
      flags[row] = bits;
      // TupleInterner.ipv4 in line, for keys that are known: as a call it would box its arguments.
      // Which end is the smaller is a coin toss per packet: a mask instead of a branch (unsigned `source < destination`).
      let forward = ((~source & destination) | ((~source | destination) & (source - destination))) >> 31;
      const swapped = (ports << 16) | (ports >>> 16);
      if (source === destination) forward = ports >>> 16 <= (ports & 0xffff) ? -1 : 0;
      const difference = (source ^ destination) & forward;
      const a = destination ^ difference;
      const b = source ^ difference;
      const key = swapped ^ ((ports ^ swapped) & forward);
      let slot = hashWords(a, b, key, TCP_OVER_IPV4) & mask;
      let id = 0;
      for (;;) {
        const s = slot * STRIDE;
        id = slots[s + 4];
        if (id === 0 || (slots[s] === a && slots[s + 1] === b && slots[s + 2] === key && slots[s + 3] === TCP_OVER_IPV4)) break;
        slot = (slot + 1) & mask;
      }
      if (id === 0) {
        id = interner.ipv4(source, destination, ports, TCP_PROTOCOL) >>> 1;
        slots = interner.tupleIds.slots;
        mask = interner.tupleIds.mask;
      }
      tuple[row] = (id << 1) | (forward + 1);
      fast++;
    }
    this.counts.tcp += fast;
    this.counts.cut += cut;
    table.length = first + count;
  }

  /** Any record: walks its layers, then reads what the walk found. */
  #slow(view: DataView, at: number, have: number, wire: number, link: CaptureInterface, row: number): void {
    const table = this.#table;
    const c = this.#cursor;
    const { counts } = this;
    c.start(view, at, at + have, at + (wire < have ? have : wire));
    walk(c, link.linkType);
    table.encapsulation[row] = this.#intern(c, link);
    switch (c.found) {
      case TCP:
        counts.tcp++;
        this.#tcp(c, row);
        return;
      case UDP:
        counts.udp++;
        return;
      case ICMP:
        counts.icmp++;
        table.flags[row] = readIcmp(c, table, row);
        return;
      default:
        counts.other++;
    }
  }

  /** The cursor stands on a TCP header, of which anything may be missing. */
  #tcp(c: Cursor, row: number): void {
    const table = this.#table;
    const { view, at: header, end, limit } = c;
    table.ipId[row] = c.ipId;
    table.ttl[row] = c.ttl;
    if (header + 4 <= end) {
      const ports = view.getUint32(header);
      table.tuple[row] =
        c.family === 4
          ? table.interner.ipv4(view.getUint32(c.source), view.getUint32(c.destination), ports, TCP_PROTOCOL)
          : table.interner.ipv6(view, c.source, c.destination, ports, TCP_PROTOCOL);
    }
    if (header + 20 > end) {
      table.flags[row] = this.#cutHeader(view, header, end, row);
      return;
    }
    table.seq[row] = view.getUint32(header + 4);
    table.ack[row] = view.getUint32(header + 8);
    table.window[row] = view.getUint16(header + 14);
    const word = view.getUint16(header + 12);
    const octets = (word >>> 12) << 2;
    if (octets < 20) {
      // A header that claims to be shorter than a header: nothing behind the numbers can be trusted, nor is it shown by anyone.
      table.flags[row] = IS_TCP | CUT | OPTIONS_CUT;
      return;
    }
    let bits = (word & TCP_FLAGS) | IS_TCP;
    const payloadAt = header + octets;
    if (octets > 20 || (bits & SYN) !== 0) {
      if (payloadAt > end) bits |= OPTIONS_CUT;
      bits |= readOptions(table, row, view, header + 20, payloadAt < end ? payloadAt : end, bits);
    }
    const payload = limit - payloadAt;
    if (payload > 0) {
      table.payloadLength[row] = payload;
      const there = end - payloadAt;
      if (there < payload && !c.isReassembled) bits |= PAYLOAD_CUT;
      if (there > 0) writeFingerprint(table.fingerprint, row, view, payloadAt, there);
    }
    table.flags[row] = bits;
  }

  /** What is left of a TCP header that the snap length cut: field by field while they are there. */
  #cutHeader(view: DataView, header: number, end: number, row: number): number {
    const table = this.#table;
    let bits = IS_TCP | CUT;
    if (header + 8 <= end) table.seq[row] = view.getUint32(header + 4);
    if (header + 12 <= end) table.ack[row] = view.getUint32(header + 8);
    if (header + 14 <= end) bits |= view.getUint16(header + 12) & 0x1ff;
    if (header + 16 <= end) table.window[row] = view.getUint16(header + 14);
    return bits;
  }

  #internPlain(link: CaptureInterface): number {
    const c = this.#cursor;
    c.start(c.view, 0, 0, 0);
    c.layers.push(L_ETH);
    const id = this.#intern(c, link);
    this.#plain[link.origin] = id;
    return id;
  }

  #intern(c: Cursor, link: CaptureInterface): number {
    const interfaceId = c.interfaceIndex < 0 ? link.id : c.interfaceIndex;
    return this.#table.encapsulations.intern(c.layers, link.origin, interfaceId, link.name, link.linkType, c.packetType);
  }
}

/**
 * Hash of up to the first 64 octets of what was captured of a payload, and of their count. Never 0. Two lanes, as one would wait for
 * its own multiplication at every word. Written, not returned: a full uint32 would be boxed on the way.
 */
function writeFingerprint(column: Uint32Array, row: number, view: DataView, at: number, captured: number): void {
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
