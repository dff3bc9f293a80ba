// The list of rules in docs/conntrack.md and the tests that carry their numbers: neither may lack what the other has.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOMS = [HERE, resolve(HERE, '../replay')];
const RULE = /\b(?:test|describe)(?:\.\w+\([^)]*\))?[^'"`]{0,40}['"`](\d{1,2}(?:\.\d{1,2})?)[a-z]?(?:[ -]|\b)/g;
/** Tests of a list of cases name their rules in the list. */
const LISTED = /[[,]\s*'(\d{1,2}\.\d{1,2})[a-z]?(?:',\s*'[a-z]| [a-z])/g;

const rules = [...readFileSync(resolve(HERE, '../../../docs/conntrack.md'), 'utf8').matchAll(/^\| (\d{1,2}(?:\.\d{1,2})?) \|/gm)].map(
  (m) => m[1],
);
const tested = new Set(
  ROOMS.flatMap((room) =>
    readdirSync(room)
      .filter((name) => name.endsWith('.test.ts') && name !== 'rules.test.ts')
      .flatMap((name) => {
        const text = readFileSync(join(room, name), 'utf8');
        return [...text.matchAll(RULE), ...text.matchAll(LISTED)].map((m) => m[1] ?? '');
      }),
  ),
);

test('every rule of the list has a test that carries its number', () => {
  expect(rules.length).toBeGreaterThan(70);
  expect(rules.filter((rule) => !tested.has(rule ?? ''))).toEqual([]);
});

test('every number that a test carries is a rule of the list, or a chapter of it', () => {
  const known = new Set([...rules, ...rules.map((rule) => rule?.split('.')[0])]);
  expect([...tested].filter((rule) => !known.has(rule))).toEqual([]);
});
