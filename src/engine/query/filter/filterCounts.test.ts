// How many packets each filter passes, against what tshark -Y said (src/dev/filter-counts.mjs): columns, packets read again, tunnels.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openView, passing } from '../../../testing/filterCount.ts';

const CAPTURES = 'src/testing/captures';
const wanted: { readonly filters: readonly string[]; readonly counts: Readonly<Record<string, readonly number[]>> } = JSON.parse(
  readFileSync(`${CAPTURES}/filter-counts.json`, 'utf8'),
);

describe('filters pass as many packets as in tshark', () => {
  test.each(Object.entries(wanted.counts))('%s', async (file, counts) => {
    const opened = await openView(`${CAPTURES}/${file}`);
    const found: string[] = [];
    for (const filter of wanted.filters) found.push(`${(await passing(opened, filter)).length} ${filter}`);
    expect(found).toEqual(wanted.filters.map((filter, i) => `${counts[i]} ${filter}`));
  });
});
