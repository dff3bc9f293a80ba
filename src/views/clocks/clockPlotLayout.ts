// Bounds of one clock → points in the plot's own pixels.
import type { ClockDetail } from '../../engine/model/connectionList.ts';

export const PLOT = { width: 560, height: 170, left: 74, right: 8, top: 8, bottom: 22 } as const;

export interface ClockPlotLayout {
  readonly above: readonly (readonly [number, number])[];
  readonly below: readonly (readonly [number, number])[];
  /** The band that the offset lies in, from the first to the last bound: y of its middle and both edges. */
  readonly line: { readonly from: readonly [number, number]; readonly to: readonly [number, number] };
  readonly half: number;
  /** y and value of each tick, nanoseconds. */
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
  readonly seconds: number;
}

/** @returns null where nothing bounds the clock. Far outliers are clamped to the edge: the interval is what matters. */
export function layoutClockPlot(clock: ClockDetail): ClockPlotLayout | null {
  const above = pairs(clock.above);
  const below = pairs(clock.below);
  if (above.length === 0 || below.length === 0 || !Number.isFinite(clock.uncertainty)) return null;
  const times = [...above, ...below].map(([t]) => t);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const drift = (t: number): number => (clock.skewPpm / 1e6) * t;
  const tightest = Math.max(clock.uncertainty, 1_000);
  const spread = median([...above, ...below].map(([t, v]) => Math.abs(v - clock.offset - drift(t))));
  const reach = Math.max(3 * tightest, Math.min(2 * spread, 8 * tightest), Math.abs(drift(last)) * 1.5);
  const { width, height, left, right, top, bottom } = PLOT;
  const x = (t: number): number => left + ((t - first) / Math.max(1, last - first)) * (width - left - right);
  const y = (v: number): number => {
    const at = (v - clock.offset) / reach;
    return top + ((1 - Math.max(-1, Math.min(1, at))) / 2) * (height - top - bottom);
  };
  const place = (list: readonly (readonly [number, number])[]) => list.map(([t, v]) => [x(t), y(v)] as const);
  return {
    above: place(above),
    below: place(below),
    line: { from: [x(first), y(clock.offset + drift(first))], to: [x(last), y(clock.offset + drift(last))] },
    half: Math.max(1, (y(clock.offset - clock.uncertainty) - y(clock.offset + clock.uncertainty)) / 2),
    ticks: [1, 0.5, 0, -0.5, -1].map((part) => ({ y: y(clock.offset + part * reach), value: part * reach })),
    seconds: (last - first) / 1e9,
  };
}

function pairs(flat: Float64Array): [number, number][] {
  const list: [number, number][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) list.push([flat[i] ?? 0, flat[i + 1] ?? 0]);
  return list;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? 0;
}
