// Band geometry → one canvas. Decides nothing.
import type { BandLayout, OffenderMark } from './bandLayout.ts';

export interface BandColours {
  readonly ink: string;
  readonly mute: string;
  readonly hair: string;
  readonly accepted: string;
  readonly edge: string;
  readonly packets: string;
  readonly offender: string;
  readonly card: string;
  readonly font: string;
}

export interface BandWords {
  readonly time: (nanos: number) => string;
  readonly octets: (octets: number) => string;
}

export function drawBand(
  context: CanvasRenderingContext2D,
  layout: BandLayout,
  colours: BandColours,
  words: BandWords,
  selected: (mark: OffenderMark) => boolean,
): void {
  const { plot } = layout;
  drawGrid(context, layout, colours, words);
  context.fillStyle = colours.accepted;
  // One path: neighbouring steps leave no seam.
  context.beginPath();
  for (const s of layout.accepted) context.rect(s.x, s.top, s.width + 0.5, s.bottom - s.top);
  context.fill();
  context.strokeStyle = colours.edge;
  context.lineWidth = 1;
  context.beginPath();
  for (const s of layout.accepted) {
    context.moveTo(s.x, s.top);
    context.lineTo(s.x + s.width, s.top);
    context.moveTo(s.x, s.bottom);
    context.lineTo(s.x + s.width, s.bottom);
  }
  context.stroke();
  context.fillStyle = colours.packets;
  for (const s of layout.packets) context.fillRect(s.x, s.top, s.width, s.bottom - s.top);
  context.strokeStyle = colours.ink;
  context.beginPath();
  trace(context, layout.end);
  context.globalAlpha = 0.55;
  context.stroke();
  context.globalAlpha = 1;
  for (const mark of layout.offenders) drawOffender(context, mark, colours, selected(mark));
  context.strokeStyle = colours.hair;
  context.strokeRect(plot.left + 0.5, plot.top + 0.5, plot.right - plot.left, plot.bottom - plot.top);
}

function drawGrid(context: CanvasRenderingContext2D, layout: BandLayout, colours: BandColours, words: BandWords): void {
  const { plot } = layout;
  context.font = colours.font;
  context.fillStyle = colours.mute;
  context.strokeStyle = colours.hair;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { y, octets } of layout.yTicks) {
    context.fillText(words.octets(octets), plot.left - 6, y);
    line(context, plot.left, Math.round(y) + 0.5, plot.right, Math.round(y) + 0.5);
  }
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const { x, nanos } of layout.xTicks) {
    context.fillText(words.time(nanos), Math.min(x, plot.right - 14), plot.bottom + 6);
    line(context, Math.round(x) + 0.5, plot.bottom, Math.round(x) + 0.5, plot.bottom + 4);
  }
}

/** Shape tells which condition: triangle down II, up I, cross III and IV, ring for rules other than the window. */
function drawOffender(context: CanvasRenderingContext2D, mark: OffenderMark, colours: BandColours, isSelected: boolean): void {
  const { x, y, boundY, offender } = mark;
  context.strokeStyle = colours.offender;
  context.fillStyle = colours.offender;
  context.lineWidth = 1;
  if (boundY !== null) {
    context.setLineDash([3, 2]);
    line(context, x, y, x, boundY);
    context.setLineDash([]);
  }
  const r = isSelected ? 7 : 5;
  context.beginPath();
  if (offender.broken === 'II') polygon(context, [x - r, y - r], [x + r, y - r], [x, y + r]);
  else if (offender.broken === 'I') polygon(context, [x - r, y + r], [x + r, y + r], [x, y - r]);
  else if (offender.broken === null) context.arc(x, y, r - 1, 0, 2 * Math.PI);
  else {
    context.lineWidth = 2;
    line(context, x - r, y - r, x + r, y + r);
    line(context, x - r, y + r, x + r, y - r);
    return;
  }
  context.fillStyle = offender.broken === null ? colours.card : colours.offender;
  context.fill();
  context.lineWidth = isSelected ? 2 : 1.5;
  context.stroke();
}

function polygon(context: CanvasRenderingContext2D, ...points: readonly (readonly [number, number])[]): void {
  trace(context, points);
  context.closePath();
}

function trace(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  for (const [i, [x, y]] of points.entries()) {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
