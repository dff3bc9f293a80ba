// What a plot says under the pointer: the column of a rate, the nearest round trip.
import type { RatePlot, RttPlot } from '../../../engine/model/plot.ts';

/** Index of the column that holds a time; −1 beside the plot. */
export function columnAt({ start, step, throughput }: RatePlot, time: number): number {
  const at = Math.floor((time - start) / step);
  return at >= 0 && at < throughput.length ? at : -1;
}

/** The last known value up to a column: octets stay in flight, and a window holds, until something else is said. NaN before the first. */
export function heldAt(values: Float64Array, column: number): number {
  for (let i = column; i >= 0; i--) if (!Number.isNaN(values[i])) return values[i] ?? Number.NaN;
  return Number.NaN;
}

/** Index of the round trip nearest in time, −1 where none is within `reach`. */
export function roundTripAt({ time }: RttPlot, at: number, reach: number): number {
  let best = -1;
  let least = reach;
  time.forEach((t, i) => {
    const distance = Math.abs(t - at);
    if (distance <= least) {
      least = distance;
      best = i;
    }
  });
  return best;
}
