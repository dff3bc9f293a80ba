// The same transmission at every stop of a path. A group is one transmission: the rows that are it, one per stop.
import { ACK, FIN, HAS_TS, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { connectionOfLeg, type LegIndex, pointOfLeg } from './legs.ts';
import { matchRanges } from './ranges.ts';

/** Bits of `Groups.flags`. */
export const G_REPLY = 1;
/** Cut or merged differently at different stops. */
export const G_RANGE = 2;
/** Replaced by its parts. */
export const G_DEAD = 4;

const CHAIN = 256;
const LOOK_AHEAD = 3;
const KIND = SYN | FIN | RST | ACK;

/** Groups of all paths; those of path p are `pathStart[p] … pathStart[p + 1] − 1`, its sights `sightStart[p] + k + stops * (g − pathStart[p])`. */
export class Groups {
  count = 0;
  flags: Uint8Array;
  /** First octet and payload length of the transmission; of a part where offload cut it. */
  seq: Uint32Array;
  length: Uint32Array;
  /** The stop and row that stand for it. */
  stop: Uint8Array;
  row: Uint32Array;
  next: Int32Array;
  /** Row + 1 at each stop, 0 not seen. */
  sight: Uint32Array;
  sightCount = 0;
  readonly pathStart: number[] = [0];
  readonly sightStart: number[] = [0];

  constructor(capacity: number) {
    this.flags = new Uint8Array(capacity);
    this.seq = new Uint32Array(capacity);
    this.length = new Uint32Array(capacity);
    this.stop = new Uint8Array(capacity);
    this.row = new Uint32Array(capacity);
    this.next = new Int32Array(capacity);
    this.sight = new Uint32Array(2 * capacity);
  }

  /** Adds a group seen at one stop. @returns its number */
  add(stops: number, stop: number, row: number, flags: number, seq: number, length: number): number {
    if (this.count === this.flags.length) this.#grow();
    if (this.sightCount + stops > this.sight.length) {
      const wider = new Uint32Array(2 * this.sight.length + stops);
      wider.set(this.sight);
      this.sight = wider;
    }
    const g = this.count++;
    this.flags[g] = flags;
    this.seq[g] = seq;
    this.length[g] = length;
    this.stop[g] = stop;
    this.row[g] = row;
    this.sight[this.sightCount + stop] = row + 1;
    this.sightCount += stops;
    return g;
  }

  #grow(): void {
    const n = 2 * this.flags.length;
    const wide = <T extends Uint8Array | Uint32Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.flags = wide(this.flags, new Uint8Array(n));
    this.seq = wide(this.seq, new Uint32Array(n));
    this.length = wide(this.length, new Uint32Array(n));
    this.stop = wide(this.stop, new Uint8Array(n));
    this.row = wide(this.row, new Uint32Array(n));
    this.next = wide(this.next, new Int32Array(n));
  }

  /** Index of a group's first sight. */
  sightOf(path: number, g: number, stops: number): number {
    return this.sightStart[path] + stops * (g - this.pathStart[path]);
  }
}

export function matchPaths(legs: LegIndex, drafts: readonly PathDraft[]): Groups {
  let most = 0;
  for (const p of legs.points) most = Math.max(most, p.rows.length);
  const groups = new Groups(most + (most >> 3) + 16);
  const matcher = new Matcher(legs, groups);
  for (const d of drafts) matcher.match(d.stops);
  return groups;
}

/** Rows of a stop that travel in one direction of the path, in file order: its main legs and strays together. */
function rowsOf(legs: LegIndex, stop: Stop, direction: 0 | 1, into: { rows: Uint32Array }): number {
  let n = 0;
  const all = stop.strays.length === 0 ? stop.main : [...stop.main, ...stop.strays];
  for (const { leg, original } of all) {
    const p = pointOfLeg(legs, leg);
    const c = connectionOfLeg(legs, leg);
    const { tuple } = p.packets;
    const wanted = original ^ direction;
    const end = p.rowStart[c + 1];
    if (into.rows.length < n + end - p.rowStart[c]) {
      const wider = new Uint32Array(2 * (n + end - p.rowStart[c]));
      wider.set(into.rows.subarray(0, n));
      into.rows = wider;
    }
    const { rows } = into;
    for (let i = p.rowStart[c]; i < end; i++) if ((tuple[p.rows[i]] & 1) === wanted) rows[n++] = p.rows[i];
  }
  if (all.length > 1) into.rows.subarray(0, n).sort();
  return n;
}

class Matcher {
  readonly #legs: LegIndex;
  readonly #groups: Groups;
  readonly #scratch = { rows: new Uint32Array(1024) };
  #heads = new Int32Array(1024);
  #mask = 0;
  /** Groups below this are in the hash chains. */
  #indexed = 0;
  #path = 0;
  #stops: readonly Stop[] = [];
  #tables: readonly PacketTable[] = [];

  constructor(legs: LegIndex, groups: Groups) {
    this.#legs = legs;
    this.#groups = groups;
  }

  match(stops: readonly Stop[]): void {
    const groups = this.#groups;
    this.#stops = stops;
    this.#tables = stops.map((s) => this.#legs.points[s.point].packets);
    for (const direction of [0, 1] as const) {
      const first = groups.count;
      this.#indexed = -1;
      for (let k = 0; k < stops.length; k++) this.#matchStop(k, direction, first);
      if (stops.length > 1)
        matchRanges(groups, first, stops.length, groups.sightStart[this.#path], groups.pathStart[this.#path], this.#tables);
    }
    groups.pathStart.push(groups.count);
    groups.sightStart.push(groups.sightCount);
    this.#path++;
  }

  #matchStop(k: number, direction: 0 | 1, first: number): void {
    const groups = this.#groups;
    const packets = this.#tables[k];
    const stops = this.#stops.length;
    const n = rowsOf(this.#legs, this.#stops[k], direction, this.#scratch);
    const { rows } = this.#scratch;
    const base = groups.sightStart[this.#path] + k - stops * groups.pathStart[this.#path];
    const before = groups.count;
    let cursor = first;
    for (let i = 0; i < n; i++) {
      const row = rows[i];
      let found = -1;
      if (k > 0) {
        const end = Math.min(before, cursor + LOOK_AHEAD);
        for (let g = cursor; g < end; g++) {
          if (groups.sight[base + stops * g] === 0 && this.#isSame(g, packets, row)) {
            found = g;
            break;
          }
        }
        if (found < 0 && before > first) found = this.#lookUp(packets, row, base, first, before);
      }
      if (found >= 0) {
        groups.sight[base + stops * found] = row + 1;
        cursor = found + 1;
      } else {
        groups.add(stops, k, row, direction, packets.seq[row], packets.payloadLength[row]);
      }
    }
  }

  #isSame(g: number, packets: PacketTable, row: number): boolean {
    const theirs = this.#tables[this.#groups.stop[g]];
    const other = this.#groups.row[g];
    if (theirs.seq[other] !== packets.seq[row] || theirs.ack[other] !== packets.ack[row]) return false;
    if (theirs.payloadLength[other] !== packets.payloadLength[row] || theirs.ipId[other] !== packets.ipId[row]) return false;
    const kind = KIND | HAS_TS;
    if ((theirs.flags[other] & kind) !== (packets.flags[row] & kind)) return false;
    return theirs.tsval[other] === packets.tsval[row] && theirs.tsecr[other] === packets.tsecr[row];
  }

  /** The earliest group that is this transmission and was not seen at this stop yet; −1 none. */
  #lookUp(packets: PacketTable, row: number, base: number, first: number, before: number): number {
    if (this.#indexed !== before) this.#index(first, before);
    const groups = this.#groups;
    const stops = this.#stops.length;
    let tried = 0;
    for (let g = this.#heads[hashOf(packets, row) & this.#mask] - 1; g >= 0 && tried < CHAIN; g = groups.next[g] - 1, tried++) {
      if (groups.sight[base + stops * g] === 0 && this.#isSame(g, packets, row)) return g;
    }
    return -1;
  }

  #index(first: number, before: number): void {
    let size = 16;
    while (size < 2 * (before - first)) size *= 2;
    if (this.#heads.length < size) this.#heads = new Int32Array(size);
    else this.#heads.fill(0, 0, size);
    this.#mask = size - 1;
    const groups = this.#groups;
    for (let g = before - 1; g >= first; g--) {
      const at = hashOf(this.#tables[groups.stop[g]], groups.row[g]) & this.#mask;
      groups.next[g] = this.#heads[at];
      this.#heads[at] = g + 1;
    }
    this.#indexed = before;
  }
}

function hashOf(packets: PacketTable, row: number): number {
  let h = Math.imul(packets.seq[row] ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ packets.ack[row], 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ packets.tsval[row] ^ (packets.ipId[row] << 16), 0x27d4eb2f);
  return h ^ (h >>> 16);
}
