// The hot loop: a batch of records into rows of the table. Fields are read in place; nothing is allocated per packet.
import { CUT, HAS_TS, IS_TCP, OPTIONS_CUT, PAYLOAD_CUT, SYN } from '../model/packetTable.ts';
import type { Batch, CaptureInterface } from './batch.ts';
import { Cursor, ICMP, OTHER, TCP, UDP } from './cursor.ts';
import { readIcmp } from './icmp.ts';
import { L_ETH } from './layers.ts';
import type { TableBuilder } from './tableBuilder.ts';
import { readOptions } from './tcpOptions.ts';
import { walk } from './walk.ts';

const TCP_PROTOCOL = 6;
/** NOP NOP TS(10): how nearly every stack writes the timestamp option (RFC 7323 appendix A). */
const NOP_NOP_TIMESTAMPS = 0x0101080a;
const FINGERPRINTED = 64;

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

  /** Decodes the batch into rows `table.length …` and adds them. A loop over columns, hence long. */
  decode(view: DataView, batch: Batch): void {
    const table = this.#table;
    const c = this.#cursor;
    const { counts } = this;
    const { start, captured, origin, interfaces, count } = batch;
    const { originalLength, interner } = table;
    const { tuple, seq, ack, payloadLength, window, flags, ipId, ttl, encapsulation, tsval, tsecr, fingerprint } = table;
    const first = table.length;
    for (let i = 0; i < count; i++) {
      const row = first + i;
      const at = start[i];
      const have = captured[i];
      const wire = originalLength[row];
      if (have < wire) counts.cut++;
      const link = interfaces[origin[i]];
      let d = view;
      let end = at + have;
      let limit = at + wire;
      let header = 0;
      let wrapped = 0;
      // Untagged IPv4 without options, not a fragment, TCP: eight of ten packets. The record holds at least the ports and the flags.
      if (
        link.linkType === 1 &&
        have >= 54 &&
        d.getUint32(at + 12) >>> 8 === 0x080045 &&
        d.getUint8(at + 23) === TCP_PROTOCOL &&
        (d.getUint16(at + 20) & 0x3fff) === 0
      ) {
        const total = d.getUint16(at + 16);
        header = at + 34;
        if (total >= 20) limit = at + 14 + total;
        else if (total !== 0) {
          counts.other++;
          continue;
        }
        if (limit < end) end = limit;
        wrapped = this.#plain[link.origin] || this.#internPlain(link);
        ipId[row] = d.getUint16(at + 18);
        ttl[row] = d.getUint8(at + 22);
        tuple[row] = interner.ipv4(d.getUint32(at + 26), d.getUint32(at + 30), d.getUint32(at + 34), TCP_PROTOCOL);
      } else {
        c.start(d, at, end, limit < end ? end : limit);
        walk(c, link.linkType);
        wrapped = this.#intern(c, link);
        if (c.found !== TCP) {
          encapsulation[row] = wrapped;
          if (c.found === UDP) counts.udp++;
          else if (c.found === ICMP) {
            counts.icmp++;
            flags[row] = readIcmp(c, table, row);
          } else if (c.found === OTHER) counts.other++;
          continue;
        }
        d = c.view;
        end = c.end;
        limit = c.limit;
        header = c.at;
        ipId[row] = c.ipId;
        ttl[row] = c.ttl;
        if (header + 4 <= end) {
          const ports = d.getUint32(header);
          tuple[row] =
            c.family === 4
              ? interner.ipv4(d.getUint32(c.source), d.getUint32(c.destination), ports, TCP_PROTOCOL)
              : interner.ipv6(d, c.source, c.destination, ports, TCP_PROTOCOL);
        }
      }
      counts.tcp++;
      encapsulation[row] = wrapped;
      if (header + 20 > end) {
        flags[row] = this.#cutHeader(d, header, end, row);
        continue;
      }
      seq[row] = d.getUint32(header + 4);
      ack[row] = d.getUint32(header + 8);
      window[row] = d.getUint16(header + 14);
      const word = d.getUint16(header + 12);
      const octets = (word >>> 12) << 2;
      if (octets < 20) {
        // A header that claims to be shorter than a header: nothing behind the numbers can be trusted, nor shown by anyone.
        flags[row] = IS_TCP | CUT;
        continue;
      }
      let bits = (word & 0x1ff) | IS_TCP;
      const payloadAt = header + octets;
      const payload = limit - payloadAt;
      if (octets === 32 && payloadAt <= end && d.getUint32(header + 20) === NOP_NOP_TIMESTAMPS && (bits & SYN) === 0) {
        bits |= HAS_TS;
        tsval[row] = d.getUint32(header + 24);
        tsecr[row] = d.getUint32(header + 28);
      } else if (octets > 20 || (bits & SYN) !== 0) {
        if (payloadAt > end) bits |= OPTIONS_CUT;
        bits |= readOptions(table, row, d, header + 20, payloadAt < end ? payloadAt : end, bits);
      }
      if (payload > 0) {
        payloadLength[row] = payload;
        const there = end - payloadAt;
        if (there < payload && !(d !== view && c.isReassembled)) bits |= PAYLOAD_CUT;
        if (there > 0) fingerprint[row] = fingerprintOf(d, payloadAt, there);
      }
      flags[row] = bits;
    }
    table.length = first + count;
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

/** Hash of up to the first 64 octets of what was captured of a payload, and of their count. Never 0. */
export function fingerprintOf(view: DataView, at: number, captured: number): number {
  const count = captured < FINGERPRINTED ? captured : FINGERPRINTED;
  let h = Math.imul(count, 0x9e3779b1);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    h = Math.imul(h ^ view.getInt32(at + i, true), 0x01000193);
    h ^= h >>> 15;
  }
  for (; i < count; i++) h = Math.imul(h ^ view.getUint8(at + i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0 || 1;
}
