// The same transmission at every stop of a path. A group is one transmission: the rows that are it, one per stop.
import { ACK, FIN, HAS_TS, OPTIONS_CUT, RST, SYN } from '../model/packetTable.ts';
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
  K_SOMEWHERE_RETRANSMISSION,
  type PointColumns,
} from './columns.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { Groups } from './groups.ts';
import { connectionOfLeg, flowOfLeg, type LegIndex, rowCountOfLeg } from './legs.ts';
import { Ranges } from './ranges.ts';
import { addWhole, hasReset, isWhole } from './wholePaths.ts';

const CHAIN = 256;
const LOOK_AHEAD = 3;
/** Of `E_KIND`: what is equal wherever a segment was seen, and its IP ID with it, where nothing on the way rewrites that. */
const CONTENT = SYN | FIN | RST | ACK | HAS_TS;
const IDENTITY = CONTENT | 0xffff0000;
/** Segments without a partner that are compared with each other to tell whether only their IP IDs part them. */
const SAMPLE = 256;

const SEARCHED = 0;
const WHOLE = 1;
const PENDING = 2;

/** Groups of all paths but those on which nothing need be searched for and that have no RST. */
export function matchPaths(legs: LegIndex, drafts: readonly PathDraft[]): Groups {
  const kinds = new Uint8Array(drafts.length);
  for (let path = 0; path < drafts.length; path++)
    kinds[path] = isWhole(legs, drafts[path]) ? (hasReset(legs, drafts[path]) ? WHOLE : PENDING) : SEARCHED;
  const wanted = legs.points.map((p) => new Uint8Array(p.connectionCount));
  let capacity = 16;
  drafts.forEach(({ stops }, path) => {
    if (kinds[path] === PENDING) return;
    let most = 0;
    for (const { point, main, strays } of stops) {
      for (const { leg } of [...main, ...strays]) {
        most = Math.max(most, rowCountOfLeg(legs, leg));
        if (kinds[path] === SEARCHED) wanted[point][leg - legs.points[point].legBase] = 1;
      }
    }
    capacity += most + (most >> 3);
  });
  const groups = new Groups(capacity, drafts.length);
  const columns = legs.points.map((p) => gatherColumns(p, wanted[p.id]));
  const matcher = new Matcher(legs, columns, groups);
  drafts.forEach(({ stops }, path) => {
    groups.whole[path] = kinds[path] === SEARCHED ? 0 : 1;
    if (kinds[path] === SEARCHED) matcher.match(stops, path);
    else if (kinds[path] === WHOLE) addWhole(groups, legs, stops);
    else {
      groups.pending[path] = 1;
      groups.endPath();
    }
  });
  return groups;
}

class Matcher {
  readonly #legs: LegIndex;
  readonly #columns: readonly PointColumns[];
  readonly #groups: Groups;
  /** Places of the stop in hand. */
  #places = new Uint32Array(1024);
  /** By group of the direction in hand, counted from its first: place of the row that stands for it, and the next in its hash chain + 1. */
  #place = new Int32Array(1024);
  #next = new Int32Array(1024);
  #heads = new Int32Array(1024);
  #mask = 0;
  /** Groups below this are in the hash chains. */
  #indexed = 0;
  /** Of `E_KIND`: what two entries of the path in hand must share to be one transmission, and what they do in this pass. */
  #identity = IDENTITY;
  #same = IDENTITY;
  /** Stops of the path in hand at which one direction shows that IP IDs are rewritten before them. */
  readonly #rewritten = new Set<number>();
  #path = 0;
  #stops: readonly Stop[] = [];
  #tables: readonly PointColumns[] = [];

  constructor(legs: LegIndex, columns: readonly PointColumns[], groups: Groups) {
    this.#legs = legs;
    this.#columns = columns;
    this.#groups = groups;
  }

  match(stops: readonly Stop[], path: number): void {
    const groups = this.#groups;
    this.#path = path;
    this.#rewritten.clear();
    this.#stops = stops;
    this.#tables = stops.map((s) => this.#columns[s.point]);
    // Where options were cut, whether a segment has a timestamp, and which, is not always known.
    this.#identity = this.#tables.some((t) => t.isCut) ? IDENTITY & ~HAS_TS : IDENTITY;
    this.#same = this.#identity;
    for (const direction of [0, 1] as const) {
      const first = groups.count;
      this.#indexed = -1;
      let seen = 0;
      for (let k = 0; k < stops.length; k++) {
        const n = this.#placesOf(stops[k], direction);
        if (groups.count === first) this.#addAll(k, direction, n);
        else this.#matchKnown(k, direction, first, n);
        seen += n;
      }
      // Every group at every stop: nothing is left to match by range, unless what was sent again may have been taken for what was sent before.
      if (seen < stops.length * (groups.count - first) || this.#isSentAgain(direction)) {
        const points = stops.map((s) => this.#legs.points[s.point]);
        new Ranges(groups, first, points, groups.sightStart[this.#path], groups.pathStart[this.#path]).match();
      }
    }
    groups.endPath();
  }

  /** Was anything sent again that no timestamp tells from what was sent before? */
  #isSentAgain(direction: 0 | 1): boolean {
    const { kind, count } = this.#groups;
    if (count === 0 || (kind[count - 1] & HAS_TS) !== 0) return false;
    return this.#stops.some(({ main, strays }) =>
      [main, strays].some((list) =>
        list.some(
          ({ leg, original }) =>
            flowOfLeg(this.#legs, leg).retransmissions[2 * connectionOfLeg(this.#legs, leg) + (original ^ direction)] > 0,
        ),
      ),
    );
  }

  /** Places (in the point's columns) of a stop's segments in one direction, in file order: its main legs and strays together. */
  #placesOf(stop: Stop, direction: 0 | 1): number {
    const point = this.#legs.points[stop.point];
    const { direction: directions } = point;
    let n = 0;
    for (const list of [stop.main, stop.strays]) {
      for (const { leg, original } of list) {
        const c = leg - point.legBase;
        const [start, end] = [point.rowStart[c], point.rowStart[c + 1]];
        if (this.#places.length < n + end - start) {
          const wider = new Uint32Array(2 * (n + end - start));
          wider.set(this.#places.subarray(0, n));
          this.#places = wider;
        }
        const places = this.#places;
        const wanted = original ^ direction;
        for (let i = start; i < end; i++) if (directions[i] === wanted) places[n++] = i;
      }
    }
    if (stop.main.length + stop.strays.length > 1) this.#places.subarray(0, n).sort((a, b) => point.rows[a] - point.rows[b]);
    return n;
  }

  /** The first stop that saw anything: every segment is a group. A hot loop, on the columns themselves. */
  #addAll(k: number, direction: 0 | 1, n: number): void {
    const groups = this.#groups;
    const stops = this.#stops.length;
    groups.reserve(n, stops);
    if (this.#place.length < n) this.#place = new Int32Array(2 * n);
    const places = this.#places;
    const place = this.#place;
    const { flags, seq, length, ack, stop, kind, sight, time } = groups;
    const { words, times } = this.#tables[k];
    const { rows } = this.#legs.points[this.#stops[k].point];
    let g = groups.count;
    let at = groups.sightCount + k;
    for (let i = 0; i < n; i++, g++, at += stops) {
      const p = places[i];
      const e = p * ENTRY_WORDS;
      place[i] = p;
      flags[g] = direction;
      seq[g] = words[e + E_SEQ];
      length[g] = words[e + E_LENGTH];
      ack[g] = words[e + E_ACK];
      stop[g] = k;
      kind[g] = words[e + E_KIND];
      sight[at] = rows[p] + 1;
      time[at] = times[p * ENTRY_DOUBLES + E_TIME];
    }
    groups.count = g;
    groups.sightCount += n * stops;
  }

  /** Matches a stop by IP ID as well, or, where the captures show that somebody on the way rewrites it, without. */
  #matchKnown(k: number, direction: 0 | 1, first: number, n: number): void {
    const groups = this.#groups;
    const before = groups.count;
    this.#matchStop(k, direction, first, n);
    const added = groups.count - before;
    if (added === 0 || n - added === before - first || !this.#areIdsRewritten(k, first, before)) return;
    const stops = this.#stops.length;
    const base = groups.sightStart[this.#path] + k - stops * groups.pathStart[this.#path];
    for (let g = first; g < before; g++) groups.sight[base + stops * g] = 0;
    groups.sight.fill(0, groups.sightCount - stops * added, groups.sightCount);
    groups.sightCount -= stops * added;
    groups.count = before;
    this.#indexed = -1;
    this.#same = this.#identity & CONTENT;
    this.#matchStop(k, direction, first, n);
    this.#same = this.#identity;
    this.#indexed = -1;
  }

  /**
   * Of what stop `k` alone saw and of what it did not see, are more the same but for the IP ID than have been matched with it? Groups from
   * `before` on are what it alone saw. RSTs without a socket have IP ID 0 everywhere, and tell nothing.
   */
  #areIdsRewritten(k: number, first: number, before: number): boolean {
    const { sight, stop, count, kind } = this.#groups;
    const stops = this.#stops.length;
    const base = this.#groups.sightStart[this.#path] + k - stops * this.#groups.pathStart[this.#path];
    const alone = new Map<string, number>();
    const last = Math.min(count, before + SAMPLE);
    for (let g = before; g < last; g++) if ((kind[g] & RST) === 0) alone.set(this.#contentOf(g, first), g);
    let [equal, unseen] = [0, 0];
    for (let g = first; g < before && unseen < 2 * SAMPLE; g++) {
      if (sight[base + stops * g] !== 0 || (kind[g] & RST) !== 0) continue;
      unseen++;
      if (alone.delete(this.#contentOf(g, first))) equal++;
    }
    // With nothing to go by, as in the other direction.
    const enough = Math.max(1, equal);
    let matched = 0;
    for (let g = first; g < before && matched < enough; g++) {
      if (sight[base + stops * g] === 0) continue;
      if (this.#tables[stop[g]].words[this.#place[g - first] * ENTRY_WORDS + E_KIND] >>> 16 !== 0) matched++;
    }
    if (matched >= enough) return false;
    if (equal > 0) this.#rewritten.add(k);
    return equal > 0 || this.#rewritten.has(k);
  }

  #contentOf(g: number, first: number): string {
    const { words } = this.#tables[this.#groups.stop[g]];
    const e = this.#place[g - first] * ENTRY_WORDS;
    const stamp = (this.#same & HAS_TS) === 0 ? 0 : words[e + E_TSVAL];
    return `${words[e + E_SEQ]} ${words[e + E_LENGTH]} ${words[e + E_ACK]} ${stamp} ${words[e + E_KIND] & this.#same & CONTENT}`;
  }

  /** The hot loop over all segments of a stop: what the next groups expect is tried before the hash. */
  #matchStop(k: number, direction: 0 | 1, first: number, n: number): void {
    const groups = this.#groups;
    const tables = this.#tables;
    const table = tables[k];
    const { words, times } = table;
    const stops = this.#stops.length;
    const places = this.#places;
    const { rows } = this.#legs.points[this.#stops[k].point];
    const base = groups.sightStart[this.#path] + k - stops * groups.pathStart[this.#path];
    const before = groups.count;
    const same = this.#same;
    let place = this.#place;
    let { seq, length, stop, kind, sight, time } = groups;
    let cursor = first;
    for (let i = 0; i < n; i++) {
      const p = places[i];
      const e = p * ENTRY_WORDS;
      const s = words[e + E_SEQ];
      const l = words[e + E_LENGTH];
      const end = Math.min(before, cursor + LOOK_AHEAD);
      let found = -1;
      for (let g = cursor; g < end; g++) {
        if ((seq[g] | 0) !== s || (length[g] | 0) !== l || sight[base + stops * g] !== 0) continue;
        if (!isSame(tables[stop[g]].words, place[g - first] * ENTRY_WORDS, words, e, same)) continue;
        found = g;
        break;
      }
      if (found < 0) found = this.#lookUp(table, p, base, first, before);
      if (found < 0) {
        found = groups.add(stops, k, direction, s, l, words[e + E_ACK], words[e + E_KIND]);
        this.#keepPlace(found - first, p);
        place = this.#place;
        ({ seq, length, stop, kind, sight, time } = groups);
      } else {
        kind[found] |= words[e + E_KIND] & K_SOMEWHERE_RETRANSMISSION;
        cursor = found + 1;
      }
      sight[base + stops * found] = rows[p] + 1;
      time[base + stops * found] = times[p * ENTRY_DOUBLES + E_TIME];
    }
  }

  #keepPlace(index: number, place: number): void {
    if (index >= this.#place.length) {
      const wider = new Int32Array(2 * index);
      wider.set(this.#place);
      this.#place = wider;
    }
    this.#place[index] = place;
  }

  /** The earliest group that is this transmission and was not seen at this stop yet; −1 none. */
  #lookUp(table: PointColumns, p: number, base: number, first: number, before: number): number {
    if (this.#indexed !== before) this.#index(first, before);
    const { sight, stop } = this.#groups;
    const stops = this.#stops.length;
    const e = p * ENTRY_WORDS;
    let tried = 0;
    for (
      let g = this.#heads[hashOf(table, p, this.#same) & this.#mask] - 1;
      g >= 0 && tried < CHAIN;
      g = this.#next[g - first] - 1, tried++
    ) {
      if (sight[base + stops * g] !== 0) continue;
      if (isSame(this.#tables[stop[g]].words, this.#place[g - first] * ENTRY_WORDS, table.words, e, this.#same)) return g;
    }
    return -1;
  }

  #index(first: number, before: number): void {
    let size = 16;
    while (size < 2 * (before - first)) size *= 2;
    if (this.#heads.length < size) this.#heads = new Int32Array(size);
    else this.#heads.fill(0, 0, size);
    if (this.#next.length < before - first) this.#next = new Int32Array(2 * (before - first));
    this.#mask = size - 1;
    const { stop } = this.#groups;
    for (let g = before - 1; g >= first; g--) {
      const at = hashOf(this.#tables[stop[g]], this.#place[g - first], this.#same) & this.#mask;
      this.#next[g - first] = this.#heads[at];
      this.#heads[at] = g + 1;
    }
    this.#indexed = before;
  }
}

/** Are two entries, given by their first words, one transmission? @param same bits of `E_KIND` that must agree */
function isSame(a: Int32Array, x: number, b: Int32Array, y: number, same: number): boolean {
  if (a[x + E_SEQ] !== b[y + E_SEQ] || a[x + E_LENGTH] !== b[y + E_LENGTH]) return false;
  if (a[x + E_ACK] !== b[y + E_ACK]) return false;
  if (a[x + E_TSVAL] !== b[y + E_TSVAL] && ((a[x + E_KIND] | b[y + E_KIND]) & OPTIONS_CUT) === 0) return false;
  return ((a[x + E_KIND] ^ b[y + E_KIND]) & same) === 0;
}

function hashOf({ words }: PointColumns, place: number, same: number): number {
  const at = place * ENTRY_WORDS;
  let h = Math.imul(words[at + E_SEQ] ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ words[at + E_ACK], 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ ((same & HAS_TS) === 0 ? 0 : words[at + E_TSVAL]) ^ (words[at + E_KIND] & same & 0xffff0000), 0x27d4eb2f);
  return h ^ (h >>> 16);
}
