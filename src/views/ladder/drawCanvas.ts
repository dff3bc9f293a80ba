// Marks → one canvas at device resolution. Decides nothing: what is drawn and where is the layout's.
import type { Figure } from '../../figure/layout.ts';
import type { Mark, Measure, Stroke, TextMark } from '../../figure/marks.ts';
import { OPEN_HEAD } from '../../figure/rowHeights.ts';
import { bandMarks, bandStrokes } from '../../figure/stateBand.ts';
import { headPoints } from '../../figure/svg.ts';
import type { Theme } from '../../figure/themes.ts';

export interface Fonts {
  readonly words: string;
  readonly mono: string;
}

/** What of the content is visible: `top` is the content px at the canvas's upper edge. */
export interface Viewport {
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

export interface Emphasis {
  readonly selected: ReadonlySet<string>;
  readonly highlighted: ReadonlySet<string>;
  /** Content px of a selected stretch of time. */
  readonly range: { readonly from: number; readonly to: number } | null;
  /** Drawn under everything else, in content px. */
  readonly below: ((pen: CanvasRenderingContext2D) => void) | null;
}

export const NO_EMPHASIS: Emphasis = { selected: new Set(), highlighted: new Set(), range: null, below: null };

type Pen = CanvasRenderingContext2D;

export function drawLadder(pen: Pen, figure: Figure, view: Viewport, theme: Theme, fonts: Fonts, emphasis: Emphasis): void {
  const { top, width, height, ratio } = view;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, width, height);
  pen.translate(0, -top);
  const bottom = top + height;
  emphasis.below?.(pen);
  drawRange(pen, figure, view, theme, emphasis);
  drawLifelines(pen, figure, top, bottom, theme);
  figure.items.forEach((item, i) => {
    if (i === figure.bandsAt) drawBands(pen, figure, top, bottom, theme, fonts);
    if (item.bottom < top || item.top > bottom) return;
    if (emphasis.selected.has(item.id)) drawHalo(pen, item, 'selected', theme);
    else if (emphasis.highlighted.has(item.id)) drawHalo(pen, item, 'highlighted', theme);
    for (const mark of item.marks) drawMark(pen, mark, theme, fonts);
  });
  if (figure.bandsAt >= figure.items.length) drawBands(pen, figure, top, bottom, theme, fonts);
  for (const item of figure.items)
    if (item.over.length > 0 && item.bottom >= top && item.top <= bottom) for (const mark of item.over) drawMark(pen, mark, theme, fonts);
  const labels = figure.labels.filter(({ box }) => box.y + box.height >= top && box.y <= bottom);
  for (const { plate, halo } of labels)
    if (plate) drawMark(pen, { kind: 'rect', ...plate, radius: 4, fill: halo, alpha: 1, stroke: null }, theme, fonts);
  for (const label of labels) drawText(pen, label, theme, fonts);
}

/** Over a drawn ladder, so that hovering draws nothing else. */
export function drawHovered(pen: Pen, figure: Figure, { top, height, ratio }: Viewport, theme: Theme, id: string): void {
  const item = figure.items.find((i) => i.id === id);
  if (!item || item.bottom < top || item.top > top + height) return;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.translate(0, -top);
  drawHalo(pen, item, 'hovered', theme);
}

function drawLifelines(pen: Pen, figure: Figure, top: number, bottom: number, theme: Theme): void {
  pen.lineWidth = 1.3;
  pen.strokeStyle = theme.ink;
  pen.globalAlpha = 0.75;
  figure.stage.lanes.forEach((lane, i) => {
    const x = figure.stage.laneX[i] ?? 0;
    pen.setLineDash(lane.kind === 'inferred' ? [5, 4] : []);
    pen.lineDashOffset = top % 9;
    pen.beginPath();
    pen.moveTo(x, top);
    pen.lineTo(x, bottom);
    pen.stroke();
  });
  pen.setLineDash([]);
  pen.lineDashOffset = 0;
  pen.globalAlpha = 1;
}

/** States of the entry along the node's lane, cut to what is visible. */
function drawBands(pen: Pen, figure: Figure, top: number, bottom: number, theme: Theme, fonts: Fonts): void {
  for (const band of figure.bands) {
    if (band.bottom < top || band.top > bottom) continue;
    for (const s of bandStrokes(band, top, bottom)) {
      pen.strokeStyle = theme[s.tone];
      pen.globalAlpha = s.alpha;
      pen.lineWidth = s.width;
      pen.setLineDash(s.dash ? [...s.dash] : []);
      pen.lineDashOffset = s.phase;
      pen.beginPath();
      pen.moveTo(s.x, s.y0);
      pen.lineTo(s.x, s.y1);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.lineDashOffset = 0;
    pen.globalAlpha = 1;
    for (const mark of bandMarks(band, top, bottom)) drawMark(pen, mark, theme, fonts);
  }
}

function drawRange(pen: Pen, figure: Figure, view: Viewport, theme: Theme, emphasis: Emphasis): void {
  if (!emphasis.range) return;
  const { from, to } = emphasis.range;
  pen.fillStyle = theme.data;
  pen.globalAlpha = 0.1;
  pen.fillRect(0, from, view.width, Math.max(1, to - from));
  pen.globalAlpha = 0.8;
  pen.fillRect(figure.stage.left - 8, from, figure.stage.right - figure.stage.left + 16, 1);
  pen.fillRect(figure.stage.left - 8, to, figure.stage.right - figure.stage.left + 16, 1);
  pen.globalAlpha = 1;
}

const HALO_ALPHA = { selected: 0.34, highlighted: 0.26, hovered: 0.2 } as const;

/** A wide soft stroke along what is selected, hovered or highlighted. */
function drawHalo(pen: Pen, { id, marks, over }: Figure['items'][number], why: keyof typeof HALO_ALPHA, theme: Theme): void {
  const selected = why === 'selected';
  if (id.startsWith('f:')) {
    outlineBand(pen, marks, selected, theme);
    return;
  }
  pen.globalAlpha = HALO_ALPHA[why];
  pen.strokeStyle = why === 'highlighted' ? theme.paperEdge : theme.data;
  pen.lineCap = 'round';
  for (const mark of [...marks, ...over]) {
    if (mark.kind !== 'line' && mark.kind !== 'curve' && mark.kind !== 'rect') continue;
    pen.lineWidth = (mark.stroke?.width ?? 0) + (selected ? 9 : 7);
    if (mark.kind === 'rect') {
      if (!mark.stroke && mark.height > 30) continue;
      pen.lineWidth = 4;
      pen.strokeRect(mark.x, mark.y, mark.width, mark.height);
    } else trace(pen, mark);
  }
  pen.lineCap = 'butt';
  pen.globalAlpha = 1;
}

/** A band is not traced but framed, when opened only its head. */
function outlineBand(pen: Pen, marks: readonly Mark[], selected: boolean, theme: Theme): void {
  const band = marks[0];
  if (band?.kind !== 'rect') return;
  pen.strokeStyle = theme.data;
  pen.lineWidth = selected ? 2 : 1;
  pen.globalAlpha = selected ? 0.9 : 0.5;
  pen.beginPath();
  pen.roundRect(band.x - 4, band.y - 3, band.width + 8, (band.alpha < 1 && band.radius === 0 ? OPEN_HEAD : band.height) + 6, 6);
  pen.stroke();
  pen.globalAlpha = 1;
}

function trace(pen: Pen, mark: Extract<Mark, { kind: 'line' | 'curve' }>): void {
  const { at } = mark;
  pen.beginPath();
  pen.moveTo(at[0] ?? 0, at[1] ?? 0);
  if (mark.kind === 'line') for (let i = 2; i < at.length; i += 2) pen.lineTo(at[i] ?? 0, at[i + 1] ?? 0);
  else
    for (let i = 2; i + 5 < at.length; i += 6)
      pen.bezierCurveTo(at[i] ?? 0, at[i + 1] ?? 0, at[i + 2] ?? 0, at[i + 3] ?? 0, at[i + 4] ?? 0, at[i + 5] ?? 0);
  pen.stroke();
}

function setStroke(pen: Pen, stroke: Stroke, theme: Theme): void {
  pen.strokeStyle = theme[stroke.tone];
  pen.lineWidth = stroke.width;
  pen.globalAlpha = stroke.alpha ?? 1;
  pen.setLineDash(stroke.dash ? [...stroke.dash] : []);
}

function drawMark(pen: Pen, mark: Mark, theme: Theme, fonts: Fonts): void {
  switch (mark.kind) {
    case 'line':
    case 'curve':
      setStroke(pen, mark.stroke, theme);
      pen.lineJoin = 'round';
      trace(pen, mark);
      break;
    case 'area':
    case 'head': {
      const at = mark.kind === 'area' ? mark.at : headPoints(mark.x, mark.y, mark.angle, mark.size);
      pen.globalAlpha = mark.kind === 'area' ? mark.alpha : 1;
      pen.fillStyle = theme[mark.kind === 'area' ? mark.fill : mark.tone];
      pen.beginPath();
      pen.moveTo(at[0] ?? 0, at[1] ?? 0);
      for (let i = 2; i < at.length; i += 2) pen.lineTo(at[i] ?? 0, at[i + 1] ?? 0);
      pen.fill();
      break;
    }
    case 'rect':
    case 'circle':
      pen.beginPath();
      if (mark.kind === 'circle') pen.arc(mark.x, mark.y, mark.radius, 0, 2 * Math.PI);
      else if (mark.radius > 0) pen.roundRect(mark.x, mark.y, mark.width, mark.height, mark.radius);
      else pen.rect(mark.x, mark.y, mark.width, mark.height);
      if (mark.fill) {
        pen.globalAlpha = mark.kind === 'rect' ? mark.alpha : 1;
        pen.fillStyle = theme[mark.fill];
        pen.fill();
      }
      if (mark.stroke) {
        setStroke(pen, mark.stroke, theme);
        pen.stroke();
      }
      break;
    case 'text':
      drawText(pen, mark, theme, fonts);
  }
  pen.globalAlpha = 1;
  pen.setLineDash([]);
}

const fontOf = (fonts: Fonts, face: keyof Fonts, size: number, bold: boolean): string => `${bold ? '600 ' : ''}${size}px ${fonts[face]}`;

function drawText(pen: Pen, mark: TextMark, theme: Theme, fonts: Fonts): void {
  const { face, size } = mark.font;
  pen.textAlign = 'left';
  const widths = mark.spans.map((span) => textWidth(pen, span.text, fontOf(fonts, face, size, span.bold === true)));
  const width = widths.reduce((a, b) => a + b, 0);
  const start = mark.anchor === 'start' ? mark.x : mark.anchor === 'end' ? mark.x - width : mark.x - width / 2;
  for (const pass of mark.halo ? (['halo', 'ink'] as const) : (['ink'] as const)) {
    let x = start;
    mark.spans.forEach((span, i) => {
      pen.font = fontOf(fonts, face, size, span.bold === true);
      if (pass === 'halo' && mark.halo) {
        pen.strokeStyle = theme[mark.halo];
        pen.lineWidth = 3;
        pen.lineJoin = 'round';
        pen.strokeText(span.text, x, mark.y);
      } else {
        pen.fillStyle = theme[span.tone ?? mark.tone];
        pen.fillText(span.text, x, mark.y);
        if (span.struck) pen.fillRect(x, mark.y - size * 0.33, widths[i] ?? 0, 1.2);
      }
      x += widths[i] ?? 0;
    });
  }
}

const WIDTHS = new Map<string, number>();
const MAX_WIDTHS = 20_000;

/** Measuring costs more than drawing: texts repeat from frame to frame. */
function textWidth(pen: Pen, text: string, font: string): number {
  const key = `${font}\u0000${text}`;
  const known = WIDTHS.get(key);
  if (known !== undefined) return known;
  if (WIDTHS.size > MAX_WIDTHS) WIDTHS.clear();
  if (pen.font !== font) pen.font = font;
  const { width } = pen.measureText(text);
  WIDTHS.set(key, width);
  return width;
}

/** Measures as the canvas will draw. */
export function measureOn(pen: Pen, fonts: Fonts): Measure {
  return (text, font, bold) => textWidth(pen, text, fontOf(fonts, font.face, font.size, bold));
}

/** Fonts as the page's tokens have them. */
export function pageFonts(element: Element): Fonts {
  const style = getComputedStyle(element);
  return { words: style.getPropertyValue('--sans').trim() || 'sans-serif', mono: style.getPropertyValue('--mono').trim() || 'monospace' };
}
