// Records that stand in their file in another order than the packets came: captures of several queues or interfaces, files joined without
// sorting. A clock set back looks the same, time by time; the packets themselves tell the two apart.
import { sortedIndex } from '../../base/sortedIndex.ts';
import type { CaptureFile } from '../model/capture.ts';
import { ACK, FIN, HAS_TS, IS_TCP, type PacketTable, RST, SYN } from '../model/packetTable.ts';

/** A stretch whose times fall is cut in two where they fall most, so often at most: clocks are set back now and then, not all the time. */
const MAX_DEPTH = 12;

/** Rows of the table in the order in which their packets came; null where that is the order of the file. */
export function rowsAsTheyCame(packets: PacketTable, files: readonly CaptureFile[]): Uint32Array | null {
  if (!isEverFalling(packets)) return null;
  const orderer = new Orderer(packets);
  // The head of a rotated file that was read before stays where it is, and so does what has no exact times.
  for (const { firstRow, rowCount, farTimes } of files) {
    if (farTimes !== undefined) continue;
    const repeat = packets.repeats?.find((r) => r.from === firstRow);
    orderer.addRange(repeat?.to ?? firstRow, firstRow + rowCount, 0);
  }
  return orderer.finish();
}

function isEverFalling({ time, length }: PacketTable): boolean {
  for (let i = 1; i < length; i++) if (time[i] < time[i - 1]) return true;
  return false;
}

/** A stretch of rows whose times are out of order, all of it after every row before and before every row behind it. */
interface Stretch {
  readonly from: number;
  readonly sorted: Uint32Array;
  /** Contradictions in file order less those in order of time. */
  readonly gain: number;
}

class Orderer {
  readonly #packets: PacketTable;
  readonly #story: Story;
  readonly #stretches: Stretch[] = [];

  constructor(packets: PacketTable) {
    this.#packets = packets;
    this.#story = new Story(packets);
  }

  addRange(from: number, to: number, depth: number): void {
    const { time } = this.#packets;
    const lowestFrom = new Float64Array(to - from + 1);
    lowestFrom[to - from] = Infinity;
    for (let i = to - 1; i >= from; i--) lowestFrom[i - from] = Math.min(time[i], lowestFrom[i - from + 1]);
    let start = from;
    let highest = -Infinity;
    for (let i = from; i < to; i++) {
      highest = Math.max(highest, time[i]);
      if (highest > lowestFrom[i - from + 1]) continue;
      if (i === start) this.#story.tell(i);
      else this.#addStretch(start, i + 1, depth);
      start = i + 1;
    }
  }

  #addStretch(from: number, to: number, depth: number): void {
    const { time } = this.#packets;
    const sorted = sortedIndex(time.subarray(from, to)).map((i) => i + from);
    const asWritten = this.#story.contradictions(to - from, (i) => from + i);
    const byTime = this.#story.contradictions(to - from, (i) => sorted[i]);
    const gain = asWritten - byTime;
    if (gain < 0 && to - from > 2 && depth < MAX_DEPTH) {
      const cut = steepestFall(time, from, to);
      this.addRange(from, cut, depth + 1);
      this.addRange(cut, to, depth + 1);
      return;
    }
    for (let i = 0; i < to - from; i++) this.#story.tell(gain > 0 ? sorted[i] : from + i);
    this.#stretches.push({ from, sorted, gain });
  }

  /** Where a stretch tells nothing by itself, the others of the capture do. */
  finish(): Uint32Array | null {
    let votes = 0;
    for (const { gain } of this.#stretches) votes += Math.sign(gain);
    const byTime = this.#stretches.filter(({ gain }) => gain > 0 || (gain === 0 && votes > 0));
    if (byTime.length === 0) return null;
    const order = Uint32Array.from({ length: this.#packets.length }, (_, i) => i);
    for (const { from, sorted } of byTime) order.set(sorted, from);
    return order;
  }
}

function steepestFall(time: Float64Array, from: number, to: number): number {
  let cut = from + 1;
  for (let i = from + 2; i < to; i++) if (time[i - 1] - time[i] > time[cut - 1] - time[cut]) cut = i;
  return cut;
}

/** Octets within which numbers ahead of a SYN's are those of what it opens, not of another connection by chance. */
const SAME_CONNECTION = 2 ** 24;

const HAS_SEQ = 1;
const HAS_ACKED = 2;
const HAS_TIME = 4;

/** What each direction of each five-tuple has said so far, and how often a packet contradicts that: numbers that go back, or answers before questions. */
class Story {
  readonly #packets: PacketTable;
  readonly #known: Uint8Array;
  /** By `tuple` column: highest sequence number, end and acknowledgement, and timestamp. */
  readonly #seq: Uint32Array;
  readonly #end: Uint32Array;
  readonly #ack: Uint32Array;
  readonly #tsval: Uint32Array;
  /** Segments with an acknowledgement since the other side last said something but a RST: so many RSTs may answer. */
  readonly #unanswered: Uint32Array;
  /** Of the attempt in hand: sides it changed, and what they were. */
  readonly #touched: number[] = [];
  readonly #before: number[] = [];
  readonly #attempt: Uint32Array;
  #attempts = 0;

  constructor(packets: PacketTable) {
    const sides = 2 * packets.tuples.length;
    this.#packets = packets;
    this.#known = new Uint8Array(sides);
    this.#seq = new Uint32Array(sides);
    this.#end = new Uint32Array(sides);
    this.#ack = new Uint32Array(sides);
    this.#tsval = new Uint32Array(sides);
    this.#unanswered = new Uint32Array(sides);
    this.#attempt = new Uint32Array(sides);
  }

  /** How many contradictions these rows would be; nothing is kept of them. */
  contradictions(count: number, rowAt: (i: number) => number): number {
    this.#attempts++;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const row = rowAt(i);
      const side = this.#packets.tuple[row];
      this.#remember(side);
      this.#remember(side ^ 1);
      found += this.tell(row);
    }
    const columns = this.#columns();
    this.#touched.forEach((side, k) => {
      columns.forEach((column, i) => {
        column[side] = this.#before[columns.length * k + i];
      });
    });
    this.#touched.length = this.#before.length = 0;
    return found;
  }

  #columns(): readonly (Uint8Array | Uint32Array)[] {
    return [this.#known, this.#seq, this.#end, this.#ack, this.#tsval, this.#unanswered];
  }

  #remember(side: number): void {
    if (this.#attempt[side] === this.#attempts) return;
    this.#attempt[side] = this.#attempts;
    this.#touched.push(side);
    for (const column of this.#columns()) this.#before.push(column[side]);
  }

  /** Takes the next row in. @returns how many of its numbers contradict what went before */
  tell(row: number): number {
    const { tuple, seq, ack, payloadLength, flags, tsval, tsecr } = this.#packets;
    const f = flags[row];
    if ((f & IS_TCP) === 0) return 0;
    const own = tuple[row];
    const other = own ^ 1;
    const s = seq[row];
    const after = (a: number, b: number): boolean => ((a - b) | 0) > 0;
    const theirs = this.#known[other];
    let found = 0;
    if ((f & (RST | ACK)) === RST) {
      // What found no socket is answered with the number that it acknowledged.
      if ((theirs & HAS_ACKED) !== 0 && after(s, this.#ack[other])) found++;
      if (this.#unanswered[other] === 0) found++;
      else this.#unanswered[other]--;
      return found;
    }
    this.#unanswered[other] = 0;
    if ((f & ACK) !== 0) this.#unanswered[own]++;
    if ((f & ACK) !== 0 && (theirs & HAS_SEQ) !== 0 && after(ack[row], this.#end[other])) found++;
    if ((f & HAS_TS) !== 0 && (f & ACK) !== 0 && (theirs & HAS_TIME) !== 0 && after(tsecr[row], this.#tsval[other])) found++;
    if ((f & RST) !== 0) return found;
    if ((f & SYN) !== 0) {
      if (this.#isAgo(row)) found++;
      this.#known[own] = 0;
    }
    const mine = this.#known[own];
    const end = s + payloadLength[row] + ((f & (SYN | FIN)) !== 0 ? 1 : 0);
    if ((mine & HAS_SEQ) !== 0 && (after(this.#seq[own], s) || after(s, this.#end[own]))) found++;
    if ((mine & HAS_SEQ) === 0 || after(s, this.#seq[own])) this.#seq[own] = s;
    if ((mine & HAS_SEQ) === 0 || after(end, this.#end[own])) this.#end[own] = end;
    this.#known[own] |= HAS_SEQ;
    if ((f & ACK) !== 0) {
      if ((mine & HAS_ACKED) !== 0 && after(this.#ack[own], ack[row])) found++;
      else this.#ack[own] = ack[row];
      this.#known[own] |= HAS_ACKED;
    }
    if ((f & HAS_TS) !== 0) {
      if ((mine & HAS_TIME) !== 0 && after(this.#tsval[own], tsval[row])) found++;
      else this.#tsval[own] = tsval[row];
      this.#known[own] |= HAS_TIME;
    }
    return found;
  }

  /** Has what this SYN opens been going on already? Its numbers, or its sender's timestamps, have been left behind. */
  #isAgo(row: number): boolean {
    const { tuple, seq, flags, tsval } = this.#packets;
    const own = tuple[row];
    const known = this.#known[own];
    if ((known & HAS_TIME) !== 0 && (flags[row] & HAS_TS) !== 0) return ((this.#tsval[own] - tsval[row]) | 0) > 0;
    const ahead = (this.#seq[own] - seq[row]) | 0;
    return (known & HAS_SEQ) !== 0 && ahead > 0 && ahead < SAME_CONNECTION;
  }
}

/** The table with its rows in another order. */
export function reordered(packets: PacketTable, order: Uint32Array): PacketTable {
  const place = new Uint32Array(order.length);
  order.forEach((row, i) => {
    place[row] = i;
  });
  const { sacks, synOptions, icmpErrors } = packets;
  const [sack, syn, icmp] = [sacks, synOptions, icmpErrors].map(({ row, length }) => sparseOrder(row.subarray(0, length), place));
  return {
    ...packets,
    offset: picked(packets.offset, order),
    time: picked(packets.time, order),
    originalLength: picked(packets.originalLength, order),
    tuple: picked(packets.tuple, order),
    seq: picked(packets.seq, order),
    ack: picked(packets.ack, order),
    payloadLength: picked(packets.payloadLength, order),
    window: picked(packets.window, order),
    flags: picked(packets.flags, order),
    ipId: picked(packets.ipId, order),
    ttl: picked(packets.ttl, order),
    encapsulation: picked(packets.encapsulation, order),
    tsval: picked(packets.tsval, order),
    tsecr: picked(packets.tsecr, order),
    fingerprint: picked(packets.fingerprint, order),
    sacks: {
      length: sacks.length,
      row: sack.row,
      edge: picked(sacks.edge, sack.order),
      firstLeft: picked(sacks.firstLeft, sack.order),
      firstRight: picked(sacks.firstRight, sack.order),
    },
    synOptions: {
      length: synOptions.length,
      row: syn.row,
      mss: picked(synOptions.mss, syn.order),
      windowScale: picked(synOptions.windowScale, syn.order),
      present: picked(synOptions.present, syn.order),
    },
    icmpErrors: {
      length: icmpErrors.length,
      row: icmp.row,
      type: picked(icmpErrors.type, icmp.order),
      code: picked(icmpErrors.code, icmp.order),
      seq: picked(icmpErrors.seq, icmp.order),
      mtu: picked(icmpErrors.mtu, icmp.order),
      sender: picked(icmpErrors.sender, icmp.order),
    },
  };
}

/** The rows of a sparse table by their new places, ascending, and which entry each was. */
function sparseOrder(rows: Uint32Array, place: Uint32Array): { row: Uint32Array; order: Uint32Array } {
  const places = Float64Array.from(rows, (row) => place[row]);
  const order = sortedIndex(places);
  return { row: Uint32Array.from(order, (i) => places[i]), order };
}

function picked<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(column: T, order: Uint32Array): T;
function picked(column: Float64Array | Uint32Array | Uint16Array | Uint8Array, order: Uint32Array) {
  const out = column.slice(0, order.length);
  for (let i = 0; i < order.length; i++) out[i] = column[order[i]];
  return out;
}
