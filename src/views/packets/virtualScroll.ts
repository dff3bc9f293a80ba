// A list of millions of rows behind a scroll bar of limited height: browsers stop at some ten million pixels.
// Coordinates: rows (fractional, from the top of the list) and CSS pixels of the scrolling box.

/** Below what every browser can scroll exactly. */
export const TALLEST = 8_000_000;

export interface ScrollShape {
  readonly rows: number;
  readonly rowHeight: number;
  /** Height of the box. */
  readonly height: number;
}

/** Height of the scrolled content. */
export const contentHeight = (s: ScrollShape): number => Math.min(TALLEST, s.rows * s.rowHeight);

/** Last first row: the list does not scroll beyond its end. */
export const maxTop = (s: ScrollShape): number => Math.max(0, s.rows - s.height / s.rowHeight);

const maxScroll = (s: ScrollShape): number => Math.max(0, contentHeight(s) - s.height);

/** Is a pixel of the scroll bar more than a pixel of the list? Then the wheel moves rows, not the bar. */
export const isScaled = (s: ScrollShape): boolean => s.rows * s.rowHeight > TALLEST;

export const rowAtScroll = (s: ScrollShape, scrollTop: number): number =>
  maxScroll(s) === 0 ? 0 : Math.min(maxTop(s), (scrollTop / maxScroll(s)) * maxTop(s));

export const scrollOfRow = (s: ScrollShape, top: number): number => (maxTop(s) === 0 ? 0 : (top / maxTop(s)) * maxScroll(s));

/** Nearest top row at which `row` is wholly visible. */
export function topToShow(s: ScrollShape, top: number, row: number): number {
  const visible = s.height / s.rowHeight;
  if (row < top) return Math.max(0, row);
  if (row + 1 > top + visible) return Math.min(maxTop(s), row + 1 - visible);
  return top;
}
