// Bounds of one clock → points in the plot's own pixels. Drift and steps are taken out: upright is what the offset says, and no more.
import { ticks } from 'd3';
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import type { Domain } from '../shared/curves/chart.ts';

export const PLOT = { height: 156, left: 96, right: 18, top: 10, bottom: 22 } as const;
/** Room that labels want, px. */
const LABEL = { width: 90, height: 26 } as const;
/** A second of bounds that agree to the nanosecond still needs some height. Nanos. */
const LEAST = 1_000;

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** It lies on the wrong side of the clock as that stands: the packet arrives before it was sent. */
  readonly early: boolean;
}

export interface ClockPlotLayout {
  readonly above: readonly PlotPoint[];
  readonly below: readonly PlotPoint[];
  /** y of the offset in force. */
  readonly line: number;
  /** What the packets leave open: y of its upper and lower edge. */
  readonly band: { readonly top: number; readonly bottom: number };
  /** Where the clock was set while capturing. */
  readonly steps: readonly number[];
  /** y of each tick and how far it is from the offset in force, nanoseconds. */
  readonly ticks: readonly { readonly y: number; readonly value: number }[];
  /** x of each tick and its time, Nanos since the capture point's first packet. */
  readonly times: readonly { readonly x: number; readonly value: number }[];
  /** What the plot spans, in the same. */
  readonly span: Domain;
}

/** @returns null where nothing bounds the clock. Far outliers are clamped to the edge: the interval is what matters. */
export function layoutClockPlot(clock: ClockDetail, width: number): ClockPlotLayout | null {
  const { inferred, uncertainty } = clock;
  const above = residuals(clock.above, clock);
  const below = residuals(clock.below, clock);
  if (above.length === 0 || below.length === 0 || !Number.isFinite(inferred.uncertainty)) return null;
  const times = [...above, ...below].map(([t]) => t);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const away = inferred.offset - clock.offset;
  const tightest = Math.max(inferred.uncertainty, LEAST);
  const spread = median([...above, ...below].map(([, v]) => Math.abs(v - away)));
  // Both the offset in force and what the packets say of it are in sight, however far one was set from the other.
  const reach = Math.abs(away) * 1.15 + Math.max(3 * tightest, Math.min(2 * spread, 8 * tightest));
  const { height, left, right, top, bottom } = PLOT;
  const x = (t: number): number => left + ((t - first) / Math.max(1, last - first)) * (width - left - right);
  const y = (v: number): number => top + ((1 - Math.max(-1, Math.min(1, v / reach))) / 2) * (height - top - bottom);
  const place = (list: readonly (readonly [number, number])[], side: 1 | -1): PlotPoint[] =>
    list.map(([t, v]) => ({ x: x(t), y: y(v), early: clock.violations > 0 && side * v < -uncertainty }));
  return {
    above: place(above, 1),
    below: place(below, -1),
    line: y(0),
    band: {
      top: Math.min(y(away + inferred.uncertainty), y(away) - 1),
      bottom: Math.max(y(away - inferred.uncertainty), y(away) + 1),
    },
    steps: clock.steps.map((s) => x(s.time)),
    ticks: ticks(-reach, reach, Math.floor((height - top - bottom) / LABEL.height)).map((value) => ({ y: y(value), value })),
    times: ticks(first, last, Math.max(2, Math.floor((width - left - right) / LABEL.width))).map((value) => ({ x: x(value), value })),
    span: { from: first, to: last },
  };
}

/** Pairs of time and distance from the clock as it stands. */
function residuals(flat: Float64Array, { offset, skewPpm, steps }: ClockDetail): [number, number][] {
  const list: [number, number][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [t, v] = [flat[i] ?? 0, flat[i + 1] ?? 0];
    const stepped = steps.reduce((sum, s) => (t > s.time ? sum + s.by + s.driftPpm * 1e-6 * (t - s.time) : sum), 0);
    list.push([t, v - offset - (skewPpm / 1e6) * t - stepped]);
  }
  return list;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? 0;
}
