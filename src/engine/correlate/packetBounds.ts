// What every packet that two capture points saw says of the offset between their clocks: a bound from the side it came from.
import { EVENTFUL } from '../model/connection.ts';
import type { Workspace } from '../model/correlation.ts';
import type { PathDraft, Stop } from './drafts.ts';
import { G_RANGE, G_REPLY, type Groups } from './groups.ts';
import { type LegIndex, rowCountOfLeg } from './legs.ts';
import { PairBounds } from './pairBounds.ts';
import type { Span } from './pairFit.ts';
import type { Point } from './points.ts';
import { flowAt, sideAt } from './wholePaths.ts';

/** Of so many packets that two capture points saw alike, those that bound the clocks most tightly are as tight as those of more. */
const ENOUGH_PACKETS = 2 ** 15;
/** Where less than so many of a direction would be looked at, its first and last packet do, whose times are known. */
const FEW = 32;

/** May a packet that two taps saw, or that one saw (its row there), say anything of their clocks? */
export type Speaks = (workspace: Workspace, tap: number, row: number, far?: number, farRow?: number) => boolean;

interface Sighted {
  readonly workspace: Workspace;
  readonly legs: LegIndex;
  readonly drafts: readonly PathDraft[];
  readonly groups: Groups;
  /** By tap: its first and last record; and what its times count from, Nanos since the workspace's epoch. */
  readonly spans: readonly Span[];
  readonly bases: readonly number[];
}

/** By pair of taps that saw the same packets. */
export function collectBounds(sighted: Sighted, speaks: Speaks): Map<number, PairBounds> {
  const { drafts, groups } = sighted;
  const collector = new BoundsCollector(sighted, speaks);
  for (let path = 0; path < drafts.length; path++) {
    const { stops } = drafts[path];
    if (groups.pending[path] === 0 && stops.length > 1) collector.addPath(path);
    else for (let k = 1; k < stops.length; k++) collector.addWhole(stops[k - 1], stops[k]);
  }
  return collector.pairs;
}

/** A class, no closures: what is compiled for its methods lasts as long as they do. */
class BoundsCollector {
  readonly pairs = new Map<number, PairBounds>();
  readonly #sighted: Sighted;
  readonly #speaks: Speaks;
  readonly #bases: Float64Array;
  readonly #stride: number;
  #near: Uint32Array = new Uint32Array(1024);
  #far: Uint32Array = new Uint32Array(1024);

  constructor(sighted: Sighted, speaks: Speaks) {
    this.#sighted = sighted;
    this.#speaks = speaks;
    this.#bases = Float64Array.from(sighted.bases);
    this.#stride = strideOf(sighted);
  }

  /** Packet i of a direction at one stop is packet i of it at the next; every `#stride`th of them is looked at, of few the first and last. */
  addWhole(near: Stop, far: Stop): void {
    const { legs } = this.#sighted;
    const stride = this.#stride;
    const from = legs.points[near.point];
    const to = legs.points[far.point];
    if (from.tap === to.tap) return;
    const isNearA = from.tap < to.tap;
    const pair = this.#pairOf(Math.min(from.tap, to.tap), Math.max(from.tap, to.tap));
    const flow = flowAt(legs, near);
    const other = flowAt(legs, far);
    for (let direction = 0; direction < 2; direction++) {
      const i = sideAt(legs, near, direction);
      const k = sideAt(legs, far, direction);
      const sent = flow.sent[i];
      const aFirst = isNearA === (direction === 0);
      pair.matched += sent;
      if (stride > 1 && sent > 1 && sent < FEW * stride && ((flow.flags[i >> 1] | other.flags[k >> 1]) & EVENTFUL) === 0) {
        if (this.#tightens(pair, from.tap, to.tap, flow.firstSent[i], other.firstSent[k], aFirst))
          this.#take(pair, from, firstOf(from, i), to, firstOf(to, k), aFirst);
        if (this.#tightens(pair, from.tap, to.tap, flow.lastSent[i], other.lastSent[k], aFirst))
          this.#take(pair, from, lastOf(from, i), to, lastOf(to, k), aFirst);
        continue;
      }
      this.#near = places(from, i, sent, this.#near);
      this.#far = places(to, k, sent, this.#far);
      for (let n = 0; n < sent; n += stride) {
        const place = this.#near[n];
        const farPlace = this.#far[n];
        if (this.#tightens(pair, from.tap, to.tap, from.packets.time[from.rows[place]], to.packets.time[to.rows[farPlace]], aFirst))
          this.#take(pair, from, place, to, farPlace, aFirst);
      }
    }
  }

  /** Would a packet that two taps saw at these moments of their own bound the offset more tightly? */
  #tightens(pair: PairBounds, near: number, far: number, nearOwn: number, farOwn: number, aFirst: boolean): boolean {
    const nearTime = this.#bases[near] + nearOwn;
    const farTime = this.#bases[far] + farOwn;
    return near < far ? pair.tightens(nearTime, farTime - nearTime, aFirst) : pair.tightens(farTime, nearTime - farTime, aFirst);
  }

  #take(pair: PairBounds, near: Point, place: number, far: Point, farPlace: number, aFirst: boolean): void {
    const row = near.rows[place];
    const farRow = far.rows[farPlace];
    if (!this.#speaks(this.#sighted.workspace, near.tap, row)) return;
    const nearTime = this.#bases[near.tap] + near.packets.time[row];
    const farTime = this.#bases[far.tap] + far.packets.time[farRow];
    if (near.tap < far.tap) pair.add(nearTime, farTime - nearTime, aFirst, row);
    else pair.add(farTime, nearTime - farTime, aFirst, farRow);
  }

  /** A hot loop over the sights of a path. */
  addPath(path: number): void {
    const { workspace, legs, drafts, groups } = this.#sighted;
    const bases = this.#bases;
    const { stops } = drafts[path];
    const n = stops.length;
    const tapOf = Uint8Array.from(stops, (s) => legs.points[s.point].tap);
    const { sight, time, flags } = groups;
    const end = groups.pathStart[path + 1];
    let pair: PairBounds | null = null;
    let at = groups.sightStart[path];
    for (let g = groups.pathStart[path]; g < end; g++, at += n) {
      if ((flags[g] & G_RANGE) !== 0) continue;
      let last = -1;
      for (let k = 0; k < n; k++) {
        if (sight[at + k] === 0) continue;
        if (last >= 0 && tapOf[last] !== tapOf[k]) {
          const near = tapOf[last];
          const far = tapOf[k];
          const isNearA = near < far;
          if (!pair?.joins(near, far)) pair = this.#pairOf(Math.min(near, far), Math.max(near, far));
          pair.matched++;
          const nearTime = bases[near] + time[at + last];
          const farTime = bases[far] + time[at + k];
          const ownTime = isNearA ? nearTime : farTime;
          const delta = isNearA ? farTime - nearTime : nearTime - farTime;
          // Only what would tighten a bound is looked at more closely.
          const aFirst = isNearA === ((flags[g] & G_REPLY) === 0);
          if (pair.tightens(ownTime, delta, aFirst) && this.#speaks(workspace, near, sight[at + last] - 1, far, sight[at + k] - 1))
            pair.add(ownTime, delta, aFirst, sight[at + (isNearA ? last : k)] - 1);
        }
        last = k;
      }
    }
  }

  #pairOf(a: number, b: number): PairBounds {
    const { workspace, spans } = this.#sighted;
    const key = a * workspace.taps.length + b;
    let pair = this.pairs.get(key);
    if (pair === undefined) {
      pair = new PairBounds(a, b, spans[a].first, spans[a].last);
      this.pairs.set(key, pair);
    }
    return pair;
  }
}

/** Places in `rows` of a side's packets. @param scratch is used if there is room in it */
function places({ rowStart, direction }: Point, side: number, sent: number, scratch: Uint32Array): Uint32Array {
  const to = scratch.length > sent ? scratch : new Uint32Array(2 * sent);
  const end = rowStart[(side >> 1) + 1];
  for (let i = rowStart[side >> 1], n = 0; i < end; i++) {
    to[n] = i;
    n += direction[i] === (side & 1) ? 1 : 0;
  }
  return to;
}

/** Places in `rows` of the first and the last packet of a side. */
const firstOf = ({ rowStart, direction }: Point, side: number): number => direction.indexOf(side & 1, rowStart[side >> 1]);
const lastOf = ({ rowStart, direction }: Point, side: number): number => direction.lastIndexOf(side & 1, rowStart[(side >> 1) + 1] - 1);

/** Every how manieth packet of whole paths is looked at. */
function strideOf({ legs, drafts, groups }: Sighted): number {
  let packets = 0;
  for (let path = 0; path < drafts.length; path++) {
    if (groups.pending[path] === 1) packets += rowCountOfLeg(legs, drafts[path].stops[0].main[0].leg);
  }
  return Math.max(1, Math.ceil(packets / ENOUGH_PACKETS));
}
