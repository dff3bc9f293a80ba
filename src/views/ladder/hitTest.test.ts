import { expect, test } from 'vitest';
import { laneOrder, placeLane } from '../../figure/laneOrder.ts';
import { wordsEn } from '../../figure/words.en.ts';
import { incident } from './gallery/incident.ts';
import { layLadder } from './gallery/layLadder.ts';
import { distanceToLine, hitTest } from './hitTest.ts';
import { searchIn } from './searchRows.ts';
import { formatViewLink, parseViewLink } from './useViewLink.ts';

const ladder = incident();
const figure = layLadder(ladder);
const slot = (kind: string, nth = 0) => figure.slots.filter((s) => s.row.kind === kind)[nth];

test('every arrow is met on its line, both ends included', () => {
  for (const item of figure.items.filter((i) => i.id.startsWith('p:'))) {
    const line = item.hits[0];
    if (line?.kind !== 'line') throw new Error('an arrow without a line');
    const [x, y] = [line.at.at(-2) ?? 0, line.at.at(-1) ?? 0];
    expect(distanceToLine(line.at, x, y)).toBe(0);
    const met = hitTest(figure, x, y);
    expect(met?.id.startsWith('p:')).toBe(true);
  }
});

test('a band is met anywhere inside it, an arrow over it goes first, beside it nothing is met', () => {
  const fold = slot('fold', 0);
  if (!fold) throw new Error('no fold');
  expect(hitTest(figure, 300, fold.at)?.id).toBe(fold.id);
  expect(hitTest(figure, figure.width - 20, fold.at)).toBeNull();
  const second = slot('fold', 1);
  const held = figure.items.find((i) => i.hits[0]?.kind === 'line' && i.hits[0].at.length > 10);
  const at = held?.hits[0]?.kind === 'line' ? held.hits[0].at : [];
  // The dotted line of the held segment crosses the second band.
  expect(hitTest(figure, at[2] ?? 0, second?.at ?? 0)?.id).toBe(held?.id);
});

test('the verdict box belongs to its leak', () => {
  const leak = figure.items.find((i) => i.hits.some((h) => h.kind === 'box') && i.id.startsWith('p:'));
  const box = leak?.hits.find((h) => h.kind === 'box');
  if (box?.kind !== 'box') throw new Error('no verdict box');
  expect(hitTest(figure, box.x + 10, box.y + 10)?.id).toBe(leak?.id);
});

test('the reader’s order goes first, unknown lanes are left out, flipping turns everything round', () => {
  expect(laneOrder(ladder.lanes, null, false)).toEqual([0, 1, 2]);
  expect(laneOrder(ladder.lanes, ['nat', 'gone'], false)).toEqual([1, 0, 2]);
  expect(laneOrder(ladder.lanes, ['nat'], true)).toEqual([2, 0, 1]);
});

test('a lane that is moved among those shown leaves the hidden ones where they were', () => {
  const ids = ladder.lanes.map((l) => l.id);
  const [a = '', b = '', c = ''] = ids;
  // b is hidden: a goes behind c.
  expect(placeLane(ladder.lanes, null, false, [a, c], a, 1)).toEqual([b, c, a]);
  expect(placeLane(ladder.lanes, null, false, ids, c, 0)).toEqual([c, a, b]);
  // Flipped, the order kept is that of the other way round.
  expect(placeLane(ladder.lanes, null, true, [c, b, a], c, 2)).toEqual([c, a, b]);
});

test('a view survives the address; an address that makes no sense gives no view', () => {
  const link = '#view?scale=time&path=3&window=-5-900&packet=1.1991&if=be_liberal%3A1';
  const view = parseViewLink(link);
  expect(view && formatViewLink(view, false)).toBe(link);
  expect(parseViewLink('#gallery')).toBeNull();
  expect(parseViewLink('#view?path=1e9&window=9-3&packet=x.y&scale=no&if=kernel:9')).toEqual({
    mode: 'rows',
    path: null,
    window: null,
    selected: null,
    assumption: null,
  });
});

test('search finds frames exactly, words anywhere', () => {
  const find = (text: string) => searchIn(ladder, new Map(), new Map(), wordsEn, text);
  expect(find('#1991')).toHaveLength(1);
  expect(find('#199')).toHaveLength(0);
  expect(find('leaked packet')).toHaveLength(1);
  expect(find('rst 10.148.74.37:48640 to 10.148.74.34').length).toBeGreaterThan(0);
  expect(find('retransmissions').map((id) => id[0])).toContain('f');
});
