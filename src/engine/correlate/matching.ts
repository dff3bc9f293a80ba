// The same transmission at every stop of a path. A group is one transmission: the rows that are it, one per stop.
import type { Workspace } from '../model/correlation.ts';
import { ACK, FIN, HAS_TS, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import {
  E_ACK,
  E_KIND,
  E_LENGTH,
  E_SEQ,
  E_TIME,
  E_TSVAL,
  ENTRY_DOUBLES,
  ENTRY_WORDS,
  gatherColumns,
  K_DIRECTION,
  type PointColumns,
} from './columns.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { Groups } from './groups.ts';
import { connectionOfLeg, type LegIndex } from './legs.ts';
import { matchRanges } from './ranges.ts';

const CHAIN = 256;
const LOOK_AHEAD = 3;
/** Of `E_KIND`: what is equal wherever a segment was seen, its IP ID with it. */
const SAME = SYN | FIN | RST | ACK | HAS_TS | 0xffff0000;

export function matchPaths(workspace: Workspace, legs: LegIndex, drafts: readonly PathDraft[]): Groups {
  let most = 0;
  for (const p of legs.points) most = Math.max(most, p.rows.length);
  const groups = new Groups(most + (most >> 3) + 16);
  const columns = legs.points.map((p) => {
    const { connection, marks } = workspace.flows[p.tap].segments;
    return gatherColumns(p, connection, marks);
  });
  const matcher = new Matcher(legs, columns, groups);
  for (const d of drafts) matcher.match(d.stops);
  return groups;
}

class Matcher {
  readonly #legs: LegIndex;
  readonly #columns: readonly PointColumns[];
  readonly #groups: Groups;
  #places = new Uint32Array(1024);
  #heads = new Int32Array(1024);
  #mask = 0;
  /** Groups below this are in the hash chains. */
  #indexed = 0;
  #path = 0;
  #stops: readonly Stop[] = [];
  #tables: readonly PointColumns[] = [];

  constructor(legs: LegIndex, columns: readonly PointColumns[], groups: Groups) {
    this.#legs = legs;
    this.#columns = columns;
    this.#groups = groups;
  }

  match(stops: readonly Stop[]): void {
    const groups = this.#groups;
    this.#stops = stops;
    this.#tables = stops.map((s) => this.#columns[s.point]);
    const packets: PacketTable[] = stops.map((s) => this.#legs.points[s.point].packets);
    for (const direction of [0, 1] as const) {
      const first = groups.count;
      this.#indexed = -1;
      let seen = 0;
      for (let k = 0; k < stops.length; k++) seen += this.#matchStop(k, direction, first);
      // Every group at every stop: nothing is left to match by range.
      if (seen < stops.length * (groups.count - first))
        matchRanges(groups, first, stops.length, groups.sightStart[this.#path], groups.pathStart[this.#path], packets);
    }
    groups.pathStart.push(groups.count);
    groups.sightStart.push(groups.sightCount);
    this.#path++;
  }

  /** Places (in the point's columns) of a stop's segments in one direction, in file order: its main legs and strays together. */
  #placesOf(stop: Stop, direction: 0 | 1): number {
    const point = this.#legs.points[stop.point];
    const { words } = this.#columns[stop.point];
    let n = 0;
    for (const list of [stop.main, stop.strays]) {
      for (const { leg, original } of list) {
        const c = connectionOfLeg(this.#legs, leg);
        const [start, end] = [point.rowStart[c], point.rowStart[c + 1]];
        if (this.#places.length < n + end - start) {
          const wider = new Uint32Array(2 * (n + end - start));
          wider.set(this.#places.subarray(0, n));
          this.#places = wider;
        }
        const wanted = (original ^ direction) * K_DIRECTION;
        for (let i = start; i < end; i++) if ((words[i * ENTRY_WORDS + E_KIND] & K_DIRECTION) === wanted) this.#places[n++] = i;
      }
    }
    if (stop.main.length + stop.strays.length > 1) this.#places.subarray(0, n).sort((a, b) => point.rows[a] - point.rows[b]);
    return n;
  }

  /** The hot loop over all segments of a stop: what the next groups expect is tried before the hash. */
  #matchStop(k: number, direction: 0 | 1, first: number): number {
    const groups = this.#groups;
    const table = this.#tables[k];
    const stops = this.#stops.length;
    const n = this.#placesOf(this.#stops[k], direction);
    const places = this.#places;
    const { rows } = this.#legs.points[this.#stops[k].point];
    const base = groups.sightStart[this.#path] + k - stops * groups.pathStart[this.#path];
    const before = groups.count;
    let cursor = first;
    for (let i = 0; i < n; i++) {
      const place = places[i];
      let found = -1;
      if (k > 0) {
        const end = Math.min(before, cursor + LOOK_AHEAD);
        for (let g = cursor; g < end; g++) {
          if (groups.sight[base + stops * g] === 0 && this.#isSame(g, table, place)) {
            found = g;
            break;
          }
        }
        if (found < 0 && before > first) found = this.#lookUp(table, place, base, first, before);
      }
      if (found >= 0) {
        groups.sight[base + stops * found] = rows[place] + 1;
        groups.time[base + stops * found] = table.times[place * ENTRY_DOUBLES + E_TIME];
        cursor = found + 1;
      } else {
        const at = place * ENTRY_WORDS;
        const g = groups.add(stops, k, rows[place], direction, table.words[at + E_SEQ], table.words[at + E_LENGTH]);
        groups.kind[g] = table.words[at + E_KIND];
        groups.place[g] = place;
        groups.time[base + stops * g] = table.times[place * ENTRY_DOUBLES + E_TIME];
      }
    }
    return n;
  }

  #isSame(g: number, table: PointColumns, place: number): boolean {
    const groups = this.#groups;
    const { words } = table;
    const at = place * ENTRY_WORDS;
    if (groups.seq[g] !== words[at + E_SEQ] || groups.length[g] !== words[at + E_LENGTH]) return false;
    const theirs = this.#tables[groups.stop[g]].words;
    const other = groups.place[g] * ENTRY_WORDS;
    if (theirs[other + E_ACK] !== words[at + E_ACK] || theirs[other + E_TSVAL] !== words[at + E_TSVAL]) return false;
    return ((theirs[other + E_KIND] ^ words[at + E_KIND]) & SAME) === 0;
  }

  /** The earliest group that is this transmission and was not seen at this stop yet; −1 none. */
  #lookUp(table: PointColumns, place: number, base: number, first: number, before: number): number {
    if (this.#indexed !== before) this.#index(first, before);
    const groups = this.#groups;
    const stops = this.#stops.length;
    let tried = 0;
    for (let g = this.#heads[hashOf(table, place) & this.#mask] - 1; g >= 0 && tried < CHAIN; g = groups.next[g] - 1, tried++) {
      if (groups.sight[base + stops * g] === 0 && this.#isSame(g, table, place)) return g;
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
      const at = hashOf(this.#tables[groups.stop[g]], groups.place[g]) & this.#mask;
      groups.next[g] = this.#heads[at];
      this.#heads[at] = g + 1;
    }
    this.#indexed = before;
  }
}

function hashOf({ words }: PointColumns, place: number): number {
  const at = place * ENTRY_WORDS;
  let h = Math.imul(words[at + E_SEQ] ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ words[at + E_ACK], 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ words[at + E_TSVAL] ^ (words[at + E_KIND] & 0xffff0000), 0x27d4eb2f);
  return h ^ (h >>> 16);
}
