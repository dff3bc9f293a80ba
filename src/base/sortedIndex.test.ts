import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedIndex } from './sortedIndex.ts';

test('sorts like a stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (list) => {
      const index = [...sortedIndex(Float64Array.from(list))];
      const sorted = list.map((_, i) => i).sort((a, b) => (list[a] ?? 0) - (list[b] ?? 0) || a - b);
      expect(index).toEqual(sorted);
      const scratch = [new Uint32Array(list.length + 3), new Uint32Array(list.length + 5)] as const;
      const key = Uint32Array.from([...list, 7, 9]);
      expect([...sortedIndex(key, list.length, scratch).subarray(0, list.length)]).toEqual(sorted);
    }),
  );
});
