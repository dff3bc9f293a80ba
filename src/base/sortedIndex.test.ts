import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedIndex } from './sortedIndex.ts';

test('sorts like a stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (list) => {
      const index = [...sortedIndex(Float64Array.from(list))];
      expect(index).toEqual(list.map((_, i) => i).sort((a, b) => (list[a] ?? 0) - (list[b] ?? 0) || a - b));
    }),
  );
});
