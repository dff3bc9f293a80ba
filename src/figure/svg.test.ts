import { expect, test } from 'vitest';
import { incident } from '../views/ladder/gallery/incident.ts';
import { layLadder } from '../views/ladder/gallery/layLadder.ts';
import { describeRow } from './describe.ts';
import { ladderSvg } from './svg.ts';

const ladder = incident();
const figure = layLadder(ladder);
const svg = (title: string, theme: 'light' | 'dark' = 'light'): string =>
  ladderSvg(figure, {
    theme,
    title,
    heads: ladder.lanes.map((l) => ({ name: l.name, lines: [] })),
    describe: (id) => {
      const slot = figure.slots.find((s) => s.id === id);
      return slot ? describeRow(slot.row, figure.stage, ladder) : null;
    },
  });

test('each row is announced, the leak by its name and the address that should have been there', () => {
  const text = svg('Incident');
  expect(text).toContain(
    'aria-label="Leaked packet (PSH ACK) from 10.148.74.34:15010 to 10.148.74.37:48640, expected 192.168.107.214:15010',
  );
  expect(text.match(/role="img"/g)).toHaveLength(ladder.rows.length);
  expect(text).toContain('text-decoration="line-through"');
});

test('names from captures stay text, and what XML cannot hold is replaced', () => {
  const text = svg('</title><script>alert(1)</script>\u0000\ud800&"');
  expect(text).not.toContain('<script');
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\ufffd\ufffd&amp;&quot;');
});

test('every mark has finite places', () => {
  expect(svg('x', 'dark')).not.toMatch(/NaN|Infinity|undefined/);
});
