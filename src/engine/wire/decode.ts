// The hot loop: a batch of records into rows of the table. Fields are read in place; nothing is allocated per packet.
import { HAS_TS, IS_TCP, PAYLOAD_CUT, SYN } from '../model/packetTable.ts';
import { batch, type CaptureInterface } from './batch.ts';
import { Cursor, ICMP, TCP, UDP } from './cursor.ts';
import { LayerList } from './encapsulationInterner.ts';
import { writeFingerprint } from './fingerprint.ts';
import { readIcmp } from './icmp.ts';
import { L_ETH, L_VLAN } from './layers.ts';
import { readSegment, TCP_FLAGS, TCP_PROTOCOL } from './segment.ts';
import type { TableBuilder } from './tableBuilder.ts';
import { NOP_NOP_TIMESTAMPS } from './tcpOptions.ts';
import { metAt, met as metLast } from './tupleInterner.ts';
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
   * Decodes the batch and adds it to the table. Eight of ten packets are IPv4 without options behind Ethernet or one tag, TCP with no
   * options or timestamps alone: their fields are read here in as few loads as there are words, everything else by `#direct` or `#slow`.
   * A loop over columns, hence long. Columns are taken out of the batch before it, as the compiler knows them for constants only so; `| 0`
   * spares it a check for overflow.
   * @param interfaces of the capture point, by origin
   */
  decode(view: DataView, interfaces: readonly CaptureInterface[]): void {
    const table = this.#table;
    const { interner } = table;
    const { start, captured, origin, originalLength, tuple, seq, ack, payloadLength, window, flags, ipId, ttl } = batch;
    const { encapsulation, tsval, tsecr, fingerprint } = batch;
    const count = batch.count | 0;
    const met = metLast;
    interner.takeMet();
    let linkOrigin = -1;
    let isEthernet = false;
    let plain = 0;
    let tagged = 0;
    let fast = 0;
    let cut = 0;
    let cutAt = this.counts.cutAt | 0;
    for (let i = 0; i < count; i++) {
      const at = start[i];
      const have = captured[i];
      const wire = originalLength[i];
      if (have < wire) {
        cut++;
        if (have > cutAt) cutAt = have;
      }
      if (origin[i] !== linkOrigin) {
        linkOrigin = origin[i];
        isEthernet = interfaces[linkOrigin].linkType === 1;
        plain = this.#plainId(interfaces[linkOrigin]) | 0;
        tagged = this.#tagged[linkOrigin] | 0;
      }
      if (!isEthernet || have < ETHERNET_HEADER + IPV4_TCP) {
        this.#slow(view, at, have, wire, interfaces[linkOrigin], i);
        continue;
      }
      const end = (at + have) | 0;
      let ip = (at + ETHERNET_HEADER) | 0;
      /** What is wrapped, and the first two octets of it. */
      let word = view.getInt32((at + 12) | 0);
      let wrapping = plain;
      if (word >>> 16 === VLAN) {
        ip = (ip + VLAN_TAG) | 0;
        word = view.getInt32((at + 16) | 0);
        wrapping = tagged;
      }
      const lengthAndId = view.getInt32((ip + 2) | 0);
      const limit = (ip + (lengthAndId >>> 16)) | 0;
      const hop = view.getInt32((ip + 6) | 0);
      const headWord = view.getInt32((ip + 32) | 0);
      const octets = (headWord >>> 28) << 2;
      const payloadAt = (ip + 20 + octets) | 0;
      if (
        word >>> 8 !== IPV4_NO_OPTIONS ||
        (hop & NOT_TCP_OR_FRAGMENT) !== TCP_PROTOCOL ||
        (headWord & (SYN << 16)) !== 0 ||
        // Lengths that lie: the long way tells what is wrong.
        payloadAt > end ||
        payloadAt > limit ||
        (octets === 32 ? view.getInt32((ip + 40) | 0) !== NOP_NOP_TIMESTAMPS : octets !== 20) ||
        wrapping === 0
      ) {
        const link = interfaces[linkOrigin];
        if (!this.#direct(view, word, ip, end, link, ip !== at + ETHERNET_HEADER, i)) this.#slow(view, at, have, wire, link, i);
        else tagged = this.#tagged[linkOrigin] | 0;
        continue;
      }
      const source = view.getInt32((ip + 12) | 0);
      const destination = view.getInt32((ip + 16) | 0);
      const ports = view.getInt32((ip + 20) | 0);
      const slot = metAt(source, destination, ports);
      if (met[slot + 3] === 0 || met[slot] !== source || met[slot + 1] !== destination || met[slot + 2] !== ports) {
        interner.meet(view, ip, slot);
      }
      tuple[i] = met[slot + 3];
      seq[i] = view.getInt32((ip + 24) | 0);
      ack[i] = view.getInt32((ip + 28) | 0);
      window[i] = headWord;
      ipId[i] = lengthAndId;
      ttl[i] = hop >>> 8;
      encapsulation[i] = wrapping;
      let bits = ((headWord >>> 16) & TCP_FLAGS) | IS_TCP;
      if (octets === 32) {
        bits |= HAS_TS;
        tsval[i] = view.getInt32((ip + 44) | 0);
        tsecr[i] = view.getInt32((ip + 48) | 0);
      } else {
        tsval[i] = 0;
        tsecr[i] = 0;
      }
      const payload = (limit - payloadAt) | 0;
      payloadLength[i] = payload;
      fingerprint[i] = 0;
      if (payload > 0) {
        const there = (end - payloadAt) | 0;
        if (there < payload) bits |= PAYLOAD_CUT;
        if (there > 0) writeFingerprint(fingerprint, i, view, payloadAt, there < payload ? there : payload);
      }
      flags[i] = bits;
      fast++;
    }
    this.counts.tcp += fast;
    this.counts.cut += cut;
    this.counts.cutAt = cutAt;
    table.append();
  }

  /**
   * IP without options behind Ethernet or one tag, TCP behind that: sets the cursor where a walk would have led it.
   * @param word EtherType and the first two octets of IP
   * @returns false if it is not that, or its lengths lie
   */
  #direct(view: DataView, word: number, ip: number, end: number, link: CaptureInterface, isTagged: boolean, i: number): boolean {
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
    batch.clear(i);
    batch.encapsulation[i] = isTagged ? this.#taggedId(link) : this.#plainId(link);
    this.counts.tcp++;
    readSegment(c, this.#table, i);
    return true;
  }

  /** Any record: walks its layers, then reads what the walk found. */
  #slow(view: DataView, at: number, have: number, wire: number, link: CaptureInterface, i: number): void {
    const table = this.#table;
    const c = this.#cursor;
    const { counts } = this;
    c.start(view, at, at + have, at + (wire < have ? have : wire));
    walk(c, link.linkType);
    batch.clear(i);
    batch.encapsulation[i] = this.#intern(c, link);
    switch (c.found) {
      case TCP:
        counts.tcp++;
        readSegment(c, table, i);
        return;
      case UDP:
        counts.udp++;
        return;
      case ICMP:
        counts.icmp++;
        batch.flags[i] = readIcmp(c, table, i);
        return;
      default:
        counts.other++;
    }
  }

  #plainId(link: CaptureInterface): number {
    for (; this.#plain.length <= link.origin; this.#tagged.push(0)) this.#plain.push(0);
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
