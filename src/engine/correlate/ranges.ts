// Segmentation offload cuts and merges: what no equal packet was found for is matched by the octets it carries.
import { sortBy } from '../../base/sortBy.ts';
import { HAS_TS, RST, SYN } from '../model/packetTable.ts';
import { K_SOMEWHERE_RETRANSMISSION, kindOf } from './columns.ts';
import { Delays } from './delays.ts';
import { G_COPY, G_DEAD, G_RANGE, G_REPLY, type Groups } from './groups.ts';
import type { Point } from './points.ts';
import { isIdInOrder, Sends } from './sends.ts';
import { Stretches } from './stretches.ts';

/** Of so many packets that were sent once, this share must keep their IP ID from stop to stop for it to tell sends apart. */
const ID_SAMPLES = 1_024;
const KEPT = 0.9;

/** One direction of a path: groups `first` … `end` − 1, each a packet as it was seen at some stops. */
export class Ranges {
  readonly #groups: Groups;
  readonly #points: readonly Point[];
  readonly #first: number;
  readonly #end: number;
  /** Place of the sights of group 0, if it were of this path. */
  readonly #base: number;
  #origin = 0;
  /** What is one send in one stretch or several: octets from … to − 1; by stop the place of its sight + 1; may it be a copy? */
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #sights: number[] = [];
  readonly #isCopy: boolean[] = [];

  constructor(groups: Groups, first: number, points: readonly Point[], sightStart: number, pathStart: number) {
    this.#groups = groups;
    this.#points = points;
    this.#first = first;
    this.#end = groups.count;
    this.#base = sightStart - points.length * pathStart;
  }

  /**
   * Completes the groups that were not seen at every stop. Where stops cut the stream otherwise, each stretch between two cuts becomes a
   * group, and stretches that the same packets carry at every stop one. Where octets were sent several times, `Sends` tells one from the next.
   */
  match(): void {
    const groups = this.#groups;
    const open = this.#openGroups();
    if (open.length === 0) return;
    this.#origin = groups.seq[open[0]];
    const isOpen = new Uint8Array(this.#end - this.#first);
    for (const g of open) isOpen[g - this.#first] = 1;
    const members = this.#withOverlapped(open, isOpen);
    if (members.length === 1) return;
    const stretches = this.#cut(members, open, isOpen);
    const { over } = stretches;
    // Each is alone with all its octets: nothing to match.
    if (over.length === stretches.from.length && new Set(over).size === over.length) return;
    this.#join(stretches, members, isOpen);
    this.#write(over);
    compact(groups, this.#first, this.#points.length, this.#base);
  }

  #at(g: number): number {
    return this.#base + this.#points.length * g;
  }

  #start(g: number): number {
    return (this.#groups.seq[g] - this.#origin) | 0;
  }

  #carries(g: number): boolean {
    return this.#groups.length[g] > 0 && (this.#groups.kind[g] & (SYN | RST)) === 0;
  }

  /** Those that were not seen everywhere, and those sent again that nothing tells from what was sent before. */
  #openGroups(): number[] {
    const { sight, kind } = this.#groups;
    const stops = this.#points.length;
    const found: number[] = [];
    for (let g = this.#first, at = this.#at(g); g < this.#end; g++, at += stops) {
      if (!this.#carries(g)) continue;
      let k = 0;
      while (k < stops && sight[at + k] !== 0) k++;
      if (k < stops || ((kind[g] & (HAS_TS | K_SOMEWHERE_RETRANSMISSION)) === K_SOMEWHERE_RETRANSMISSION && !this.#hasOneId(at)))
        found.push(g);
    }
    return found;
  }

  /** Have all sights of a group the same IP ID, and any? */
  #hasOneId(at: number): boolean {
    const { sight } = this.#groups;
    const idOf = (k: number): number => this.#points[k].packets.ipId[sight[at + k] - 1];
    const id = idOf(0);
    return id !== 0 && this.#points.every((_, k) => idOf(k) === id);
  }

  /** What was seen everywhere carries some of the same octets: then it may have been matched with another send of them. */
  #withOverlapped(open: number[], isOpen: Uint8Array): number[] {
    const { length } = this.#groups;
    sortBy(open, (g) => this.#start(g));
    const from: number[] = [];
    const to: number[] = [];
    for (const g of open) {
      const s = this.#start(g);
      if (to.length > 0 && s <= to[to.length - 1]) to[to.length - 1] = Math.max(to[to.length - 1], s + length[g]);
      else {
        from.push(s);
        to.push(s + length[g]);
      }
    }
    const members = open.slice();
    for (let g = this.#first; g < this.#end; g++) {
      if (isOpen[g - this.#first] === 1 || !this.#carries(g)) continue;
      const s = this.#start(g);
      let [low, high] = [0, to.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (to[middle] <= s) low = middle + 1;
        else high = middle;
      }
      if (low < from.length && from[low] < s + length[g]) members.push(g);
    }
    return members;
  }

  /** By send call: its acknowledgement and timestamp are copied into whatever is cut from it. */
  #cut(members: readonly number[], open: readonly number[], isOpen: Uint8Array): Stretches {
    const { ack, length, stop, sight } = this.#groups;
    const tableOf = (g: number) => this.#points[stop[g]].packets;
    const rowOf = (g: number): number => sight[this.#at(g) + stop[g]] - 1;
    const stamps = new Uint32Array(this.#end - this.#first);
    if (open.every((g) => (tableOf(g).flags[rowOf(g)] & HAS_TS) !== 0))
      for (const g of members) stamps[g - this.#first] = tableOf(g).tsval[rowOf(g)];
    const stampOf = (g: number): number => stamps[g - this.#first];
    const startOf = (g: number): number => this.#start(g);
    const endOf = (g: number): number => this.#start(g) + length[g];
    const sorted = members.toSorted((a, b) => ack[a] - ack[b] || stampOf(a) - stampOf(b) || startOf(a) - startOf(b) || a - b);
    const stretches = new Stretches();
    for (let i = 0; i < sorted.length; ) {
      const head = i;
      let isAnyOpen = false;
      for (; i < sorted.length && ack[sorted[i]] === ack[sorted[head]] && stampOf(sorted[i]) === stampOf(sorted[head]); i++)
        isAnyOpen ||= isOpen[sorted[i] - this.#first] === 1;
      if (isAnyOpen) stretches.cut(sorted.slice(head, i), startOf, endOf);
    }
    return stretches;
  }

  /** Stretches → sends. */
  #join(stretches: Stretches, members: readonly number[], isOpen: Uint8Array): void {
    const { from, to, start, over } = stretches;
    const stops = this.#points.length;
    const isAmbiguous = new Uint8Array(from.length);
    for (let i = 0; i < from.length; i++) if (this.#isAmbiguous(over, start[i], start[i + 1])) isAmbiguous[i] = 1;
    const sends = isAmbiguous.includes(1) ? this.#sends(stretches, isAmbiguous, members, isOpen) : null;
    let before: number[] = [];
    let now: number[] = [];
    const sightsOf: number[][] = this.#points.map(() => []);
    const one: number[] = new Array<number>(stops);
    for (let i = 0; i < from.length; i++) {
      if (i === 0 || to[i - 1] !== from[i]) before.length = 0;
      now.length = 0;
      if (isAmbiguous[i] === 1 && sends !== null) {
        for (let k = 0; k < stops; k++) sightsOf[k] = this.#sightsAt(k, over, start[i], start[i + 1]);
        sends.tell(sightsOf);
        for (let c = 0; c < sends.count; c++) now.push(this.#part(before, from[i], to[i], sends.sights, c * stops, sends.isCopy[c]));
      } else {
        for (let k = 0; k < stops; k++) one[k] = this.#placeAt(k, over, start[i], start[i + 1]) + 1;
        now.push(this.#part(before, from[i], to[i], one, 0, false));
      }
      [before, now] = [now, before];
    }
  }

  /** Did some stop see several? */
  #isAmbiguous(over: readonly number[], from: number, to: number): boolean {
    const { sight } = this.#groups;
    for (let k = 0; to - from > 1 && k < this.#points.length; k++) {
      let seen = 0;
      for (let n = from; n < to; n++) if (sight[this.#at(over[n]) + k] !== 0) seen++;
      if (seen > 1) return true;
    }
    return false;
  }

  /** Place of the first sight at stop `k`; −1 none. */
  #placeAt(k: number, over: readonly number[], from: number, to: number): number {
    const { sight } = this.#groups;
    for (let n = from; n < to; n++) {
      const at = this.#at(over[n]) + k;
      if (sight[at] !== 0) return at;
    }
    return -1;
  }

  /** Places of the sights at stop `k`. */
  #sightsAt(k: number, over: readonly number[], from: number, to: number): number[] {
    const { sight } = this.#groups;
    const found: number[] = [];
    for (let n = from; n < to; n++) {
      const at = this.#at(over[n]) + k;
      if (sight[at] !== 0) found.push(at);
    }
    return found;
  }

  /** The same packets carried the stretch before as well: it goes on. @returns which part it is */
  #part(before: readonly number[], from: number, to: number, sights: readonly number[], offset: number, isCopy: boolean): number {
    const stops = this.#points.length;
    for (const part of before) {
      let k = 0;
      while (k < stops && this.#sights[part * stops + k] === sights[offset + k]) k++;
      if (k < stops) continue;
      this.#to[part] = to;
      this.#isCopy[part] ||= isCopy;
      return part;
    }
    this.#from.push(from);
    this.#to.push(to);
    this.#isCopy.push(isCopy);
    for (let k = 0; k < stops; k++) this.#sights.push(sights[offset + k]);
    return this.#from.length - 1;
  }

  /** What was sent once, as samples of how long it takes from stop to stop and of what becomes of its IP ID. */
  #sends({ start, over }: Stretches, isAmbiguous: Uint8Array, members: readonly number[], isOpen: Uint8Array): Sends {
    const { sight, time, length, kind } = this.#groups;
    const stops = this.#points.length;
    for (const g of members) isOpen[g - this.#first] = 1;
    const times = this.#points.map(() => new Float64Array(this.#end - this.#first + isAmbiguous.length).fill(Number.NaN));
    const kept = new Int32Array(stops * stops);
    const asked = new Int32Array(stops * stops);
    let samples = 0;
    const places = new Int32Array(stops);
    const sample = (): void => {
      for (let k = 0; k < stops; k++) {
        if (places[k] < 0) continue;
        times[k][samples] = time[places[k]];
        const row = sight[places[k]] - 1;
        const { ipId } = this.#points[k].packets;
        for (let i = 0; ipId[row] !== 0 && i < k; i++) {
          if (places[i] < 0 || asked[i * stops + k] >= ID_SAMPLES) continue;
          const other = sight[places[i]] - 1;
          if (this.#points[i].packets.ipId[other] === 0) continue;
          asked[i * stops + k]++;
          if (isIdInOrder(this.#points[i], other, this.#points[k], row)) kept[i * stops + k]++;
        }
      }
      samples++;
    };
    for (let g = this.#first, at = this.#at(g); g < this.#end; g++, at += stops) {
      if (isOpen[g - this.#first] === 1 || (length[g] === 0 && (kind[g] & SYN) === 0)) continue;
      for (let k = 0; k < stops; k++) places[k] = sight[at + k] === 0 ? -1 : at + k;
      sample();
    }
    for (let i = 0; i < isAmbiguous.length; i++) {
      if (isAmbiguous[i] === 1) continue;
      for (let k = 0; k < stops; k++) places[k] = this.#placeAt(k, over, start[i], start[i + 1]);
      sample();
    }
    const isIdKept = new Uint8Array(stops * stops);
    for (let i = 0; i < stops; i++) {
      for (let k = i + 1; k < stops; k++) {
        if (asked[i * stops + k] === 0 || kept[i * stops + k] < asked[i * stops + k] * KEPT) continue;
        for (const pair of [i * stops + k, k * stops + i, i * stops + i, k * stops + k]) isIdKept[pair] = 1;
      }
    }
    const first = this.#points.map((_, k) =>
      this.#sightsAt(k, members, 0, members.length).reduce((least, at) => Math.min(least, time[at]), Infinity),
    );
    return new Sends(
      this.#groups,
      this.#points,
      new Delays(
        times.map((t) => t.subarray(0, samples)),
        first,
      ),
      isIdKept,
    );
  }

  /** Parts → groups, in place of those that they are of. */
  #write(over: readonly number[]): void {
    const groups = this.#groups;
    const stops = this.#points.length;
    for (const g of over) groups.flags[g] |= G_DEAD;
    for (let part = 0; part < this.#from.length; part++) {
      let [shortest, g] = [-1, -1];
      let isWhole = true;
      for (let k = 0; k < stops; k++) {
        const sight = this.#sights[part * stops + k];
        if (sight === 0) continue;
        const own = this.#groupAt(sight - 1);
        isWhole &&= g < 0 || own === g;
        if (g >= 0 && groups.length[own] >= groups.length[g]) continue;
        [shortest, g] = [k, own];
      }
      const copy = this.#isCopy[part] ? G_COPY : 0;
      if (isWhole && this.#isGroup(part, g)) {
        groups.flags[g] = (groups.flags[g] & ~G_DEAD) | copy;
        continue;
      }
      this.#add(part, shortest, g, copy);
    }
  }

  #groupAt(sight: number): number {
    return Math.floor((sight - this.#base) / this.#points.length);
  }

  /** Is it all that a group was, where it was seen? */
  #isGroup(part: number, g: number): boolean {
    const stops = this.#points.length;
    if (this.#from[part] !== this.#start(g) || this.#to[part] !== this.#start(g) + this.#groups.length[g]) return false;
    for (let k = 0; k < stops; k++)
      if ((this.#sights[part * stops + k] === 0) !== (this.#groups.sight[this.#at(g) + k] === 0)) return false;
    return true;
  }

  #add(part: number, stop: number, like: number, copy: number): void {
    const groups = this.#groups;
    const stops = this.#points.length;
    const [from, to] = [this.#from[part], this.#to[part]];
    const flags = (groups.flags[like] & G_REPLY) | copy;
    const g = groups.add(stops, stop, flags, (this.#origin + from) >>> 0, to - from, groups.ack[like], 0);
    for (let k = 0; k < stops; k++) {
      const sight = this.#sights[part * stops + k];
      if (sight === 0) continue;
      const of = this.#groupAt(sight - 1);
      const row = groups.sight[sight - 1] - 1;
      groups.sight[this.#at(g) + k] = row + 1;
      groups.time[this.#at(g) + k] = groups.time[sight - 1];
      if (this.#start(of) !== from || groups.length[of] !== to - from) groups.flags[g] |= G_RANGE;
      const { packets, marks } = this.#points[k];
      const kind = kindOf(packets.flags[row], marks[row]);
      groups.kind[g] |= k === stop ? kind : kind & K_SOMEWHERE_RETRANSMISSION;
    }
  }
}

/** Closes the gaps that dead groups leave. New ones find their sights empty. */
function compact(groups: Groups, first: number, stops: number, base: number): void {
  const at = (g: number): number => base + stops * g;
  let to = first;
  for (let g = first; g < groups.count; g++) {
    if ((groups.flags[g] & G_DEAD) !== 0) continue;
    if (to !== g) {
      groups.flags[to] = groups.flags[g];
      groups.seq[to] = groups.seq[g];
      groups.length[to] = groups.length[g];
      groups.ack[to] = groups.ack[g];
      groups.stop[to] = groups.stop[g];
      groups.kind[to] = groups.kind[g];
      groups.sight.copyWithin(at(to), at(g), at(g) + stops);
      groups.time.copyWithin(at(to), at(g), at(g) + stops);
    }
    to++;
  }
  groups.count = to;
  groups.sight.fill(0, at(to), groups.sightCount);
  groups.sightCount = at(to);
}
