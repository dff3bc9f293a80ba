// The texture of true time: per few pixels what each side sent, from the count pyramid. Costs pixels, not packets.
import type { LadderDensity } from '../../engine/model/ladder.ts';
import { nanos } from '../../engine/model/units.ts';
import type { Figure } from '../../figure/layout.ts';
import type { Theme } from '../../figure/themes.ts';

export function drawDensity(pen: CanvasRenderingContext2D, figure: Figure, density: LadderDensity, theme: Theme): void {
  const { left, right } = figure.stage;
  const reach = (right - left) * 0.3;
  const width = (density.to - density.from) / Math.max(1, density.length);
  let peak = 1;
  for (let i = 0; i < density.length; i++) peak = Math.max(peak, density.originalBytes[i] ?? 0, density.replyBytes[i] ?? 0);
  for (let i = 0; i < density.length; i++) {
    const count = density.packets[i] ?? 0;
    if (count === 0) continue;
    const y = figure.map.y(nanos(density.from + i * width));
    const h = Math.max(1, figure.map.y(nanos(density.from + (i + 1) * width)) - y);
    pen.fillStyle = theme.data;
    pen.globalAlpha = 0.05;
    pen.fillRect(left, y, right - left, h);
    pen.globalAlpha = 0.2;
    // What carries no data is still there: at least a hair.
    const reply = (reach * (density.replyBytes[i] ?? 0)) / peak;
    const original = (reach * (density.originalBytes[i] ?? 0)) / peak;
    pen.fillRect(left, y, Math.max(2, reply), h);
    pen.fillRect(right - Math.max(2, original), y, Math.max(2, original), h);
    if ((density.retransmissions[i] ?? 0) > 0) {
      pen.globalAlpha = 0.9;
      pen.fillStyle = theme.warn;
      pen.fillRect(left + 2, y, 7, Math.max(1, Math.min(2, h)));
    }
  }
  pen.globalAlpha = 1;
}
