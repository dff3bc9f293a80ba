import { expect, test } from 'vitest';
import { type Counted, compareSides, type Side } from './compare.ts';

const counted = (kind: string, count: number, service = '10.0.0.1:80'): Counted => ({
  key: `${kind} ${service}`,
  group: 'finding',
  kind,
  service,
  severity: null,
  count,
  title: { id: kind, values: {} },
});
const side = (findings: readonly Counted[], resets: readonly Counted[] = []): Side => ({
  packets: 1,
  paths: 1,
  taps: ['a'],
  main: null,
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

test('a service under another address is the same service: by its port, and by what happened there', () => {
  const a = side([counted('x', 2, '10.0.0.1:80'), counted('y', 9, '10.0.0.2:80'), counted('z', 1, '10.0.0.3:443')]);
  const b = side([counted('y', 9, '172.16.0.1:80'), counted('x', 2, '172.16.0.2:80'), counted('z', 1, '172.16.0.3:8443')]);
  const { appeared, gone, stayed } = compareSides(a, b);
  expect(stayed.map((c) => [c.kind, c.serviceBefore, c.service])).toEqual([
    ['x', '10.0.0.1:80', '172.16.0.2:80'],
    ['y', '10.0.0.2:80', '172.16.0.1:80'],
  ]);
  // Another port is another service.
  expect([gone.map((c) => c.kind), appeared.map((c) => c.kind)]).toEqual([['z'], ['z']]);
});
