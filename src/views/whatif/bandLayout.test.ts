import { expect, test } from 'vitest';
import type { BandOffender, WindowBand } from '../../engine/model/whatIf.ts';
import { hitOffender, layoutBand, REACH } from './bandLayout.ts';

const NONE = Number.NaN;
const offender = (part: Partial<BandOffender>): BandOffender => ({
  packet: { tap: 0 as never, row: 7 as never },
  journey: 7 as never,
  time: 50,
  start: -1000,
  end: -900,
  verdict: 4,
  broken: 'II',
  by: 1000,
  ...part,
});
const band = (part: Partial<WindowBand> = {}): WindowBand => ({
  path: 0 as never,
  direction: 1,
  from: 0,
  to: 100,
  lower: Float64Array.of(0, NONE, 100, 200),
  upper: Float64Array.of(500, NONE, 600, 700),
  packetLow: Float64Array.of(10, NONE, 110, NONE),
  packetHigh: Float64Array.of(20, NONE, 120, NONE),
  end: Float64Array.of(20, NONE, 120, 220),
  offenders: [offender({})],
  offenderCount: 1,
  ...part,
});
const SIZE = { width: 400, height: 200 };

test('a column without a packet keeps the band of the one before', () => {
  const layout = layoutBand(band(), SIZE);
  expect(layout?.accepted.length).toBe(3);
  expect(layout?.accepted[0]?.width).toBeCloseTo(2 * (layout?.accepted[1]?.width ?? 0));
});

test('an offender lies outside, with a line to the bound it broke', () => {
  const layout = layoutBand(band(), SIZE);
  const mark = layout?.offenders[0];
  expect(mark?.y).toBeGreaterThan(mark?.boundY ?? Number.POSITIVE_INFINITY);
  expect(mark?.boundY).toBeLessThan(layout?.plot.bottom ?? 0);
});

test('the nearest offender within reach is hit', () => {
  const layout = layoutBand(band(), SIZE);
  const mark = layout?.offenders[0];
  if (!layout || !mark) throw new Error('no layout');
  expect(hitOffender(layout, mark.x + 3, mark.y)).toBe(mark.offender);
  expect(hitOffender(layout, mark.x + REACH + 1, mark.y)).toBeNull();
});

test('no window, no picture; no room, no picture', () => {
  const none = Float64Array.of(NONE, NONE);
  expect(layoutBand(band({ lower: none, upper: none, packetLow: none, packetHigh: none, end: none }), SIZE)).toBeNull();
  expect(layoutBand(band(), { width: 10, height: 10 })).toBeNull();
});
