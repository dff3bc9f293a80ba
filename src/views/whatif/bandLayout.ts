// Geometry of the window band: columns → steps, packets and offenders in CSS pixels. Pure.
import { scaleLinear } from 'd3';
import type { BandOffender, WindowBand } from '../../engine/model/whatIf.ts';

export interface BandSize {
  readonly width: number;
  readonly height: number;
}

/** A stretch of the band that lasts until the next one. */
interface Step {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

export interface OffenderMark {
  readonly offender: BandOffender;
  readonly x: number;
  readonly y: number;
  /** Where the broken bound lies, for a line to it; null where none of the two drawn bounds was broken. */
  readonly boundY: number | null;
}

export interface BandLayout {
  readonly plot: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly accepted: readonly Step[];
  readonly packets: readonly Step[];
  /** td_end, as points of a line. */
  readonly end: readonly (readonly [number, number])[];
  readonly offenders: readonly OffenderMark[];
  /** Positions of ticks: Nanos since the band's start, and octets. */
  readonly xTicks: readonly { readonly x: number; readonly nanos: number }[];
  readonly yTicks: readonly { readonly y: number; readonly octets: number }[];
}

const MARGIN = { left: 62, right: 12, top: 10, bottom: 22 };
const LEAST_HEIGHT = 1.5;
/** An offender is hit within this distance, CSS px. */
export const REACH = 12;

/** @returns null where the direction had no window at all */
export function layoutBand(band: WindowBand, { width, height }: BandSize): BandLayout | null {
  const range = rangeOf(band);
  if (range === null || width <= MARGIN.left + MARGIN.right || height <= MARGIN.top + MARGIN.bottom) return null;
  const plot = { left: MARGIN.left, top: MARGIN.top, right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const x = scaleLinear([band.from, band.to], [plot.left, plot.right]);
  const y = scaleLinear(range, [plot.bottom, plot.top]).nice();
  const columns = band.lower.length;
  const columnX = (c: number): number => plot.left + ((plot.right - plot.left) * c) / columns;
  const accepted: Step[] = [];
  const packets: Step[] = [];
  const end: [number, number][] = [];
  let open: { from: number; lower: number; upper: number } | null = null;
  const close = (c: number): void => {
    if (open === null) return;
    const top = y(open.upper);
    accepted.push({
      x: columnX(open.from),
      width: columnX(c) - columnX(open.from),
      top,
      bottom: Math.max(y(open.lower), top + LEAST_HEIGHT),
    });
  };
  for (let c = 0; c < columns; c++) {
    const [lower = Number.NaN, upper = Number.NaN] = [band.lower[c], band.upper[c]];
    if (!Number.isNaN(lower)) {
      close(c);
      open = { from: c, lower, upper };
      end.push([columnX(c), y(band.end[c] ?? 0)]);
    }
    const [low = Number.NaN, high = Number.NaN] = [band.packetLow[c], band.packetHigh[c]];
    if (Number.isNaN(low)) continue;
    packets.push({
      x: columnX(c),
      width: Math.max(1, columnX(c + 1) - columnX(c)),
      top: y(high),
      bottom: Math.max(y(low), y(high) + LEAST_HEIGHT),
    });
  }
  close(columns);
  const offenders = band.offenders.map((offender): OffenderMark => {
    const bound = offender.broken === 'I' ? offender.start - offender.by : offender.broken === 'II' ? offender.end + offender.by : null;
    return { offender, x: x(offender.time), y: y((offender.start + offender.end) / 2), boundY: bound === null ? null : y(bound) };
  });
  return {
    plot,
    accepted,
    packets,
    end,
    offenders,
    xTicks: scaleLinear([0, band.to - band.from], [plot.left, plot.right])
      .ticks(Math.max(2, Math.floor((plot.right - plot.left) / 90)))
      .map((nanos) => ({ x: x(band.from + nanos), nanos })),
    yTicks: y.ticks(Math.max(2, Math.floor((plot.bottom - plot.top) / 40))).map((octets) => ({ y: y(octets), octets })),
  };
}

/** The offender under a point, the nearest within reach. */
export function hitOffender(layout: BandLayout, x: number, y: number): BandOffender | null {
  let found: BandOffender | null = null;
  let least = REACH * REACH;
  for (const mark of layout.offenders) {
    const d = (mark.x - x) ** 2 + (mark.y - y) ** 2;
    if (d > least) continue;
    least = d;
    found = mark.offender;
  }
  return found;
}

function rangeOf(band: WindowBand): [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (value: number): void => {
    if (Number.isNaN(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const column of [band.lower, band.upper, band.packetLow, band.packetHigh]) for (const value of column) take(value);
  if (!Number.isFinite(low)) return null;
  for (const o of band.offenders) {
    take(o.start);
    take(o.end);
  }
  return high > low ? [low, high] : [low - 1, high + 1];
}
