import { expect, test } from 'vitest';
import { type Counted, compareSides, type Side } from './compare.ts';

const counted = (kind: string, count: number): Counted => ({ key: `${kind} s`, kind, service: 's', severity: null, count });
const side = (findings: readonly Counted[], resets: readonly Counted[] = []): Side => ({
  packets: 1,
  paths: 1,
  findings,
  leaks: [],
  resets,
});

test('what appeared, what went away, what stayed with both counts', () => {
  const { appeared, gone, stayed } = compareSides(side([counted('a', 1), counted('b', 2)]), side([counted('b', 5), counted('c', 1)]));
  expect(appeared.map((c) => [c.kind, c.before, c.after])).toEqual([['c', 0, 1]]);
  expect(gone.map((c) => [c.kind, c.before, c.after])).toEqual([['a', 1, 0]]);
  expect(stayed.map((c) => [c.kind, c.before, c.after])).toEqual([['b', 2, 5]]);
});

test('the other way round, appeared and gone change places', () => {
  const [a, b] = [side([counted('a', 1)], [counted('r', 3)]), side([counted('c', 1)])];
  expect(compareSides(a, b).appeared.map((c) => c.key)).toEqual(compareSides(b, a).gone.map((c) => c.key));
  expect(compareSides(a, a).appeared).toEqual([]);
});
