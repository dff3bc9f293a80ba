import { expect, test } from 'vitest';
import { WRAPPINGS } from '../../../testing/wrappings.ts';
import type { Field } from '../../model/dissection.ts';
import { dissect } from '../../wire/dissect/dissect.ts';
import { FIELDS } from './registry.ts';

const names = (fields: readonly Field[]): string[] => fields.flatMap((f) => [f.name, ...names(f.children)]);

test('whatever a packet is wrapped in, each field that is shown can be filtered by', () => {
  const shown = new Set(WRAPPINGS.flatMap(({ bytes, linkType }) => names(dissect(bytes, linkType, bytes.length).layers)));
  expect([...shown].filter((name) => !FIELDS.has(name))).toEqual([]);
});
