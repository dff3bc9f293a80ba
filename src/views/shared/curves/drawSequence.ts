// tcptrace's picture: segments between the line of what was acknowledged and the line of what the window allows.

import type { SequencePlot } from '../../../engine/model/plot.ts';
import * as K from '../../../engine/model/plot.ts';
import { type Chart, clip, type Domain, padded, stepLine } from './chart.ts';

/** From the lowest octet to the highest, the window's edge only as far as it is near. */
export function octetDomain(plot: SequencePlot): Domain {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const see = (value: number): void => {
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const v of plot.segments.low) see(v);
  for (const v of plot.segments.high) see(v);
  for (const v of plot.acks.value) see(v);
  const reach = high + (high - low) * 0.35;
  let edge = high;
  for (const v of plot.acks.edge) if (v > edge && v <= reach) edge = v;
  return padded(low, edge);
}

interface Look {
  readonly token: string;
  readonly width: number;
  readonly cap: number;
}
const LOOKS: Readonly<Record<number, Look>> = {
  [K.S_DATA]: { token: 'data', width: 1.5, cap: 2 },
  [K.S_SYN]: { token: 'ink', width: 1.5, cap: 3 },
  [K.S_FIN]: { token: 'ink', width: 1.5, cap: 3 },
  [K.S_OUT_OF_ORDER]: { token: 'warn', width: 1.5, cap: 3 },
  [K.S_RETRANSMISSION]: { token: 'warn', width: 2.5, cap: 4 },
  [K.S_LEAK]: { token: 'leak', width: 3, cap: 6 },
  [K.S_RESET]: { token: 'reset', width: 2, cap: 5 },
};

/** @param hovered index of a segment that stands out, or −1 */
export function drawSequence(c: Chart, plot: SequencePlot, hovered: number, selectedRow: number): void {
  const { ctx, colour } = c;
  clip(c, () => {
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 3]);
    ctx.strokeStyle = colour('ack');
    stepLine(c, plot.acks.time, plot.acks.edge);
    ctx.setLineDash([]);
    ctx.lineWidth = 1.3;
    ctx.strokeStyle = colour('ok');
    stepLine(c, plot.acks.time, plot.acks.value);
    drawSacks(c, plot);
    // Quiet kinds first, so that leaks and RSTs lie on top.
    for (const kind of [K.S_DATA, K.S_SYN, K.S_FIN, K.S_OUT_OF_ORDER, K.S_RETRANSMISSION, K.S_RESET, K.S_LEAK]) drawKind(c, plot, kind);
    plot.segments.row.forEach((row, i) => {
      if (row === selectedRow || i === hovered) ring(c, plot, i, row === selectedRow ? 'ink' : 'focus');
    });
  });
}

function drawKind(c: Chart, plot: SequencePlot, kind: number): void {
  const { ctx, x, y, colour } = c;
  const look = LOOKS[kind];
  if (!look) return;
  const { time, low, high } = plot.segments;
  ctx.strokeStyle = colour(look.token);
  ctx.lineWidth = look.width;
  ctx.beginPath();
  plot.segments.kind.forEach((k, i) => {
    if (k !== kind) return;
    const px = x(time[i] ?? 0);
    const bottom = y(low[i] ?? 0);
    const top = Math.min(bottom - 1, y(high[i] ?? 0));
    if (kind === K.S_RESET) cross(ctx, px, bottom, look.cap);
    else if (kind === K.S_LEAK) diamond(ctx, px, (top + bottom) / 2, look.cap);
    ctx.moveTo(px, bottom);
    ctx.lineTo(px, top);
    if (kind === K.S_RESET || kind === K.S_LEAK) return;
    ctx.moveTo(px - look.cap, bottom);
    ctx.lineTo(px + look.cap, bottom);
    ctx.moveTo(px - look.cap, top);
    ctx.lineTo(px + look.cap, top);
  });
  ctx.stroke();
}

function drawSacks(c: Chart, plot: SequencePlot): void {
  const { ctx, x, y, colour } = c;
  ctx.strokeStyle = colour('ok');
  ctx.lineWidth = 3;
  ctx.globalAlpha = 0.35;
  ctx.beginPath();
  plot.sacks.time.forEach((time, i) => {
    const px = x(time);
    ctx.moveTo(px, y(plot.sacks.low[i] ?? 0));
    ctx.lineTo(px, y(plot.sacks.high[i] ?? 0));
  });
  ctx.stroke();
  ctx.globalAlpha = 1;
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.moveTo(x - r, y - r);
  ctx.lineTo(x + r, y + r);
  ctx.moveTo(x + r, y - r);
  ctx.lineTo(x - r, y + r);
}

function diamond(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.moveTo(x - r, y);
  ctx.lineTo(x, y - r);
  ctx.lineTo(x + r, y);
  ctx.lineTo(x, y + r);
  ctx.closePath();
}

function ring(c: Chart, plot: SequencePlot, i: number, token: string): void {
  const { ctx, x, y, colour } = c;
  const middle = ((plot.segments.low[i] ?? 0) + (plot.segments.high[i] ?? 0)) / 2;
  ctx.strokeStyle = colour(token);
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.arc(x(plot.segments.time[i] ?? 0), y(middle), 8, 0, 2 * Math.PI);
  ctx.stroke();
}

/** Nearest mark within reach of the pointer, or −1. */
export function segmentAt(c: Pick<Chart, 'x' | 'y'>, plot: SequencePlot, px: number, py: number): number {
  const REACH = 12;
  let best = -1;
  let least = REACH;
  plot.segments.time.forEach((time, i) => {
    const dx = Math.abs(c.x(time) - px);
    if (dx > REACH) return;
    const [bottom, top] = [c.y(plot.segments.low[i] ?? 0), c.y(plot.segments.high[i] ?? 0)];
    const dy = py > bottom ? py - bottom : py < top ? top - py : 0;
    // What stands out is easier to hit.
    const ease = (plot.segments.kind[i] ?? 0) >= K.S_LEAK ? 4 : 0;
    const distance = Math.hypot(dx, dy) - ease;
    if (distance < least) {
      least = distance;
      best = i;
    }
  });
  return best;
}
