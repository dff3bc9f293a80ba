// The hot loop: a batch of records into rows of the table. Fields are read in place; nothing is allocated per packet.
import { hashWords, STRIDE } from '../../base/hashTable.ts';
import { HAS_TS, IS_TCP, PAYLOAD_CUT, SYN } from '../model/packetTable.ts';
import type { Batch, CaptureInterface } from './batch.ts';
import { Cursor, ICMP, TCP, UDP } from './cursor.ts';
import { LayerList } from './encapsulationInterner.ts';
import { writeFingerprint } from './fingerprint.ts';
import { readIcmp } from './icmp.ts';
import { L_ETH, L_VLAN } from './layers.ts';
import { readSegment, TCP_FLAGS, TCP_PROTOCOL } from './segment.ts';
import type { TableBuilder } from './tableBuilder.ts';
import { NOP_NOP_TIMESTAMPS } from './tcpOptions.ts';
import { IPV4_KEY } from './tupleInterner.ts';
import { walk } from './walk.ts';

const ETHERNET_HEADER = 14;
const VLAN_TAG = 4;
const VLAN = 0x8100;
/** IPv4 and TCP, IPv6 and TCP, without options. */
const IPV4_TCP = 40;
const IPV6_TCP = 60;
/** EtherType 0x0800, version 4, header of five words. */
const IPV4_NO_OPTIONS = 0x080045;
/** EtherType 0x86dd, version 6. */
const IPV6 = 0x86dd6;
/** Of the word with fragment field, TTL and protocol: more fragments, offset, and the protocol's octet. */
const NOT_TCP_OR_FRAGMENT = 0x3fff00ff;
const TCP_OVER_IPV4 = TCP_PROTOCOL | IPV4_KEY;

/** Counts of what is not TCP, and of rows cut by the snap length, since the decoder was made or reset. */
export interface Counts {
  tcp: number;
  udp: number;
  icmp: number;
  other: number;
  cut: number;
  /** The most octets captured of a row that was cut. */
  cutAt: number;
}

const NOTHING: Counts = { tcp: 0, udp: 0, icmp: 0, other: 0, cut: 0, cutAt: 0 };

/** Keeps what decoding remembers from record to record: fragments, encapsulations, counts. */
export class Decoder {
  readonly counts: Counts = { ...NOTHING };
  readonly #cursor = new Cursor();
  readonly #table: TableBuilder;
  /** Encapsulation ids of Ethernet without and with a tag, by interface origin; 0 not yet interned. */
  readonly #plain: number[] = [];
  readonly #tagged: number[] = [];

  constructor(table: TableBuilder) {
    this.#table = table;
  }

  /** A new file begins: fragments of the last one stay pending, as a rotated set cuts through datagrams. */
  resetCounts(): void {
    Object.assign(this.counts, NOTHING);
  }

  /**
   * Decodes the batch into rows `table.length …` and adds them. Eight of ten packets are IPv4 without options behind Ethernet or one
   * tag, TCP with no options or timestamps alone: their fields are read here in as few loads as there are words, everything else by
   * `#direct` or `#slow`. A loop over columns, hence long.
   */
  decode(view: DataView, batch: Batch): void {
    const table = this.#table;
    const { start, captured, origin, interfaces, count } = batch;
    const { originalLength, interner } = table;
    const { tuple, seq, ack, payloadLength, window, flags, ipId, ttl, encapsulation, tsval, tsecr, fingerprint } = table;
    // A record brings one tuple at most: with room for all of them the slots stay where they are.
    interner.tupleIds.reserve(count);
    const { slots, mask } = interner.tupleIds;
    const first = table.length;
    let linkOrigin = -1;
    let isEthernet = false;
    let plain = 0;
    let tagged = 0;
    let fast = 0;
    let cut = 0;
    let { cutAt } = this.counts;
    for (let i = 0; i < count; i++) {
      const row = first + i;
      const at = start[i];
      const have = captured[i];
      const wire = originalLength[row];
      if (have < wire) {
        cut++;
        if (have > cutAt) cutAt = have;
      }
      if (origin[i] !== linkOrigin) {
        linkOrigin = origin[i];
        isEthernet = interfaces[linkOrigin].linkType === 1;
        plain = this.#plainId(interfaces[linkOrigin]);
        tagged = this.#tagged[linkOrigin] ?? 0;
      }
      if (!isEthernet || have < ETHERNET_HEADER + IPV4_TCP) {
        this.#slow(view, at, have, wire, interfaces[linkOrigin], row);
        continue;
      }
      const end = at + have;
      let ip = at + ETHERNET_HEADER;
      /** What is wrapped, and the first two octets of it. */
      let word = view.getUint32(at + 12);
      let wrapping = plain;
      if (word >>> 16 === VLAN) {
        ip += VLAN_TAG;
        word = view.getUint32(at + 16);
        wrapping = tagged;
      }
      const lengthAndId = view.getUint32(ip + 2);
      const total = lengthAndId >>> 16;
      const limit = ip + total;
      const headWord = view.getUint32(ip + 32);
      const octets = (headWord >>> 28) << 2;
      const payloadAt = ip + 20 + octets;
      let bits = ((headWord >>> 16) & TCP_FLAGS) | IS_TCP;
      const isStamped = octets === 32 && payloadAt <= end && view.getUint32(ip + 40) === NOP_NOP_TIMESTAMPS;
      if (
        word >>> 8 !== IPV4_NO_OPTIONS ||
        (view.getUint32(ip + 6) & NOT_TCP_OR_FRAGMENT) !== TCP_PROTOCOL ||
        (octets !== 20 && !isStamped) ||
        (bits & SYN) !== 0 ||
        // Lengths that lie: the long way tells what is wrong.
        payloadAt > end ||
        payloadAt > limit ||
        wrapping === 0
      ) {
        const link = interfaces[linkOrigin];
        if (!this.#direct(view, word, ip, end, link, ip !== at + ETHERNET_HEADER, row)) this.#slow(view, at, have, wire, link, row);
        else tagged = this.#tagged[linkOrigin] ?? 0;
        continue;
      }
      const source = view.getInt32(ip + 12);
      const destination = view.getInt32(ip + 16);
      const ports = view.getInt32(ip + 20);
      seq[row] = view.getUint32(ip + 24);
      ack[row] = view.getUint32(ip + 28);
      ttl[row] = view.getUint8(ip + 8);
      if (isStamped) {
        bits |= HAS_TS;
        tsval[row] = view.getUint32(ip + 44);
        tsecr[row] = view.getUint32(ip + 48);
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
      encapsulation[row] = wrapping;
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
      if (id === 0) id = interner.ipv4(view, ip + 12, ip + 16, ip + 20, TCP_PROTOCOL) >>> 1;
      tuple[row] = (id << 1) | (forward + 1);
      fast++;
    }
    this.counts.tcp += fast;
    this.counts.cut += cut;
    this.counts.cutAt = cutAt;
    table.length = first + count;
  }

  /**
   * IP without options behind Ethernet or one tag, TCP behind that: sets the cursor where a walk would have led it.
   * @param word EtherType and the first two octets of IP
   * @returns false if it is not that, or its lengths lie
   */
  #direct(view: DataView, word: number, ip: number, end: number, link: CaptureInterface, isTagged: boolean, row: number): boolean {
    const c = this.#cursor;
    if (word >>> 8 === IPV4_NO_OPTIONS) {
      const total = view.getUint16(ip + 2);
      if ((view.getUint32(ip + 6) & NOT_TCP_OR_FRAGMENT) !== TCP_PROTOCOL || total < IPV4_TCP || ip + IPV4_TCP > end) return false;
      c.family = 4;
      c.source = ip + 12;
      c.destination = ip + 16;
      c.ttl = view.getUint8(ip + 8);
      c.ipId = view.getUint16(ip + 4);
      c.at = ip + 20;
      c.limit = ip + total;
    } else {
      if (word >>> 12 !== IPV6 || ip + IPV6_TCP > end || view.getUint8(ip + 6) !== TCP_PROTOCOL) return false;
      const octets = view.getUint16(ip + 4);
      if (octets < 20) return false;
      c.family = 6;
      c.source = ip + 8;
      c.destination = ip + 24;
      c.ttl = view.getUint8(ip + 7);
      c.ipId = 0;
      c.at = ip + 40;
      c.limit = c.at + octets;
    }
    c.view = view;
    c.end = end < c.limit ? end : c.limit;
    c.isReassembled = false;
    this.#table.encapsulation[row] = isTagged ? this.#taggedId(link) : this.#plainId(link);
    this.counts.tcp++;
    readSegment(c, this.#table, row);
    return true;
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
        readSegment(c, table, row);
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

  #plainId(link: CaptureInterface): number {
    this.#plain[link.origin] ||= this.#internLayers(link, [L_ETH]);
    return this.#plain[link.origin];
  }

  #taggedId(link: CaptureInterface): number {
    this.#tagged[link.origin] ||= this.#internLayers(link, [L_ETH, L_VLAN]);
    return this.#tagged[link.origin];
  }

  #internLayers(link: CaptureInterface, layers: readonly number[]): number {
    const list = new LayerList();
    list.clear();
    for (const layer of layers) list.push(layer);
    return this.#table.encapsulations.intern(list, link.origin, link.id, link.name, link.linkType, -1);
  }

  #intern(c: Cursor, link: CaptureInterface): number {
    const interfaceId = c.interfaceIndex < 0 ? link.id : c.interfaceIndex;
    return this.#table.encapsulations.intern(c.layers, link.origin, interfaceId, link.name, link.linkType, c.packetType);
  }
}
