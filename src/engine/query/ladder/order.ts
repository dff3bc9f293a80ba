// All journeys of a ladder's paths in order of time, by ordinal; and tap times on the reference clock.
import type { Analysis } from '../../model/analysis.ts';
import { clockAheadAt } from '../../model/clockTime.ts';
import type { Clock, JourneyTable, Workspace } from '../../model/correlation.ts';
import { type JourneyId, journeyId, type Nanos, nanos, type PathId, type TapId } from '../../model/units.ts';

export interface Order {
  readonly length: number;
  readonly journey: (ordinal: number) => JourneyId;
  /** −1 where the journey is of no path of the ladder. */
  readonly ordinal: (journey: JourneyId) => number;
  /** First ordinal whose journey starts at or after `time`. */
  readonly at: (time: Nanos) => number;
}

/** One path needs no index: its journeys lie in order. Several are merged. */
export function orderOf(journeys: JourneyTable, paths: readonly PathId[]): Order {
  const spans = paths.map((p) => ({ from: journeys.pathStart[p], to: journeys.pathEnd[p] }));
  const first = spans[0];
  if (!first) return { length: 0, journey: () => journeyId(0), ordinal: () => -1, at: () => 0 };
  const length = spans.reduce((n, s) => n + s.to - s.from, 0);
  const merged = spans.length === 1 ? null : merge(journeys, spans, length);
  const journey = (ordinal: number): JourneyId => journeyId(merged ? merged.order[ordinal] : first.from + ordinal);
  const at = (time: Nanos): number => {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (journeys.firstTime[journey(middle)] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const ordinal = (j: JourneyId): number => {
    if (!merged) return j >= first.from && j < first.to ? j - first.from : -1;
    let base = 0;
    for (const s of spans) {
      if (j >= s.from && j < s.to) return merged.place[base + j - s.from];
      base += s.to - s.from;
    }
    return -1;
  };
  return { length, journey, ordinal, at };
}

/** Merges runs that are sorted each: the earliest head goes next, the earlier path first where times are equal. */
function merge(
  journeys: JourneyTable,
  spans: readonly { from: number; to: number }[],
  length: number,
): { order: Uint32Array; place: Uint32Array } {
  const order = new Uint32Array(length);
  const place = new Uint32Array(length);
  const head = spans.map((s) => s.from);
  const base = spans.map((_, i) => spans.slice(0, i).reduce((n, s) => n + s.to - s.from, 0));
  for (let i = 0; i < length; i++) {
    let best = -1;
    for (let s = 0; s < spans.length; s++) {
      if (head[s] >= spans[s].to) continue;
      if (best < 0 || journeys.firstTime[head[s]] < journeys.firstTime[head[best]]) best = s;
    }
    place[base[best] + head[best] - spans[best].from] = i;
    order[i] = head[best]++;
  }
  return { order, place };
}

/** A tap's own time → reference clock, Nanos since `Workspace.epoch`. */
export function referenceTime(workspace: Workspace, clocks: readonly Clock[], tap: TapId, row: number): Nanos {
  const { packets } = workspace.taps[tap];
  const own = packets.time[row];
  const clock = clocks[tap];
  const start = Number(packets.epoch - workspace.epoch);
  if (!clock) return nanos(start + own);
  return nanos(Math.round(start + own - clockAheadAt(clock, own, row)));
}

/** Journeys by packet, for the packets asked for only: one pass over the sightings of the ladder's paths. */
export function journeysOf(
  analysis: Analysis,
  paths: readonly PathId[],
  wanted: readonly { readonly tap: number; readonly row: number }[],
): ReadonlyMap<string, JourneyId> {
  const { journeys } = analysis.correlation;
  const found = new Map<string, JourneyId>();
  const rows = new Set(wanted.map((w) => w.row));
  const keys = new Set(wanted.map(packetKey));
  if (keys.size === 0) return found;
  for (const p of paths) {
    for (let j = journeys.pathStart[p]; j < journeys.pathEnd[p]; j++) {
      for (let s = journeys.start[j]; s < journeys.start[j + 1]; s++) {
        if (!rows.has(journeys.sightingRow[s])) continue;
        const key = packetKey({ tap: journeys.sightingTap[s], row: journeys.sightingRow[s] });
        if (keys.has(key) && !found.has(key)) found.set(key, journeyId(j));
      }
    }
  }
  return found;
}

export const packetKey = (p: { readonly tap: number; readonly row: number }): string => `${p.tap}:${p.row}`;
