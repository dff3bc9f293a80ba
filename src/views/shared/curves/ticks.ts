// Labels of the time axis: seconds since the incident's first packet, with as many digits as the stretch needs.
import type { Domain } from './chart.ts';

/** Takes Nanos since the origin of the axis. */
export function formatTick(window: Domain): (nanoseconds: number) => string {
  const span = (window.to - window.from) / 1e9;
  const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(Math.max(1e-9, span / 8)))));
  return (nanoseconds) => `${(nanoseconds / 1e9).toFixed(digits)} s`;
}
