import { expect, test } from 'vitest';
import { columnAt, heldAt, roundTripAt } from './readout.ts';

const column = new Float64Array(4);
const rates = { start: 100, step: 10, throughput: column, retransmitted: column, inFlight: column, window: column };

test('a time has its column, and none beside the plot', () => {
  expect([99, 100, 109.9, 110, 139, 140].map((t) => columnAt(rates, t))).toEqual([-1, 0, 0, 1, 3, -1]);
});

test('what is in flight stays in flight until something else is said', () => {
  const values = Float64Array.of(Number.NaN, 7, Number.NaN, 9);
  expect([0, 1, 2, 3].map((i) => heldAt(values, i))).toEqual([Number.NaN, 7, 7, 9]);
});

test('the nearest round trip within reach', () => {
  const plot = {
    time: Float64Array.of(10, 20, 50),
    low: column,
    high: column,
    row: new Uint32Array(3),
    samples: 3,
    median: 1,
    least: 1,
    most: 1,
  };
  expect([12, 16, 36, 50].map((t) => roundTripAt(plot, t, 8))).toEqual([0, 1, -1, 2]);
});
