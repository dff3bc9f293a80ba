// The pcapng file format: draft-ietf-opsawg-pcapng, read as Wireshark reads it.
import { BATCH, batch, type CaptureInterface } from '../wire/batch.ts';
import type { TableBuilder } from '../wire/tableBuilder.ts';
import type { FileFacts } from './fileFacts.ts';
import { type Framing, isFar, LONGEST_RECORD } from './framing.ts';
import { absoluteTime, HIGH, LOW, MULTIPLIER, REST, readInterface, type SectionInterface, setEpoch, slowTime } from './pcapngInterface.ts';
import { isRecordOfWireshark, nameOfBlock, readMetadata, readPacketOptions } from './pcapngMetadata.ts';

export const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const LITTLE_MAGIC = 0x4d3c2b1a;
const BIG_MAGIC = 0x1a2b3c4d;
/** Wireshark's own limit for a block. */
const LONGEST_BLOCK = 16 * 1024 * 1024;
/** Octets beyond the captured ones of a packet with an option of eight octets: head, lengths, the option's own head. */
const SHORTEST_WITH_OPTION = 32 + 12;
/** Interfaces of a capture point that are told apart. No real one has as many: of those that follow, equals are one. */
const MOST_TOLD_APART = 4096;
const MOST_KINDS = 65_536;

export class PcapngFraming implements Framing {
  stopped = false;
  readonly #facts: FileFacts;
  #little = true;
  #hasSection = false;
  #interfaces: SectionInterface[] = [];
  /** Of the interfaces that are not told apart any more, one of each link type, snap length and clock. */
  readonly #kinds = new Map<string, SectionInterface>();
  /** Frames of this file before the batch, and those in it that are no packets: for the numbers of the latter. */
  #frames = 0;
  /** Time of the last record: simple packets have none of their own and take this. And where the view at hand starts in the file. */
  readonly #doubles = new Float64Array(2);

  constructor(facts: FileFacts) {
    this.#facts = facts;
    facts.format = 'pcapng';
  }

  need(view: DataView, at: number, have: number): number {
    if (have < 12) return 12;
    const little = this.#orderAt(view, at);
    const length = (view.getUint32(at + 4, little) + 3) & ~3;
    return length < 12 || length > LONGEST_BLOCK ? have : length;
  }

  frame(view: DataView, from: number, end: number, base: number, interfaces: CaptureInterface[], table: TableBuilder): number {
    let at = from | 0;
    const { offset, time, originalLength, start, captured: capturedLengths, origin } = batch;
    const doubles = this.#doubles;
    doubles[1] = base;
    const viewAt = doubles[1];
    // `=== true` and `| 0` tell the compiler what the types tell us.
    let little = this.#little === true;
    let count = batch.count | 0;
    const last = (end - 12) | 0;
    while (at <= last && count < BATCH) {
      const type = view.getInt32(at, little);
      if (type === SECTION) little = this.#orderAt(view, at) === true;
      const stated = view.getUint32((at + 4) | 0, little);
      // Some writers leave the padding of the data out of the length.
      const length = (stated + 3) & ~3;
      if (stated < 12 || length > LONGEST_BLOCK || length < 12) {
        this.#stop('corrupt', base + at, `The block here claims ${stated} octets, which no block has: the file is damaged from here on.`);
        break;
      }
      const next = (at + length) | 0;
      if (next > end) break;
      if (view.getUint32((next - 4) | 0, little) !== stated) {
        this.#stop('corrupt', base + at, 'The two lengths of the block here differ: the file is damaged from here on.');
        break;
      }
      if (type === ENHANCED_PACKET && length >= 32) {
        const captured = view.getUint32((at + 20) | 0, little);
        const link = this.#interfaces[view.getUint32((at + 8) | 0, little)];
        if (!link || captured > length - 32 || captured > LONGEST_RECORD) {
          this.#refusePacket(link, base + at, captured);
          break;
        }
        const high = view.getUint32((at + 12) | 0, little);
        const low = view.getUint32((at + 16) | 0, little);
        const { clock } = link;
        if (clock[MULTIPLIER] === 0) setEpoch(link, table, high, low);
        const ns =
          clock[MULTIPLIER] > 0
            ? ((high - clock[HIGH]) * 4294967296 + (low - clock[LOW])) * clock[MULTIPLIER] + clock[REST]
            : slowTime(link, table, high, low);
        if (isFar(ns)) this.#facts.farTime(absoluteTime(link, high, low));
        offset[count] = viewAt + at;
        originalLength[count] = view.getInt32((at + 24) | 0, little);
        time[count] = ns;
        doubles[0] = ns;
        start[count] = (at + 28) | 0;
        capturedLengths[count] = captured;
        origin[count] = link.shared.origin;
        count++;
        // Most packets have no options, or none that tells of the capture.
        if (length - captured >= SHORTEST_WITH_OPTION)
          readPacketOptions(this.#facts, view, at + 28 + ((captured + 3) & ~3), next - 4, little, ns);
      } else {
        batch.count = count;
        if (!this.#otherBlock(view, type, at, next, base, interfaces, table, little)) break;
        count = batch.count | 0;
      }
      at = next;
    }
    this.#frames += count;
    batch.count = count;
    return at;
  }

  /** Byte order in force for the block at `at`: a section header brings its own. */
  #orderAt(view: DataView, at: number): boolean {
    if (view.getUint32(at) !== SECTION) return this.#little;
    const magic = view.getUint32(at + 8);
    return magic === LITTLE_MAGIC ? true : magic === BIG_MAGIC ? false : this.#little;
  }

  #otherBlock(
    view: DataView,
    type: number,
    at: number,
    next: number,
    base: number,
    interfaces: CaptureInterface[],
    table: TableBuilder,
    little: boolean,
  ): boolean {
    if (type === SECTION) return this.#section(view, at, next, base);
    if (!this.#hasSection) return true;
    if (type === INTERFACE) {
      if (next - at < 20)
        return this.#stop('corrupt', base + at, 'The interface description here is too short: the file is damaged from here on.');
      const known = interfaces.length;
      const described = readInterface(this.#facts, view, at, next - 4, little, this.#interfaces.length, known);
      const link = known < MOST_TOLD_APART ? described : this.#kindOf(described);
      if (!link)
        return this.#stop(
          'corrupt',
          base + at,
          `The file describes more than ${known} interfaces, as no capture does: it is read up to here.`,
        );
      this.#interfaces.push(link);
      if (link !== described) return true;
      interfaces.push(link.shared);
      this.#facts.sawInterface(link.shared.linkType, link.snapLength);
      if (link.filter !== '') this.#facts.fact(`interface ${link.shared.id} filter`, link.filter);
      if (link.shared.name) this.#facts.fact(`interface ${link.shared.id}`, link.shared.name);
      return true;
    }
    if (type === SIMPLE_PACKET) return this.#simplePacket(view, at, next, base, little);
    if (type === PACKET) return this.#oldPacket(view, at, next, base, table, little);
    if (!readMetadata(this.#facts, view, type, at, next - 4, little)) this.#facts.passedOver(nameOfBlock(type), base + at);
    if (isRecordOfWireshark(type)) {
      this.#frames++;
      this.#facts.skippedFrames.push(this.#frames + batch.count);
    }
    return true;
  }

  /** Null when there are too many of them. */
  #kindOf(link: SectionInterface): SectionInterface | null {
    const kind = `${link.shared.linkType} ${link.snapLength} ${link.unitsPerSecond} ${link.offsetSeconds}`;
    const known = this.#kinds.get(kind);
    if (known) return known;
    if (this.#kinds.size === MOST_KINDS) return null;
    this.#kinds.set(kind, link);
    return link;
  }

  #section(view: DataView, at: number, next: number, base: number): boolean {
    const magic = view.getUint32(at + 8);
    if (magic !== LITTLE_MAGIC && magic !== BIG_MAGIC) {
      return this.#stop('corrupt', base + at, 'The section header here has no byte-order magic: the file is damaged from here on.');
    }
    this.#little = magic === LITTLE_MAGIC;
    if (next - at < 28) return this.#stop('corrupt', base + at, 'The section header here is too short: the file is damaged from here on.');
    const major = view.getUint16(at + 12, this.#little);
    if (major !== 1) {
      return this.#stop(
        'unsupported',
        base + at,
        `The section here is of pcapng version ${major}, which is not defined yet: it can't be read.`,
      );
    }
    if (!this.#hasSection) this.#facts.byteOrder = this.#little ? 'little' : 'big';
    this.#hasSection = true;
    this.#interfaces = [];
    if (!readMetadata(this.#facts, view, SECTION, at, next - 4, this.#little)) this.#facts.passedOver(nameOfBlock(SECTION), base + at);
    return true;
  }

  #simplePacket(view: DataView, at: number, next: number, base: number, little: boolean): boolean {
    const link = this.#interfaces[0];
    if (!link || next - at < 16) return this.#refusePacket(link, base + at, 0);
    const original = view.getUint32(at + 8, little);
    const captured = Math.min(original, link.snapLength === 0 ? original : link.snapLength);
    if (captured > next - at - 16 || captured > LONGEST_RECORD) return this.#refusePacket(link, base + at, captured);
    this.#add(base + at, at + 12, captured, original, this.#doubles[0], link);
    return true;
  }

  #oldPacket(view: DataView, at: number, next: number, base: number, table: TableBuilder, little: boolean): boolean {
    const captured = next - at >= 32 ? view.getUint32(at + 20, little) : 0;
    const link = this.#interfaces[view.getUint16(at + 8, little)];
    if (!link || next - at < 32 || captured > next - at - 32 || captured > LONGEST_RECORD)
      return this.#refusePacket(link, base + at, captured);
    const high = view.getUint32(at + 12, little);
    const low = view.getUint32(at + 16, little);
    if (link.clock[MULTIPLIER] === 0) setEpoch(link, table, high, low);
    const time = slowTime(link, table, high, low);
    this.#doubles[0] = time;
    if (isFar(time)) this.#facts.farTime(absoluteTime(link, high, low));
    this.#add(base + at, at + 28, captured, view.getUint32(at + 24, little), time, link);
    return true;
  }

  #add(offset: number, start: number, captured: number, original: number, time: number, link: SectionInterface): void {
    const row = batch.count;
    batch.offset[row] = offset;
    batch.time[row] = time;
    batch.originalLength[row] = original;
    batch.start[batch.count] = start;
    batch.captured[batch.count] = captured;
    batch.origin[batch.count] = link.shared.origin;
    batch.count++;
  }

  #refusePacket(link: SectionInterface | undefined, at: number, captured: number): false {
    const what = link ? `claims ${captured} captured octets, more than its block holds` : 'names an interface that was not described';
    return this.#stop('corrupt', at, `The packet here ${what}: the file is damaged from here on.`);
  }

  #stop(kind: string, at: number, message: string): false {
    this.stopped = true;
    this.#facts.problem(kind, at, message);
    return false;
  }
}
