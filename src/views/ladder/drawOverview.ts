// The overview strip's pixels: replies grow from the left edge, requests from the right, what is wrong crosses the whole strip.
import { type ScaleLinear, scaleLinear } from 'd3';
import type { Ladder, LadderDensity } from '../../engine/model/ladder.ts';
import type { Theme } from '../../figure/themes.ts';

const PAD = 6;

/** Time ↔ strip px. */
export const overviewScale = (ladder: Pick<Ladder, 'firstTime' | 'lastTime'>, height: number): ScaleLinear<number, number> =>
  scaleLinear()
    .domain([ladder.firstTime, Math.max(ladder.firstTime + 1, ladder.lastTime)])
    .range([PAD, Math.max(PAD + 1, height - PAD)])
    .clamp(true);

export function drawOverview(
  pen: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  ladder: Pick<Ladder, 'firstTime' | 'lastTime'>,
  density: LadderDensity | null,
  window: { readonly from: number; readonly to: number } | null,
  theme: Theme,
): void {
  const { width, height } = size;
  const y = overviewScale(ladder, height);
  pen.fillStyle = theme.card;
  pen.fillRect(0, 0, width, height);
  if (density) drawCounts(pen, width, y, density, theme);
  if (window) {
    const [a, b] = [y(window.from), Math.max(y(window.to), y(window.from) + 8)];
    pen.fillStyle = theme.ink;
    pen.globalAlpha = 0.09;
    pen.fillRect(0, a, width, b - a);
    pen.globalAlpha = 1;
    pen.strokeStyle = theme.mute;
    pen.lineWidth = 1;
    pen.strokeRect(0.5, Math.round(a) + 0.5, width - 1, Math.round(b - a));
    pen.fillStyle = theme.mute;
    for (const edge of [a, b]) pen.fillRect(width / 2 - 6, Math.round(edge) - 1, 12, 3);
  }
}

function drawCounts(pen: CanvasRenderingContext2D, width: number, y: ScaleLinear<number, number>, d: LadderDensity, theme: Theme): void {
  const slice = (d.to - d.from) / Math.max(1, d.length);
  const at = (i: number): number => y(d.from + i * slice);
  const h = Math.max(1, at(1) - at(0));
  let peak = 1;
  for (let i = 0; i < d.length; i++) peak = Math.max(peak, (d.replyBytes[i] ?? 0) + (d.originalBytes[i] ?? 0));
  for (let i = 0; i < d.length; i++) {
    if ((d.packets[i] ?? 0) === 0) continue;
    // The square root keeps the quiet parts visible beside a burst.
    const reply = Math.sqrt((d.replyBytes[i] ?? 0) / peak) * (width - 8);
    const original = Math.sqrt((d.originalBytes[i] ?? 0) / peak) * (width - 8);
    pen.fillStyle = theme.data;
    pen.globalAlpha = 0.42;
    pen.fillRect(2, at(i), Math.max(1.5, reply), h);
    pen.globalAlpha = 0.2;
    pen.fillRect(width - 2 - Math.max(1.5, original), at(i), Math.max(1.5, original), h);
    pen.globalAlpha = 1;
    if ((d.retransmissions[i] ?? 0) > 0) {
      pen.fillStyle = theme.warn;
      pen.fillRect(width - 6, at(i), 4, Math.max(1.5, h));
    }
  }
  for (const [series, tone, weight] of [
    [d.resets, theme.reset, 2],
    [d.leaks, theme.leak, 3],
  ] as const) {
    pen.fillStyle = tone;
    for (let i = 0; i < d.length; i++) if ((series[i] ?? 0) > 0) pen.fillRect(0, Math.round(at(i) - weight / 2), width, weight);
  }
}
