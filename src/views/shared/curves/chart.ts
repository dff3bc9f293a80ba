// The ground of a plot: device pixels, colours of the theme, axes. Coordinates: data (Nanos, octets …) → CSS px by two d3 scales.
import { type ScaleLinear, scaleLinear } from 'd3';

export interface Domain {
  readonly from: number;
  readonly to: number;
}

export interface Chart {
  readonly ctx: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly colour: (token: string) => string;
}

export const MARGIN = { left: 72, right: 10, top: 8, bottom: 20 } as const;

/** Makes the canvas as sharp as the screen and empties it. Null before it has a size. */
export function openChart(canvas: HTMLCanvasElement, time: Domain, value: Domain): Chart | null {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const ctx = canvas.getContext('2d');
  if (!ctx || width < 20 || height < 20) return null;
  const density = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  ctx.setTransform(density, 0, 0, density, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const known = new Map<string, string>();
  const colour = (token: string): string => {
    const found = known.get(token) ?? style.getPropertyValue(`--${token}`).trim();
    known.set(token, found);
    return found;
  };
  return {
    ctx,
    width,
    height,
    x: timeScale(time, width),
    y: scaleLinear([value.from, value.to], [height - MARGIN.bottom, MARGIN.top]),
    colour,
  };
}

export const timeScale = (time: Domain, width: number): ScaleLinear<number, number> =>
  scaleLinear([time.from, time.to], [MARGIN.left, Math.max(MARGIN.left + 1, width - MARGIN.right)]);

/** Domain with a little air above, never empty. */
export function padded(low: number, high: number): Domain {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { from: 0, to: 1 };
  const air = Math.max(1e-9, (high - low) * 0.06 || Math.abs(high) * 0.1 || 1);
  return { from: low === 0 ? 0 : low - air, to: high + air };
}

/**
 * Grid lines, ticks and their labels.
 * @param origin where round numbers of the time axis count from
 */
export function drawAxes(c: Chart, origin: number, labelX: (value: number) => string, labelY: (value: number) => string): void {
  const { ctx, x, y, width, height, colour } = c;
  ctx.font = `11px ${colour('mono')}`;
  ctx.lineWidth = 1;
  ctx.strokeStyle = colour('hair');
  ctx.fillStyle = colour('mute');
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'right';
  ctx.beginPath();
  for (const tick of y.ticks(Math.max(2, Math.floor(height / 42)))) {
    const at = Math.round(y(tick)) + 0.5;
    ctx.moveTo(MARGIN.left, at);
    ctx.lineTo(width - MARGIN.right, at);
    ctx.fillText(labelY(tick), MARGIN.left - 6, at);
  }
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  const [from = 0, to = 1] = x.domain();
  let free = 0;
  for (const tick of scaleLinear([from - origin, to - origin], [0, 1]).ticks(Math.max(2, Math.floor(width / 110)))) {
    const at = Math.round(x(tick + origin)) + 0.5;
    ctx.moveTo(at, MARGIN.top);
    ctx.lineTo(at, height - MARGIN.bottom);
    const label = labelX(tick);
    const half = ctx.measureText(label).width / 2;
    const middle = Math.min(at, width - half - 2);
    // A label that would touch the one before is left out, its line is not.
    if (middle - half < free) continue;
    ctx.fillText(label, middle, height - MARGIN.bottom + 5);
    free = middle + half + 6;
  }
  ctx.stroke();
}

/** What follows is cut to the plot's ground. */
export function clip(c: Chart, draw: () => void): void {
  const { ctx, width, height } = c;
  ctx.save();
  ctx.beginPath();
  ctx.rect(MARGIN.left, MARGIN.top - 4, width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom + 4);
  ctx.clip();
  draw();
  ctx.restore();
}

/** A line that holds each value until the next. */
export function stepLine(c: Chart, time: ArrayLike<number>, value: ArrayLike<number>): void {
  const { ctx, x, y } = c;
  ctx.beginPath();
  for (let i = 0; i < time.length; i++) {
    const [px, py] = [x(time[i] ?? 0), y(value[i] ?? 0)];
    if (i === 0) ctx.moveTo(px, py);
    else {
      ctx.lineTo(px, y(value[i - 1] ?? 0));
      ctx.lineTo(px, py);
    }
  }
  if (time.length > 0) ctx.lineTo(c.width, y(value[time.length - 1] ?? 0));
  ctx.stroke();
}
