// Groups of rows → journeys: in order of time, with what happened to each on its way.
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
import { HAS_TS } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import { G_RANGE, G_REPLY } from './matching.ts';
import { legOfRow } from './roles.ts';

/** Overtaken by this many later ones of its direction: not mere reordering of neighbours. */
const OVERTAKEN_BY = 3;
/** Held back at least this long beyond the usual. */
const MIN_HELD_NANOS = 3e6;
/** A capture point that goes on this long after a packet should have shown it. */
const COVER_NANOS = 5e7;

/** The journeys, and for every group the journey it became. */
export interface Journeys {
  readonly table: JourneyTable;
  readonly journeyOf: Uint32Array;
}

export function buildJourneys(context: Context): Journeys {
  const { groups, drafts } = context;
  const n = groups.count;
  const table = {
    length: n,
    path: new Uint32Array(n),
    direction: new Uint8Array(n),
    flags: new Uint16Array(n),
    seq: new Uint32Array(n),
    payloadLength: new Uint32Array(n),
    tcpFlags: new Uint16Array(n),
    firstTime: new Float64Array(n),
    lastTime: new Float64Array(n),
    held: new Float64Array(n),
    start: new Uint32Array(n + 1),
    sightingTap: new Uint8Array(groups.sightCount),
    sightingRow: new Uint32Array(groups.sightCount),
    pathStart: new Uint32Array(drafts.length + 1),
  };
  const journeyOf = new Uint32Array(n);
  const builder = new Builder(context, table, journeyOf);
  let sightings = 0;
  for (let path = 0; path < drafts.length; path++) {
    table.pathStart[path] = groups.pathStart[path];
    sightings = builder.addPath(path, sightings);
  }
  table.pathStart[drafts.length] = n;
  table.start[n] = sightings;
  table.sightingTap = table.sightingTap.slice(0, sightings);
  table.sightingRow = table.sightingRow.slice(0, sightings);
  return { table, journeyOf };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Times and order of one path at a time; scratch columns are shared between paths. */
class Builder {
  readonly #context: Context;
  readonly #table: Writable<JourneyTable>;
  readonly #journeyOf: Uint32Array;
  #first = new Float64Array(1024);
  #last = new Float64Array(1024);
  #firstStop = new Int16Array(1024);
  #lastStop = new Int16Array(1024);

  constructor(context: Context, table: Writable<JourneyTable>, journeyOf: Uint32Array) {
    this.#context = context;
    this.#table = table;
    this.#journeyOf = journeyOf;
  }

  addPath(path: number, sightings: number): number {
    const { groups } = this.#context;
    const start = groups.pathStart[path];
    const count = groups.pathStart[path + 1] - start;
    this.#time(path, start, count);
    const order = sortedByTime(this.#first, count);
    const flags = new Uint16Array(count);
    this.#flagRoutes(path, start, count, flags);
    for (const direction of [0, 1] as const) {
      const inDirection = order.filter((g) => (groups.flags[start + g] & G_REPLY) === direction);
      this.#flagHeld(start, inDirection, flags);
      this.#flagMissing(path, start, direction, inDirection, flags);
    }
    return this.#write(path, start, order, flags, sightings);
  }

  /** First and last sighting in order of travel. */
  #time(path: number, start: number, count: number): void {
    const { groups, drafts, tapOfPoint, timeOf } = this.#context;
    const { stops } = drafts[path];
    const k = stops.length;
    if (this.#first.length < count) {
      const size = 2 * count;
      this.#first = new Float64Array(size);
      this.#last = new Float64Array(size);
      this.#firstStop = new Int16Array(size);
      this.#lastStop = new Int16Array(size);
    }
    for (let g = 0; g < count; g++) {
      const at = groups.sightOf(path, start + g, k);
      const reply = (groups.flags[start + g] & G_REPLY) !== 0;
      let low = 0;
      while (groups.sight[at + low] === 0) low++;
      let high = k - 1;
      while (groups.sight[at + high] === 0) high--;
      const [from, to] = reply ? [high, low] : [low, high];
      this.#firstStop[g] = from;
      this.#lastStop[g] = to;
      this.#first[g] = timeOf(tapOfPoint[stops[from].point], groups.sight[at + from] - 1);
      this.#last[g] = from === to ? this.#first[g] : timeOf(tapOfPoint[stops[to].point], groups.sight[at + to] - 1);
    }
  }

  #flagRoutes(path: number, start: number, count: number, flags: Uint16Array): void {
    const { groups, drafts, roles, workspace, tapOfPoint, legs } = this.#context;
    const { stops } = drafts[path];
    const { side, strayKind, hasNat } = roles[path];
    const anyStray = strayKind.size > 0;
    for (let g = 0; g < count; g++) {
      const at = groups.sightOf(path, start + g, stops.length);
      const [from, to] = [this.#firstStop[g], this.#lastStop[g]];
      let f = (groups.flags[start + g] & G_RANGE) !== 0 ? J_RESEGMENTED : 0;
      if (anyStray) {
        for (let k = 0; k < stops.length; k++) {
          if (groups.sight[at + k] === 0 || stops[k].strays.length === 0) continue;
          const flow = workspace.flows[tapOfPoint[stops[k].point]];
          const leg = legOfRow(legs, flow.segments.connection, stops[k], groups.sight[at + k] - 1);
          const kind = leg === undefined ? undefined : strayKind.get(leg.leg);
          if (kind === undefined) continue;
          f |= J_STRAY;
          if (kind === 'port-changed') f |= J_PORT_CHANGED;
          if (kind === 'leak' && isLeaking(groups.flags[start + g] & G_REPLY, side[k])) f |= J_LEAKED;
        }
      }
      if (hasNat && from !== to && side[from] !== side[to] && (f & J_LEAKED) === 0) f |= J_TRANSLATED;
      const flow = workspace.flows[tapOfPoint[stops[from].point]];
      const mark = flow.segments.marks[groups.sight[at + from] - 1];
      if ((mark & (RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION)) !== 0) f |= J_RETRANSMISSION;
      flags[g] = f;
    }
  }

  /** Slower than usual by its direction's median, and overtaken. `order` is by first sighting. */
  #flagHeld(start: number, order: Uint32Array, flags: Uint16Array): void {
    const moving = order.filter((g) => this.#firstStop[g] !== this.#lastStop[g]);
    if (moving.length <= OVERTAKEN_BY) return;
    const transit = Float64Array.from(moving, (g) => this.#last[g] - this.#first[g]).sort();
    const usual = transit[transit.length >> 1];
    let earliest = Infinity;
    for (let i = moving.length - 1; i >= 0; i--) {
      const g = moving[i];
      const later = moving[i + OVERTAKEN_BY];
      if (later !== undefined) earliest = Math.min(earliest, this.#last[later]);
      const held = this.#last[g] - this.#first[g] - usual;
      if (held < MIN_HELD_NANOS || held < usual || earliest > this.#last[g]) continue;
      flags[g] |= J_HELD;
      this.#table.held[start + g] = held;
    }
  }

  /** Lost: not seen at the end of the way although the capture point there saw what went before and goes on after. Injected: likewise at its start. */
  #flagMissing(path: number, start: number, direction: 0 | 1, order: Uint32Array, flags: Uint16Array): void {
    const { groups, drafts, capturedUntil, capturedFrom, tapOfPoint } = this.#context;
    const { stops } = drafts[path];
    const n = stops.length;
    if (n < 2) return;
    const [origin, end] = direction === 0 ? [0, n - 1] : [n - 1, 0];
    const sees = (g: number, k: number): boolean => groups.sight[groups.sightOf(path, start + g, n) + k] !== 0;
    for (const [stop, bit] of [
      [end, J_LOST],
      [origin, J_INJECTED],
    ] as const) {
      const tap = tapOfPoint[stops[stop].point];
      let seenBefore = false;
      let lastSeen = -1;
      order.forEach((g, i) => {
        if (sees(g, stop)) lastSeen = i;
      });
      order.forEach((g, i) => {
        if (sees(g, stop)) {
          seenBefore = true;
          return;
        }
        const covered = this.#first[g] > capturedFrom[tap] && this.#last[g] + COVER_NANOS < capturedUntil[tap];
        const neighbours = seenBefore ? i < lastSeen || covered : covered && lastSeen > i;
        if (neighbours && (flags[g] & J_STRAY) === 0) flags[g] |= bit;
        else if (neighbours && bit === J_LOST) flags[g] |= bit;
      });
    }
  }

  #write(path: number, start: number, order: Uint32Array, flags: Uint16Array, sightings: number): number {
    const { groups, drafts, tapOfPoint } = this.#context;
    const { stops } = drafts[path];
    const table = this.#table;
    const held = table.held.slice(start, start + order.length);
    let at = sightings;
    for (let i = 0; i < order.length; i++) {
      const g = order[i];
      const j = start + i;
      this.#journeyOf[start + g] = j;
      const reply = groups.flags[start + g] & G_REPLY;
      const stop = stops[groups.stop[start + g]];
      const { packets } = this.#context.legs.points[stop.point];
      table.path[j] = path;
      table.direction[j] = reply;
      table.flags[j] = flags[g] | (isDuplicate(packets, groups.row[start + g], this.#context, stop.point) ? J_DUPLICATED : 0);
      table.seq[j] = groups.seq[start + g];
      table.payloadLength[j] = groups.length[start + g];
      table.tcpFlags[j] = packets.flags[groups.row[start + g]] & 0x1ff;
      table.firstTime[j] = this.#first[g];
      table.lastTime[j] = this.#last[g];
      table.held[j] = held[g];
      table.start[j] = at;
      const sight = groups.sightOf(path, start + g, stops.length);
      for (let s = 0; s < stops.length; s++) {
        const k = reply ? stops.length - 1 - s : s;
        if (groups.sight[sight + k] === 0) continue;
        table.sightingTap[at] = tapOfPoint[stops[k].point];
        table.sightingRow[at] = groups.sight[sight + k] - 1;
        at++;
      }
    }
    return at;
  }
}

/** On the client's side a reply stands untranslated, on the server's side a request. */
export const isLeaking = (reply: number, side: number): boolean => (reply !== 0) === (side === 0);

function isDuplicate(packets: { readonly flags: Uint16Array }, row: number, context: Context, point: number): boolean {
  if ((packets.flags[row] & HAS_TS) === 0 && context.legs.points[point].packets.ipId[row] === 0) return false;
  return (context.workspace.flows[context.tapOfPoint[point]].segments.marks[row] & 0x4000) !== 0;
}

/** Indices 0 … count − 1 by time; equal times keep their order. Mostly sorted runs, as two directions are: natural merge. */
function sortedByTime(time: Float64Array, count: number): Uint32Array {
  let from = new Uint32Array(count);
  for (let i = 0; i < count; i++) from[i] = i;
  const runs: number[] = [0];
  for (let i = 1; i < count; i++) if (time[i] < time[i - 1]) runs.push(i);
  runs.push(count);
  let to = new Uint32Array(count);
  let bounds = runs;
  while (bounds.length > 2) {
    const next: number[] = [0];
    for (let r = 0; r + 1 < bounds.length; r += 2) {
      const middle = bounds[r + 1];
      const end = bounds[r + 2] ?? middle;
      merge(time, from, to, bounds[r], middle, end);
      next.push(end);
    }
    bounds = next;
    [from, to] = [to, from];
  }
  return from;
}

function merge(time: Float64Array, from: Uint32Array, to: Uint32Array, start: number, middle: number, end: number): void {
  let [a, b] = [start, middle];
  for (let i = start; i < end; i++) {
    to[i] = a < middle && (b >= end || time[from[a]] <= time[from[b]]) ? from[a++] : from[b++];
  }
}
