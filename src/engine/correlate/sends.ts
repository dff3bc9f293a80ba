// Which of the segments that carry the same octets, seen at several stops, are one send. Timestamps, acknowledgements and IP IDs tell where
// there are any. Else time does: those are one send that lie apart as what was sent only once does about then; of the rest, in order.
import { sortBy } from '../../base/sortBy.ts';
import { HAS_TS } from '../model/packetTable.ts';
import type { Delays } from './delays.ts';
import type { Groups } from './groups.ts';
import type { Point } from './points.ts';
import { AT_ONCE_NANOS } from './twins.ts';

/** No segment on the wire but the last of a send carries less: RFC 9293 §3.7.1 (536) without the most that options take. */
const LEAST_SEGMENT = 496;
/** Captures may count in microseconds. Nanos. */
const GRANULARITY = 2_000;
/** Of what comes so many times nearer to another that carries the same than to what it may be, it is a copy. */
const NEARER = 16;
/** Weights of a match: that there is one, how many stops agree, and how little is odd about it. Nanos and less. */
const MOST_APART = 1e12;
const MATCH = 1e14;

/** Tells the sends in one stretch of a path's direction after the other. */
export class Sends {
  /** Of the stretch told last: how many, and by send and stop the place of its sight + 1, 0 none. */
  count = 0;
  readonly sights: number[] = [];
  /** By send: may it be a copy of another that somebody on the way made? */
  readonly isCopy: boolean[] = [];
  readonly #groups: Groups;
  readonly #points: readonly Point[];
  readonly #delays: Delays;
  readonly #isIdKept: Uint8Array;
  /** Parallel to `sights`: on the common times, how far that may be off, and what it may be at least and at most. */
  readonly #times: number[] = [];
  readonly #spreads: number[] = [];
  readonly #earliest: number[] = [];
  readonly #latest: number[] = [];
  /** By send: its first time, and how many stops saw it. */
  readonly #first: number[] = [];
  readonly #seen: number[] = [];
  #scores = new Float64Array(64);

  /** @param isIdKept by pair of stops: do IP IDs stay the same between them? */
  constructor(groups: Groups, points: readonly Point[], delays: Delays, isIdKept: Uint8Array) {
    this.#groups = groups;
    this.#points = points;
    this.#delays = delays;
    this.#isIdKept = isIdKept;
  }

  /** @param sightsOf by stop: places of the sights of what carries the stretch */
  tell(sightsOf: readonly (readonly number[])[]): void {
    this.count = 0;
    // The ends first: what was sent and what arrived tell what passed in between, where a stop may lack some of it.
    const ttlOf = (stop: number): number => this.#points[stop].packets.ttl[this.#groups.sight[sightsOf[stop][0]] - 1];
    const order = this.#delays.order.filter((stop) => sightsOf[stop].length > 0);
    const ttls = order.map(ttlOf);
    const [least, most] = [Math.min(...ttls), Math.max(...ttls)];
    sortBy(order, (stop) => (ttlOf(stop) === least ? 0 : ttlOf(stop) === most ? 1 : 2));
    for (const stop of order) {
      const sights = sightsOf[stop];
      const own = sights.map((sight) => {
        const time = this.#delays.timeOf(stop, this.#groups.time[sight]);
        const { spread, earliest, latest, after, before } = this.#delays;
        return { sight, time, spread, earliest, latest, after, before, isTaken: false };
      });
      own.sort((a, b) => a.time - b.time || a.sight - b.sight);
      if (this.count > 0) {
        this.#match(stop, own, 'usual');
        this.#match(stop, own, 'evident');
        this.#match(stop, own, 'any');
      }
      for (const s of own) if (!s.isTaken) this.#add(stop, s);
    }
    this.#findCopies();
  }

  #add(stop: number, s: Sighting): void {
    const stops = this.#points.length;
    const c = this.count++;
    for (let k = 0; k < stops; k++) this.sights[c * stops + k] = 0;
    this.#first[c] = s.time;
    this.#seen[c] = 0;
    this.isCopy[c] = false;
    this.#put(c, stop, s);
  }

  #put(c: number, stop: number, s: Sighting): void {
    const at = c * this.#points.length + stop;
    this.sights[at] = s.sight + 1;
    this.#times[at] = s.time;
    this.#spreads[at] = s.spread;
    this.#earliest[at] = Math.min(s.earliest, s.after);
    this.#latest[at] = Math.max(s.latest, s.before);
    this.#first[c] = Math.min(this.#first[c], s.time);
    this.#seen[c]++;
    s.isTaken = true;
  }

  /**
   * Pairs sends with what a stop saw so that as many as can be are paired, in the order of their times, and with as little odd as can be.
   * @param which only what took the usual time; or what is much nearer to that than to other sends; or whatever is left. Nothing arrives
   * before it was sent, and what comes right after another that carries the same is no send of long ago.
   */
  #match(stop: number, own: readonly Sighting[], which: 'usual' | 'evident' | 'any'): void {
    const stops = this.#points.length;
    const known: number[] = [];
    for (let c = 0; c < this.count; c++) if (this.sights[c * stops + stop] === 0) known.push(c);
    const free = own.filter((s) => !s.isTaken);
    if (known.length === 0 || free.length === 0) return;
    known.sort((a, b) => this.#first[a] - this.#first[b] || a - b);
    const isUsual = which === 'usual';
    const apart = known.map((c) => free.map((s) => this.#apart(c, stop, s, isUsual)));
    if (which === 'evident') keepEvident(apart);
    const width = free.length + 1;
    const size = (known.length + 1) * width;
    if (this.#scores.length < size) this.#scores = new Float64Array(2 * size);
    const scores = this.#scores;
    scores.fill(0, 0, size);
    for (let m = known.length - 1; m >= 0; m--) {
      for (let n = free.length - 1; n >= 0; n--) {
        const best = Math.max(scores[(m + 1) * width + n], scores[m * width + n + 1]);
        const off = apart[m][n];
        const isOne = off < Infinity && (isUsual || !this.#isTwin(known[m], stop, free[n], off));
        scores[m * width + n] = best;
        if (!isOne) continue;
        const worth = MATCH + this.#seen[known[m]] * MOST_APART - Math.min(MOST_APART, this.#oddness(known[m], stop, free[n]));
        scores[m * width + n] = Math.max(best, worth + scores[(m + 1) * width + n + 1]);
      }
    }
    for (let m = 0, n = 0; m < known.length && n < free.length; ) {
      const score = scores[m * width + n];
      if (score === scores[(m + 1) * width + n]) m++;
      else if (score === scores[m * width + n + 1]) n++;
      else this.#put(known[m++], stop, free[n++]);
    }
  }

  /**
   * Is what arrives much nearer to another send that this stop saw than the two are to each other, and what was sent not? It is a copy of
   * that send then.
   */
  #isTwin(c: number, stop: number, s: Sighting, apart: number): boolean {
    const stops = this.#points.length;
    const hops = this.#hops(c, stop, s);
    for (let b = 0; b < this.count; b++) {
      if (this.sights[b * stops + stop] === 0) continue;
      const isLikeSighting = Math.abs(this.#times[b * stops + stop] - s.time) * NEARER <= apart;
      let isLikeSend = false;
      for (let k = 0; k < stops && !isLikeSend; k++) {
        if (this.sights[b * stops + k] === 0 || this.sights[c * stops + k] === 0) continue;
        isLikeSend = Math.abs(this.#times[b * stops + k] - this.#times[c * stops + k]) * NEARER <= apart;
      }
      if (isLikeSend !== isLikeSighting && (isLikeSend ? hops <= 0 : hops >= 0)) return true;
    }
    return false;
  }

  /** Of how many hops more than a send still has a sighting comes, where the first stop saw that. */
  #hops(c: number, stop: number, s: Sighting): number {
    const stops = this.#points.length;
    let k = 0;
    while (this.sights[c * stops + k] === 0) k++;
    const row = this.#groups.sight[this.sights[c * stops + k] - 1] - 1;
    return this.#points[k].packets.ttl[row] - this.#points[stop].packets.ttl[this.#groups.sight[s.sight] - 1];
  }

  /** How far a sighting is from what it would be, had it taken the usual time; infinite where it cannot be that send. */
  #apart(c: number, stop: number, s: Sighting, isUsual: boolean): number {
    const stops = this.#points.length;
    const row = this.#groups.sight[s.sight] - 1;
    const { packets } = this.#points[stop];
    let least = Infinity;
    for (let at = c * stops, k = 0; k < stops; k++, at++) {
      if (this.sights[at] === 0) continue;
      const other = this.#groups.sight[this.sights[at] - 1] - 1;
      if (!this.#mayBeOne(k, other, stop, row)) return Infinity;
      const apart = Math.abs(s.time - this.#times[at]);
      if (isUsual) {
        if (apart <= this.#spreads[at] + s.spread + GRANULARITY) least = Math.min(least, apart);
        continue;
      }
      // What was merged has the time of its last part.
      const hops = this.#points[k].packets.ttl[other] - packets.ttl[row];
      if (hops > 0 && Math.max(s.latest, s.before) + AT_ONCE_NANOS < this.#earliest[at]) return Infinity;
      if (hops < 0 && this.#latest[at] + AT_ONCE_NANOS < Math.min(s.earliest, s.after)) return Infinity;
      least = Math.min(least, apart);
    }
    return least;
  }

  /**
   * How little a sighting fits a send: by how much it overtook or was overtaken, and was faster or slower than any about then. Else the
   * later send is the likelier: nobody sends again what the first may still bring, unless that was held.
   */
  #oddness(c: number, stop: number, s: Sighting): number {
    const { after, before, earliest, latest } = s;
    const stops = this.#points.length;
    const isArrival = this.#hops(c, stop, s) >= 0;
    let least = Infinity;
    for (let at = c * stops, k = 0; k < stops; k++, at++) {
      if (this.sights[at] === 0) continue;
      const sent = this.#times[at];
      const order = Math.max(0, Math.min(after, before) - sent, sent - Math.max(after, before));
      const transit = Math.max(0, earliest - sent, sent - latest);
      least = Math.min(least, order + transit + Math.abs((isArrival ? latest : earliest) - sent) / NEARER);
    }
    return least;
  }

  #mayBeOne(i: number, a: number, j: number, b: number): boolean {
    const [p, q] = [this.#points[i].packets, this.#points[j].packets];
    if ((p.flags[a] & q.flags[b] & HAS_TS) !== 0 && p.tsval[a] !== q.tsval[b]) return false;
    if (this.#isIdKept[i * this.#points.length + j] === 0) return true;
    return isIdInOrder(this.#points[i], a, this.#points[j], b);
  }

  /**
   * Once more at a stop, and not where it comes from, at once after another: no sender repeats what it just sent. Which of the two arrives
   * nobody can tell: it is the send that does.
   */
  #findCopies(): void {
    const stops = this.#points.length;
    for (let c = 0; c < this.count; c++) {
      for (let b = 0; b < this.count && !this.isCopy[c]; b++) {
        if (b === c || this.isCopy[b] || !this.#beginsBefore(b, c)) continue;
        const isFewer = this.#seen[b] < this.#seen[c] || (this.#seen[b] === this.#seen[c] && b > c);
        if ((isFewer && this.#beginsBefore(c, b)) || !this.#areOneSend(b, c, stops)) continue;
        this.isCopy[c] = true;
        for (let x = c * stops, y = b * stops, k = 0; k < stops; k++, x++, y++) {
          if (this.sights[x] === 0 || this.sights[y] !== 0) continue;
          this.sights[y] = this.sights[x];
          this.sights[x] = 0;
          this.#seen[b]++;
          this.#seen[c]--;
        }
      }
    }
    let n = 0;
    for (let c = 0; c < this.count; c++) {
      if (this.#seen[c] === 0) continue;
      for (let k = 0; k < stops; k++) this.sights[n * stops + k] = this.sights[c * stops + k];
      this.isCopy[n++] = this.isCopy[c];
    }
    this.count = n;
  }

  /** Was a send seen where another was not, and no farther from where they come from? */
  #beginsBefore(b: number, c: number): boolean {
    const stops = this.#points.length;
    let [own, other] = [-1, -1];
    for (let x = b * stops, y = c * stops, k = 0; k < stops; k++, x++, y++) {
      const { ttl } = this.#points[k].packets;
      if (this.sights[y] !== 0) other = Math.max(other, ttl[this.#groups.sight[this.sights[y] - 1] - 1]);
      else if (this.sights[x] !== 0) own = Math.max(own, ttl[this.#groups.sight[this.sights[x] - 1] - 1]);
    }
    return own >= other;
  }

  #areOneSend(a: number, b: number, stops: number): boolean {
    let isAtOnce = false;
    for (let x = a * stops, i = 0; i < stops; i++, x++) {
      for (let y = b * stops, j = 0; j < stops; j++, y++) {
        if (this.sights[x] === 0 || this.sights[y] === 0) continue;
        const [rowA, rowB] = [this.#groups.sight[this.sights[x] - 1] - 1, this.#groups.sight[this.sights[y] - 1] - 1];
        if (!this.#mayBeOne(i, rowA, j, rowB)) return false;
        isAtOnce ||= Math.abs(this.#times[x] - this.#times[y]) <= AT_ONCE_NANOS + this.#spreads[x] + this.#spreads[y];
      }
    }
    return isAtOnce;
  }
}

/** Leaves of the distances, by send and sighting, those that are much less than any other of that send, or of that sighting. */
function keepEvident(apart: readonly number[][]): void {
  const inRow = apart.map(twoLeast);
  const inColumn = apart[0].map((_, n) => twoLeast(apart.map((row) => row[n])));
  for (const [m, row] of apart.entries()) {
    for (let n = 0; n < row.length; n++) {
      const isEvident = [inRow[m], inColumn[n]].some(([least, second]) => row[n] === least && least * NEARER <= second);
      if (!isEvident) row[n] = Infinity;
    }
  }
}

function twoLeast(numbers: readonly number[]): readonly [number, number] {
  let [least, second] = [Infinity, Infinity];
  for (const n of numbers) {
    if (n < least) [least, second] = [n, least];
    else if (n < second) second = n;
  }
  return [least, second];
}

interface Sighting {
  /** Place of the sight, and its common time. */
  readonly sight: number;
  readonly time: number;
  readonly spread: number;
  readonly earliest: number;
  readonly latest: number;
  /** What was seen just before and after it was there then. */
  readonly after: number;
  readonly before: number;
  isTaken: boolean;
}

/**
 * Does the IP ID of what begins later follow that of what begins earlier, as in one send? Its packets count on, or all have the same.
 * True where either has none.
 */
export function isIdInOrder({ packets: p }: Point, a: number, { packets: q }: Point, b: number): boolean {
  if (p.ipId[a] === 0 || q.ipId[b] === 0) return true;
  const between = (q.seq[b] - p.seq[a]) | 0;
  const steps = (between >= 0 ? q.ipId[b] - p.ipId[a] : p.ipId[a] - q.ipId[b]) & 0xffff;
  return steps <= Math.ceil(Math.abs(between) / LEAST_SEGMENT);
}
