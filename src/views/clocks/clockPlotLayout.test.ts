import { expect, test } from 'vitest';
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import { tapId } from '../../engine/model/units.ts';
import { layoutClockPlot, PLOT } from './clockPlotLayout.ts';
import { parseMilliseconds } from './PinOffset.tsx';

const WIDTH = 500;
const clock = (part: Partial<ClockDetail>): ClockDetail => ({
  tap: tapId(1),
  position: 'server',
  reference: false,
  offset: 1_000_000,
  uncertainty: 100_000,
  apart: '',
  pinned: false,
  inferred: { offset: 1_000_000, uncertainty: 100_000 },
  skewPpm: 0,
  matched: 4,
  violations: 0,
  early: [],
  steps: [],
  above: Float64Array.of(0, 1_100_000, 1e9, 9e9),
  below: Float64Array.of(0, 900_000, 1e9, 800_000),
  ...part,
});

test('bounds lie on their side of the offset, outliers at the edge', () => {
  const layout = layoutClockPlot(clock({}), WIDTH);
  const middle = layout?.line ?? 0;
  expect(layout?.above.every(({ y, early }) => y < middle && !early)).toBe(true);
  expect(layout?.below.every(({ y, early }) => y > middle && !early)).toBe(true);
  expect(layout?.above[1]).toMatchObject({ x: WIDTH - PLOT.right, y: PLOT.top });
});

test('a clock that nothing bounds has no plot', () => {
  expect(layoutClockPlot(clock({ above: new Float64Array(0) }), WIDTH)).toBeNull();
  const unbounded = { offset: 0, uncertainty: Number.POSITIVE_INFINITY };
  expect(layoutClockPlot(clock({ uncertainty: Number.POSITIVE_INFINITY, inferred: unbounded }), WIDTH)).toBeNull();
});

test('an offset set far from what the packets say: both are in sight, and the bounds it breaks are marked', () => {
  const layout = layoutClockPlot(clock({ pinned: true, offset: 60_000_000, uncertainty: 0, violations: 1 }), WIDTH);
  expect(layout?.band.top).toBeGreaterThan(layout?.line ?? 0);
  expect(layout?.band.bottom).toBeLessThan(PLOT.height - PLOT.bottom);
  expect(layout?.above.map((p) => p.early)).toEqual([true, false]);
  expect(layout?.below.map((p) => p.early)).toEqual([false, false]);
});

test('drift, a step of the clock and another drift from there on are taken out of its bounds', () => {
  const at = (t: number): number => 1_000_000 + 50e-6 * t + (t > 5e9 ? 2e9 + 30e-6 * (t - 5e9) : 0);
  const times = [0, 4e9, 6e9, 10e9];
  const layout = layoutClockPlot(
    clock({
      skewPpm: 50,
      steps: [{ time: 5e9, by: 2e9, driftPpm: 30 }],
      above: Float64Array.from(times.flatMap((t) => [t, at(t) + 100_000])),
      below: Float64Array.from(times.flatMap((t) => [t, at(t) - 100_000])),
    }),
    WIDTH,
  );
  expect(layout?.above.map((p) => p.y.toFixed(3))).toEqual(Array(4).fill(layout?.band.top.toFixed(3)));
  expect(layout?.below.map((p) => p.y.toFixed(3))).toEqual(Array(4).fill(layout?.band.bottom.toFixed(3)));
  expect(layout?.steps).toHaveLength(1);
});

test('both axes have round numbers: own time, distance from the offset', () => {
  const layout = layoutClockPlot(clock({}), WIDTH);
  expect(layout?.times.map((tick) => tick.value / 1e9)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(layout?.times[5]?.x).toBeCloseTo(WIDTH - PLOT.right);
  const values = layout?.ticks.map((tick) => tick.value / 1e3) ?? [];
  expect(values).toContain(0);
  for (const value of values) expect(value % 100).toBeCloseTo(0);
});

test('milliseconds are read as people type and copy them', () => {
  expect(['-3700.064', '−3 700.064', '+1.5', '.5', ' 12 '].map(parseMilliseconds)).toEqual([-3700.064, -3700.064, 1.5, 0.5, 12]);
  expect(['', '-', '1,5', '1e3', '0x10', 'NaN'].map(parseMilliseconds)).toEqual(Array(6).fill(null));
});
