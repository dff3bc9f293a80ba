import { expect, test } from 'vitest';
import { NumberChains } from './numberChains.ts';

test('numbers of a key come back, the last first, whatever other keys there are', () => {
  const keys = Array.from({ length: 5000 }, (_, i) => Math.imul(i % 700, 0x9e3779b1) >>> (i % 3));
  const chains = new NumberChains(keys.length);
  const wanted = new Map<number, number[]>();
  for (const [i, key] of keys.entries()) {
    const before = wanted.get(key | 0) ?? [];
    expect(chains.last(key)).toBe(before[0] ?? -1);
    chains.add(key, i);
    wanted.set(key | 0, [i, ...before]);
  }
  for (const [key, numbers] of wanted) {
    const found: number[] = [];
    for (let i = chains.last(key); i >= 0; i = chains.before(i)) found.push(i);
    expect(found).toEqual(numbers);
  }
});

test('nothing under a key that was not added, and room for none', () => {
  expect(new NumberChains(0).last(7)).toBe(-1);
});
