import { expect, test } from 'vitest';
import { sortBy } from './sortBy.ts';

test.each([0, 1, 2, 5, 12, 13, 40])('%i items come by key, equal keys in their old order', (count) => {
  const items = Array.from({ length: count }, (_, i) => ({ key: (i * 7) % 5, place: i }));
  const expected = [...items].sort((a, b) => a.key - b.key);
  expect(sortBy([...items], (x) => x.key)).toEqual(expected);
});

test('what is in order already stays as it is', () => {
  const list = Array.from({ length: 100 }, (_, i) => i >> 1);
  expect(sortBy([...list], (x) => x)).toEqual(list);
});
