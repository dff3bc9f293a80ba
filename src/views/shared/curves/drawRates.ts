// Throughput as bars with the retransmitted part on top, octets in flight as a line; round trips as a band.
import type { RatePlot, RttPlot } from '../../../engine/model/plot.ts';
import { type Chart, clip, type Domain, padded } from './chart.ts';

export const rateDomain = (p: RatePlot): Domain =>
  padded(0, p.throughput.reduce((most, v, i) => Math.max(most, v + (p.retransmitted[i] ?? 0)), 0) || 1);
export const flightDomain = (p: RatePlot): Domain => padded(0, p.inFlight.reduce((most, v) => (v > most ? v : most), 0) || 1);
export const rttDomain = (p: RttPlot): Domain => padded(0, p.samples > 0 ? p.most : 1);

export function drawRates(c: Chart, plot: RatePlot, flight: Domain, labelFlight: (octets: number) => string): void {
  const { ctx, x, y, colour } = c;
  const ground = y(0);
  const width = Math.max(1, x(plot.start + plot.step) - x(plot.start));
  clip(c, () => {
    for (const [values, below, token] of [
      [plot.throughput, null, 'data'],
      [plot.retransmitted, plot.throughput, 'warn'],
    ] as const) {
      ctx.fillStyle = colour(token);
      ctx.globalAlpha = token === 'data' ? 0.45 : 0.9;
      values.forEach((value, i) => {
        if (value <= 0) return;
        const base = below ? (below[i] ?? 0) : 0;
        const [top, bottom] = [y(base + value), y(base)];
        ctx.fillRect(x(plot.start + i * plot.step), top, width, Math.max(1, Math.min(ground, bottom) - top));
      });
    }
    ctx.globalAlpha = 1;
    const scale = y.copy().domain([flight.from, flight.to]);
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 1;
    ctx.beginPath();
    let drawn = false;
    plot.inFlight.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const px = x(plot.start + (i + 0.5) * plot.step);
      if (drawn) ctx.lineTo(px, scale(value));
      else ctx.moveTo(px, scale(value));
      drawn = true;
    });
    ctx.stroke();
  });
  drawFlightScale(c, flight, labelFlight);
}

/** The line's own scale, inside the right edge. */
function drawFlightScale(c: Chart, flight: Domain, label: (octets: number) => string): void {
  const { ctx, y, width, colour } = c;
  const scale = y.copy().domain([flight.from, flight.to]);
  ctx.font = `10px ${colour('mono')}`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  for (const tick of scale.ticks(2).slice(1)) {
    const text = `${label(tick)} ┤`;
    const wide = ctx.measureText(text).width;
    ctx.fillStyle = colour('card');
    ctx.globalAlpha = 0.8;
    ctx.fillRect(width - 6 - wide, scale(tick) - 7, wide + 4, 13);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colour('ink');
    ctx.fillText(text, width - 4, scale(tick) + 5);
  }
}

export function drawRtt(c: Chart, plot: RttPlot): void {
  const { ctx, x, y, colour } = c;
  clip(c, () => {
    ctx.strokeStyle = colour('data');
    ctx.lineWidth = 2;
    ctx.beginPath();
    plot.time.forEach((time, i) => {
      const px = x(time);
      const bottom = y(plot.low[i] ?? 0);
      ctx.moveTo(px, bottom + 1);
      ctx.lineTo(px, Math.min(bottom - 1, y(plot.high[i] ?? 0)));
    });
    ctx.stroke();
    if (Number.isNaN(plot.median)) return;
    ctx.strokeStyle = colour('ok');
    ctx.lineWidth = 1;
    ctx.setLineDash([5, 4]);
    ctx.beginPath();
    ctx.moveTo(0, y(plot.median));
    ctx.lineTo(c.width, y(plot.median));
    ctx.stroke();
    ctx.setLineDash([]);
  });
}
