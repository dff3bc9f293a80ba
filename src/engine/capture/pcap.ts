// The pcap file format: draft-ietf-opsawg-pcap, and the variants that are worth reading.
import { BATCH, batch, type CaptureInterface } from '../wire/batch.ts';
import type { TableBuilder } from '../wire/tableBuilder.ts';
import type { FileFacts } from './fileFacts.ts';
import { type Framing, isFar, LONGEST_RECORD, splitEpoch } from './framing.ts';

const FILE_HEADER = 24;
const MICRO = 0xa1b2c3d4;
const NANO = 0xa1b23c4d;
/** Alexey Kuznetzov's: eight octets more in each record header (interface, protocol, packet type). */
const MODIFIED = 0xa1b2cd34;

/** The major version that DG/UX wrote. */
const DG_UX = 543;
/** AIX's only version, and its number for Ethernet; it counts nanoseconds without a magic that says so. */
const AIX_MINOR = 2;
const AIX_ETHERNET = 6;

/** The magics of pcap's relatives, as a big-endian word, and which they are. */
export const isPcapMagic = (word: number): boolean => [MICRO, NANO, MODIFIED].some((m) => m === word || swap(m) === word);

const swap = (word: number): number => ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24)) >>> 0;

/** Variants that share pcap's magic fail within their first records. */
const PATCHED = ', or of a patched tcpdump (Nokia, Red Hat 6), which "editcap -F pcapng" converts';

/** How the two length fields of a record stand: as defined, swapped (before 2.3), or whichever makes sense (2.3). */
type Lengths = 'normal' | 'swapped' | 'maybe';

export class PcapFraming implements Framing {
  stopped = false;
  readonly #facts: FileFacts;
  #little = true;
  #recordHeader = 0;
  #lengths: Lengths = 'normal';
  #origin = -1;
  /**
   * The table's epoch, in seconds and nanoseconds, nanoseconds a tick, and where the view at hand starts in the file. In a column, so that
   * the loop has them as doubles and need not ask at each use.
   */
  readonly #clock = new Float64Array(4);
  #hasEpoch = false;
  /** Records before the batch at hand. */
  #records = 0;

  constructor(facts: FileFacts) {
    this.#facts = facts;
    facts.format = 'pcap';
  }

  need(view: DataView, at: number, have: number): number {
    if (this.#recordHeader === 0) return FILE_HEADER;
    if (have < this.#recordHeader) return this.#recordHeader;
    const captured = this.#capturedLength(view.getUint32(at + 8, this.#little), view.getUint32(at + 12, this.#little));
    // A lying length is not waited for: `frame` says what is wrong with it.
    return captured > LONGEST_RECORD ? have : this.#recordHeader + captured;
  }

  frame(view: DataView, from: number, end: number, base: number, interfaces: CaptureInterface[], table: TableBuilder): number {
    let at = from | 0;
    if (this.#recordHeader === 0) {
      if (end - at < FILE_HEADER) return at;
      this.#readFileHeader(view, at, interfaces);
      at += FILE_HEADER;
    }
    // `=== true` and `| 0` tell the compiler what the types tell us.
    const little = this.#little === true;
    const header = this.#recordHeader | 0;
    const isNormal = this.#lengths === 'normal';
    const { offset, time, originalLength, start, captured: capturedLengths, origin } = batch;
    const interfaceOrigin = this.#origin | 0;
    let count = batch.count | 0;
    if (!this.#hasEpoch && at + header <= end) this.#readEpoch(view, at, table);
    const clock = this.#clock;
    clock[3] = base;
    const seconds = clock[0];
    const nanos = clock[1];
    const tick = clock[2];
    const viewAt = clock[3];
    const last = (end - header) | 0;
    while (at <= last && count < BATCH) {
      let captured = view.getUint32(at + 8, little);
      let original = view.getUint32(at + 12, little);
      if (!isNormal) {
        const fields = captured;
        captured = this.#capturedLength(fields, original);
        if (captured !== fields) original = fields;
      }
      if (captured > LONGEST_RECORD) {
        this.stopped = true;
        this.#facts.problem(
          'corrupt',
          base + at,
          `The record here claims ${captured} octets, more than any packet has: the file is damaged from here on${this.#records + count < 4 ? PATCHED : ''}.`,
        );
        break;
      }
      const next = (at + header + captured) | 0;
      if (next > end) break;
      offset[count] = viewAt + at;
      const ns = (view.getUint32(at, little) - seconds) * 1e9 + (view.getUint32(at + 4, little) * tick - nanos);
      time[count] = ns;
      if (isFar(ns)) this.#facts.farTime(this.#exactTime(view, at));
      originalLength[count] = original;
      start[count] = (at + header) | 0;
      capturedLengths[count] = captured;
      origin[count] = interfaceOrigin;
      count++;
      at = next;
    }
    this.#records += count - batch.count;
    batch.count = count;
    return at;
  }

  #capturedLength(first: number, second: number): number {
    if (this.#lengths === 'normal') return first;
    return this.#lengths === 'swapped' || first > second ? second : first;
  }

  #readFileHeader(view: DataView, at: number, interfaces: CaptureInterface[]): void {
    const word = view.getUint32(at);
    this.#little = ![MICRO, NANO, MODIFIED].includes(word);
    const magic = this.#little ? swap(word) : word;
    this.#clock[2] = magic === NANO ? 1 : 1000;
    this.#recordHeader = magic === MODIFIED ? 24 : 16;
    const minor = view.getUint16(at + 6, this.#little);
    const major = view.getUint16(at + 4, this.#little);
    if (major === 2 && minor < 3) this.#lengths = 'swapped';
    else if (major === 2 && minor === 3) this.#lengths = 'maybe';
    else if (major === DG_UX) this.#lengths = 'swapped';
    // The upper half holds the FCS length and reserved bits that some writers fill with anything.
    let linkType = view.getUint32(at + 20, this.#little) & 0xffff;
    const snapLength = view.getUint32(at + 16, this.#little);
    const isAix = magic === MICRO && major === 2 && minor === AIX_MINOR && linkType === AIX_ETHERNET;
    if (isAix) {
      linkType = 1;
      this.#clock[2] = 1;
      this.#lengths = 'maybe';
      this.#facts.fact('variant', 'pcap of AIX');
    }
    this.#origin = interfaces.length;
    interfaces.push({ origin: this.#origin, id: 0, name: null, linkType });
    this.#facts.byteOrder = this.#little ? 'little' : 'big';
    this.#facts.sawInterface(linkType, snapLength >= 0x7fffffff ? 0 : snapLength);
    if (magic === MODIFIED) this.#facts.fact('variant', 'modified pcap (Kuznetzov)');
    if (magic === NANO) this.#facts.fact('variant', 'nanosecond pcap');
  }

  #exactTime(view: DataView, at: number): bigint {
    return (
      BigInt(view.getUint32(at, this.#little)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, this.#little) * (this.#clock[2] as number))
    );
  }

  #readEpoch(view: DataView, at: number, table: TableBuilder): void {
    table.epoch ??= this.#exactTime(view, at);
    const { seconds, nanos } = splitEpoch(table.epoch);
    this.#clock.set([seconds, nanos]);
    this.#hasEpoch = true;
  }
}
