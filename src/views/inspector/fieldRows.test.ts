import { expect, test } from 'vitest';
import type { Field } from '../../engine/model/dissection.ts';
import { above, fieldAt, fieldOf, openAtFirst, visibleRows } from './fieldRows.ts';

const field = (
  name: string,
  offset: number,
  length: number,
  children: readonly Field[] = [],
  judgement: Field['judgement'] = null,
): Field => ({
  name,
  label: name,
  value: '',
  text: '',
  offset,
  length,
  mask: 0,
  judgement,
  children,
});
const layers = [
  field('eth', 0, 14, [field('eth.dst', 0, 6, [field('eth.dst.ig', 0, 3)]), field('eth.src', 6, 6)]),
  field('ip', 14, 20, [field('ip.ttl', 22, 1), field('ip.flags', 20, 1, [field('ip.flags.df', 20, 1, [], 'bad')])]),
];

test('the smallest field wins, the outer one of equals', () => {
  expect(fieldOf(layers, fieldAt(layers, 22))?.name).toBe('ip.ttl');
  expect(fieldOf(layers, fieldAt(layers, 4))?.name).toBe('eth.dst');
  expect(fieldOf(layers, fieldAt(layers, 20))?.name).toBe('ip.flags');
  expect(fieldOf(layers, fieldAt(layers, 13))?.name).toBe('eth');
  expect(fieldAt(layers, 99)).toBeNull();
});

test('layers are open at first, parts only where something is wrong', () => {
  const open = openAtFirst(layers);
  expect([...open].sort()).toEqual(['0', '1', '1.1']);
  expect(visibleRows(layers, open).map((r) => r.field.name)).toEqual([
    'eth',
    'eth.dst',
    'eth.src',
    'ip',
    'ip.ttl',
    'ip.flags',
    'ip.flags.df',
  ]);
});

test('headings above', () => expect(above('1.2.3')).toEqual(['1', '1.2']));
