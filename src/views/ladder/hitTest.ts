// What lies under the pointer: the nearest line within reach, else the smallest box.
import type { Figure } from '../../figure/layout.ts';
import type { Item } from '../../figure/stage.ts';

/** How far from a line the pointer still means it, px. */
export const REACH = 7;

/** @param x, y content px */
export function hitTest(figure: Pick<Figure, 'items'>, x: number, y: number): Item | null {
  let nearest: Item | null = null;
  let distance = REACH;
  let box: Item | null = null;
  let size = Number.POSITIVE_INFINITY;
  for (const item of figure.items) {
    if (item.top - REACH > y || item.bottom + REACH < y) continue;
    for (const shape of item.hits) {
      if (shape.kind === 'line') {
        const d = distanceToLine(shape.at, x, y);
        if (d <= distance) [nearest, distance] = [item, d];
      } else if (x >= shape.x && x <= shape.x + shape.width && y >= shape.y && y <= shape.y + shape.height) {
        const area = shape.width * shape.height;
        if (area <= size) [box, size] = [item, area];
      }
    }
  }
  return nearest ?? box;
}

export function distanceToLine(at: readonly number[], x: number, y: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 3 < at.length; i += 2) {
    const [x0, y0, x1, y1] = [at[i] ?? 0, at[i + 1] ?? 0, at[i + 2] ?? 0, at[i + 3] ?? 0];
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy;
    const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
    best = Math.min(best, Math.hypot(x - x0 - part * dx, y - y0 - part * dy));
  }
  return best;
}
