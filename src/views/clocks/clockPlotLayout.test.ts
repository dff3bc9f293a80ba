import { expect, test } from 'vitest';
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import { tapId } from '../../engine/model/units.ts';
import { layoutClockPlot, PLOT } from './clockPlotLayout.ts';

const clock = (part: Partial<ClockDetail>): ClockDetail => ({
  tap: tapId(1),
  position: 'server',
  reference: false,
  offset: 1_000_000,
  uncertainty: 100_000,
  skewPpm: 0,
  matched: 4,
  violations: 0,
  steps: [],
  above: Float64Array.of(0, 1_100_000, 1e9, 9e9),
  below: Float64Array.of(0, 900_000, 1e9, 800_000),
  ...part,
});

test('bounds lie on their side of the offset, outliers at the edge', () => {
  const layout = layoutClockPlot(clock({}));
  const middle = layout?.line.from[1] ?? 0;
  expect(layout?.above.every(([, y]) => y < middle)).toBe(true);
  expect(layout?.below.every(([, y]) => y > middle)).toBe(true);
  expect(layout?.above[1]?.[1]).toBe(PLOT.top);
  expect(layout?.above[1]?.[0]).toBe(PLOT.width - PLOT.right);
});

test('a clock that nothing bounds has no plot', () => {
  expect(layoutClockPlot(clock({ above: new Float64Array(0) }))).toBeNull();
  expect(layoutClockPlot(clock({ uncertainty: Number.POSITIVE_INFINITY }))).toBeNull();
});
