// The journeys of one path: in order of time, with what happened to each on its way.

import { sortedIndex } from '../../base/sortedIndex.ts';
import { FAST_RETRANSMISSION, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../model/connection.ts';
import {
  J_DUPLICATED,
  J_HELD,
  J_INJECTED,
  J_LEAKED,
  J_LOST,
  J_PORT_CHANGED,
  J_RESEGMENTED,
  J_RETRANSMISSION,
  J_STRAY,
  J_TRANSLATED,
  type JourneyTable,
} from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import { K_DUPLICATE, K_RETRANSMISSION, K_SOMEWHERE_RETRANSMISSION } from './columns.ts';
import type { Context } from './context.ts';
import type { Stop } from './drafts.ts';
import { G_COPY, G_RANGE, G_REPLY, Groups } from './groups.ts';
import { legOfRow, type PathRoles } from './roles.ts';

/** Overtaken by this many later ones of its direction: not mere reordering of neighbours. */
const OVERTAKEN_BY = 3;
/** Held back at least this long beyond the usual. */
const MIN_HELD_NANOS = 3e6;
/** A capture point that goes on this long after a packet should have shown it. */
const COVER_NANOS = 5e7;
/** Transit times that the usual one is taken from. */
const TRANSIT_SAMPLES = 1_024;
const RETRANSMITTED = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION;

/** What journeys need to know besides the path in hand. */
export type Surroundings = Pick<
  Context,
  'workspace' | 'legs' | 'tapOfPoint' | 'shiftOf' | 'referenceOf' | 'capturedFrom' | 'capturedUntil'
>;

export type Roles = Pick<PathRoles, 'side' | 'hasNat' | 'strayKind'>;

const NO_GROUPS = new Groups(0);

/** Times and order of one path at a time; scratch columns are shared between paths. */
export class JourneyBuilder {
  /** What it writes to: with room for the paths that are added. */
  table: JourneyTable;
  /** Of the path added last: has it a RST, its first and last sighting. */
  hasReset = false;
  first = 0;
  last = 0;
  readonly #context: Surroundings;
  readonly #sightingStart: Uint32Array;
  /** The path in hand; `#index` is its place in the groups. */
  #groups = NO_GROUPS;
  #index = 0;
  #stops: readonly Stop[] = [];
  #first = new Float64Array(1024);
  #last = new Float64Array(1024);
  #firstStop = new Uint8Array(1024);
  #lastStop = new Uint8Array(1024);
  #flags = new Uint16Array(1024);
  #held = new Float64Array(1024);
  #scratch: readonly [Uint32Array, Uint32Array] = [new Uint32Array(1024), new Uint32Array(1024)];
  /** Of the path's groups: not seen at every stop; the spread of transit times. */
  #incomplete = 0;
  #spread = 0;

  constructor(
    { workspace, legs, tapOfPoint, shiftOf, referenceOf, capturedFrom, capturedUntil }: Surroundings,
    table: JourneyTable,
    sightingStart: Uint32Array,
  ) {
    this.#context = { workspace, legs, tapOfPoint, shiftOf, referenceOf, capturedFrom, capturedUntil };
    this.table = table;
    this.#sightingStart = sightingStart;
  }

  /** @param index of the path in `groups` @param journeyOf is filled in, by group */
  addPath(path: number, stops: readonly Stop[], roles: Roles, groups: Groups, index: number, journeyOf: Uint32Array | null): void {
    this.#groups = groups;
    this.#index = index;
    this.#stops = stops;
    const start = groups.pathStart[index];
    const count = groups.pathStart[index + 1] - start;
    this.#reserve(count);
    this.last = this.#follow(roles, start, count);
    if (roles.strayKind.size > 0) this.#flagStrays(roles, start, count);
    const order = sortedIndex(this.#first, count, this.#scratch);
    const isHeld = this.#spread >= MIN_HELD_NANOS;
    if (this.#incomplete > 0 || isHeld) {
      if (isHeld) this.#held.fill(0, 0, count);
      for (const direction of [0, 1] as const) {
        const inDirection = order.subarray(0, count).filter((g) => (groups.flags[start + g] & G_REPLY) === direction);
        if (isHeld) this.#flagHeld(inDirection);
        if (this.#incomplete > 0) this.#flagMissing(start, direction, inDirection);
      }
    }
    this.first = this.#first[order[0]];
    this.#write(path, start, count, order, isHeld, journeyOf);
  }

  #reserve(count: number): void {
    if (this.#first.length < count) {
      const size = 2 * count;
      this.#first = new Float64Array(size);
      this.#last = new Float64Array(size);
      this.#firstStop = new Uint8Array(size);
      this.#lastStop = new Uint8Array(size);
      this.#flags = new Uint16Array(size);
      this.#held = new Float64Array(size);
      this.#scratch = [new Uint32Array(size), new Uint32Array(size)];
    }
  }

  /** First and last sighting in order of travel, and what they alone tell. @returns the latest of all. A hot loop. */
  #follow({ side, hasNat }: Roles, start: number, count: number): number {
    const { tapOfPoint, shiftOf, referenceOf, workspace } = this.#context;
    const groups = this.#groups;
    const stops = this.#stops;
    const k = stops.length;
    const { sight, time, flags: groupFlags, kind, stop } = groups;
    const [firsts, lasts, firstStop, lastStop, flags] = [this.#first, this.#last, this.#firstStop, this.#lastStop, this.#flags];
    // A clock without drift or steps is a constant away from the reference; others are asked row by row.
    const taps = stops.map((s) => tapOfPoint[s.point]);
    const shifts = Float64Array.from(taps, (tap) => shiftOf[tap] ?? Number.NaN);
    const timeAt = (stop: number, own: number): number => {
      const shift = shifts[stop];
      return Number.isNaN(shift) ? referenceOf(taps[stop], own) : own + shift;
    };
    let at = groups.sightStart[this.#index];
    let latest = -Infinity;
    let incomplete = 0;
    let [least, most] = [Infinity, -Infinity];
    for (let g = 0; g < count; g++, at += k) {
      let low = 0;
      while (sight[at + low] === 0) low++;
      let high = k - 1;
      while (sight[at + high] === 0) high--;
      const reply = (groupFlags[start + g] & G_REPLY) !== 0;
      const from = reply ? high : low;
      const to = reply ? low : high;
      const first = timeAt(from, time[at + from]);
      let last = first;
      if (from !== to) {
        last = timeAt(to, time[at + to]);
        const transit = last - first;
        if (transit < least) least = transit;
        if (transit > most) most = transit;
      }
      if (high - low + 1 < k) incomplete++;
      firstStop[g] = from;
      lastStop[g] = to;
      firsts[g] = first;
      lasts[g] = last;
      if (last > latest) latest = last;
      let f = (groupFlags[start + g] & G_RANGE) !== 0 ? J_RESEGMENTED : 0;
      if (hasNat && side[from] !== side[to]) f |= J_TRANSLATED;
      const own = kind[start + g];
      if ((own & (K_SOMEWHERE_RETRANSMISSION | K_DUPLICATE)) !== 0) {
        // Elsewhere in one capture the record that repeats another is where that packet went on.
        const isHere = g > 0 && sight[at + from - k] !== 0 && isLikeLast(groups, start + g);
        if ((own & K_DUPLICATE) !== 0 && (from === to || isHere)) f |= J_DUPLICATED;
        const { marks } = workspace.flows[taps[from]].segments;
        const isOwn = stop[start + g] === from;
        const isAgain = isOwn ? (own & K_RETRANSMISSION) !== 0 : (marks[sight[at + from] - 1] & RETRANSMITTED) !== 0;
        if (isAgain) f |= J_RETRANSMISSION;
      }
      flags[g] = f;
    }
    this.#incomplete = incomplete;
    this.#spread = most - least;
    return latest;
  }

  #flagStrays({ side, strayKind }: Roles, start: number, count: number): void {
    const { workspace, tapOfPoint, legs } = this.#context;
    const groups = this.#groups;
    const stops = this.#stops;
    for (let k = 0; k < stops.length; k++) {
      if (stops[k].strays.length === 0) continue;
      const { connection } = workspace.flows[tapOfPoint[stops[k].point]].segments;
      let at = groups.sightStart[this.#index] + k;
      for (let g = 0; g < count; g++, at += stops.length) {
        if (groups.sight[at] === 0) continue;
        const leg = legOfRow(legs, connection, stops[k], groups.sight[at] - 1);
        const kind = leg === undefined ? undefined : strayKind.get(leg.leg);
        if (kind === undefined) continue;
        this.#flags[g] |= kind === 'port-changed' ? J_STRAY | J_PORT_CHANGED : J_STRAY;
        if (kind === 'leak' && isLeaking(groups.flags[start + g] & G_REPLY, side[k])) {
          this.#flags[g] = (this.#flags[g] | J_LEAKED) & ~J_TRANSLATED;
        }
      }
    }
  }

  /** Slower than usual by its direction's median, and overtaken. `order` is by first sighting. */
  #flagHeld(order: Uint32Array): void {
    const moving = order.filter((g) => this.#firstStop[g] !== this.#lastStop[g]);
    if (moving.length <= OVERTAKEN_BY) return;
    const step = Math.max(1, Math.floor(moving.length / TRANSIT_SAMPLES));
    const sample = new Float64Array(Math.ceil(moving.length / step));
    for (let i = 0; i < sample.length; i++) sample[i] = this.#last[moving[i * step]] - this.#first[moving[i * step]];
    sample.sort();
    const usual = sample[sample.length >> 1];
    let earliest = Infinity;
    for (let i = moving.length - 1; i >= 0; i--) {
      const g = moving[i];
      if (i + OVERTAKEN_BY < moving.length) earliest = Math.min(earliest, this.#last[moving[i + OVERTAKEN_BY]]);
      const held = this.#last[g] - this.#first[g] - usual;
      if (held < MIN_HELD_NANOS || held < usual || earliest > this.#last[g]) continue;
      this.#flags[g] |= J_HELD;
      this.#held[g] = held;
    }
  }

  /**
   * Lost: not seen at the end of the way although the capture point there saw what went before and goes on after.
   * Injected: likewise not seen at its start. A record that only repeats another is neither.
   */
  #flagMissing(start: number, direction: 0 | 1, order: Uint32Array): void {
    const { capturedUntil, capturedFrom, tapOfPoint } = this.#context;
    const groups = this.#groups;
    const stops = this.#stops;
    const n = stops.length;
    const [origin, end] = direction === 0 ? [0, n - 1] : [n - 1, 0];
    for (const [stop, bit] of [
      [end, J_LOST],
      [origin, J_INJECTED],
    ] as const) {
      const tap = tapOfPoint[stops[stop].point];
      const sees = (g: number): boolean => groups.sight[groups.sightOf(this.#index, start + g, n) + stop] !== 0;
      let lastSeen = order.length - 1;
      while (lastSeen >= 0 && !sees(order[lastSeen])) lastSeen--;
      let seenBefore = false;
      for (let i = 0; i < order.length; i++) {
        const g = order[i];
        if (sees(g)) {
          seenBefore = true;
          continue;
        }
        const covered = this.#first[g] > capturedFrom[tap] && this.#last[g] + COVER_NANOS < capturedUntil[tap];
        if ((this.#flags[g] & J_DUPLICATED) !== 0 || !(seenBefore ? i < lastSeen || covered : covered && lastSeen > i)) continue;
        if (bit === J_INJECTED && (groups.flags[start + g] & G_COPY) !== 0)
          this.#flags[g] = (this.#flags[g] | J_DUPLICATED) & ~(J_LOST | J_RETRANSMISSION);
        else this.#flags[g] |= bit;
      }
    }
  }

  /** A hot loop, on the columns themselves. */
  #write(path: number, start: number, count: number, order: Uint32Array, isHeld: boolean, journeyOf: Uint32Array | null): void {
    const groups = this.#groups;
    const stops = this.#stops;
    const { tapOfPoint } = this.#context;
    const n = stops.length;
    const {
      direction,
      flags,
      seq,
      payloadLength,
      tcpFlags,
      firstTime,
      lastTime,
      held,
      start: sightings,
      sightingTap,
      sightingRow,
    } = this.table;
    const [firsts, lasts, ownFlags] = [this.#first, this.#last, this.#flags];
    const { sight, kind } = groups;
    const to = this.table.pathStart[path];
    const taps = Uint8Array.from(stops, (s) => tapOfPoint[s.point]);
    const base = groups.sightStart[this.#index];
    let at = this.#sightingStart[path];
    let any = 0;
    this.table.path.fill(path, to, to + count);
    for (let i = 0; i < count; i++) {
      const g = order[i];
      const j = to + i;
      const from = start + g;
      if (journeyOf !== null) journeyOf[from] = j;
      const reply = groups.flags[from] & G_REPLY;
      const f = kind[from] & 0x1ff;
      any |= f;
      direction[j] = reply;
      flags[j] = ownFlags[g];
      seq[j] = groups.seq[from];
      payloadLength[j] = groups.length[from];
      tcpFlags[j] = f;
      firstTime[j] = firsts[g];
      lastTime[j] = lasts[g];
      sightings[j] = at;
      const seen = base + n * g;
      for (let s = 0; s < n; s++) {
        const k = reply !== 0 ? n - 1 - s : s;
        const row = sight[seen + k];
        if (row === 0) continue;
        sightingTap[at] = taps[k];
        sightingRow[at] = row - 1;
        at++;
      }
    }
    // The next path's may not be made yet, and where they begin is where these end.
    sightings[to + count] = at;
    if (isHeld) for (let i = 0; i < count; i++) held[to + i] = this.#held[order[i]];
    this.hasReset = (any & RST) !== 0;
  }
}

/** On the client's side a reply stands untranslated, on the server's side a request. */
export const isLeaking = (reply: number, side: number): boolean => (reply !== 0) === (side === 0);

/** Has a group every number of the one before it? */
const isLikeLast = ({ seq, length, ack, flags, kind }: Groups, g: number): boolean =>
  seq[g] === seq[g - 1] &&
  length[g] === length[g - 1] &&
  ack[g] === ack[g - 1] &&
  ((flags[g] ^ flags[g - 1]) & G_REPLY) === 0 &&
  ((kind[g] ^ kind[g - 1]) & 0x1ff) === 0;
