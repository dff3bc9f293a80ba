// Round times beside the lanes in the true-time scale, where no packet's own time stands already.
import { ticks } from 'd3';
import { type Nanos, nanos } from '../../engine/model/units.ts';
import type { Figure } from '../../figure/layout.ts';
import type { Theme } from '../../figure/themes.ts';
import type { Fonts } from './drawCanvas.ts';

const TICKS = 9;
const ROOM = 15;

export function drawTimeAxis(
  pen: CanvasRenderingContext2D,
  figure: Figure,
  view: { readonly top: number; readonly height: number },
  origin: Nanos,
  formatTime: (time: Nanos) => string,
  theme: Theme,
  fonts: Fonts,
): void {
  const [from, to] = [figure.map.time(view.top), figure.map.time(view.top + view.height)];
  if (to <= from) return;
  const taken = figure.labels.filter((l) => l.owner.startsWith('t:')).map((l) => l.y);
  pen.font = `11px ${fonts.mono}`;
  const x = Math.max(pen.measureText(formatTime(to)).width + 14, figure.stage.left - 104);
  pen.textAlign = 'right';
  let before = Number.NEGATIVE_INFINITY;
  for (const tick of ticks(from - origin, to - origin, TICKS)) {
    const time = nanos(Math.round(tick + origin));
    const y = figure.map.y(time);
    pen.fillStyle = theme.hair;
    pen.fillRect(x + 4, Math.round(y), figure.stage.right - x + 8, 1);
    if (y - before < ROOM || taken.some((t) => Math.abs(t - 4 - y) < ROOM)) continue;
    before = y;
    pen.fillStyle = theme.mute;
    pen.fillText(formatTime(time), x, y + 4);
  }
  pen.textAlign = 'left';
}
