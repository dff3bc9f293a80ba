import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ColumnSpec, INDEX_TABLES } from './schema.ts';

test('docs/fleet.md lists every column with its type and meaning', () => {
  const text = readFileSync('docs/fleet.md', 'utf8');
  for (const [table, columns] of Object.entries(INDEX_TABLES) as [string, readonly ColumnSpec[]][]) {
    expect(text).toContain(`### ${table}`);
    for (const c of columns) expect(text).toContain(`| \`${c.name}\` | ${c.type}${c.nullable ? ', null' : ''} | ${c.doc} |`);
  }
});
