import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentHeight, isScaled, maxTop, rowAtScroll, scrollOfRow, TALLEST, topToShow } from './virtualScroll.ts';

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 20_000_000 }),
  rowHeight: fc.constant(22),
  height: fc.integer({ min: 60, max: 2000 }),
});

test('every row can be reached, and the content is never too tall to scroll', () => {
  fc.assert(
    fc.property(shape, fc.double({ min: 0, max: 1, noNaN: true }), (s, part) => {
      const top = part * maxTop(s);
      expect(contentHeight(s)).toBeLessThanOrEqual(TALLEST);
      expect(rowAtScroll(s, scrollOfRow(s, top))).toBeCloseTo(top, 3);
    }),
  );
});

test('a row brought into view is wholly visible', () => {
  fc.assert(
    fc.property(shape, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (s, a, b) => {
      const row = Math.floor(b * (s.rows - 1));
      const top = topToShow(s, a * maxTop(s), row);
      expect(top).toBeLessThanOrEqual(row + 1e-6);
      expect(row + 1).toBeLessThanOrEqual(top + s.height / s.rowHeight + 1e-6);
    }),
  );
});

test('small lists scroll as the browser does', () => {
  const s = { rows: 1000, rowHeight: 22, height: 220 };
  expect([isScaled(s), rowAtScroll(s, 2200)]).toEqual([false, 100]);
});
