// What is linked across rows, and what words come with how much room.
import { expect, test } from 'vitest';
import { incident } from '../views/ladder/gallery/incident.ts';
import { layLadder } from '../views/ladder/gallery/layLadder.ts';
import { FIELDS_ZOOM } from './packetLabels.ts';

const ladder = incident();
const figure = layLadder(ladder);
const itemOf = (id: string) => figure.items.find((i) => i.id === id);
const linksOf = (kind: 'cause' | 'twin') => ladder.links.filter((l) => l.kind === kind);

test('from what provoked a packet a dashed arc leads to it, at the lane where it happened, in two or three words', () => {
  expect(linksOf('cause')).not.toHaveLength(0);
  for (const link of linksOf('cause')) {
    const id = `l:${link.from}:${link.to}`;
    const marks = itemOf(id)?.marks ?? [];
    const arc = marks.find((m) => m.kind === 'curve');
    if (arc?.kind !== 'curve') throw new Error(`no arc for ${id}`);
    expect(arc.stroke.dash).toBeDefined();
    expect(marks.some((m) => m.kind === 'head')).toBe(true);
    expect(Math.abs((arc.at[0] ?? 0) - (figure.stage.laneX[link.lane] ?? 0))).toBeLessThan(12);
    const heights = [link.from, link.to].map((journey) => itemOf(`p:${journey}`));
    expect(arc.at[1]).toBeGreaterThanOrEqual(heights[0]?.top ?? Number.NaN);
    expect(arc.at.at(-1)).toBeLessThanOrEqual(heights[1]?.bottom ?? Number.NaN);
    const words = figure.labels.find((l) => l.owner === id)?.spans.map((s) => s.text);
    expect(words?.join('').split(' ').length).toBeLessThanOrEqual(3);
  }
});

test('a leak is tied to its translated twin by a thin line, which no dash makes a cause', () => {
  expect(linksOf('twin')).not.toHaveLength(0);
  for (const link of linksOf('twin')) {
    const marks = itemOf(`l:${link.from}:${link.to}`)?.marks ?? [];
    expect(marks).not.toHaveLength(0);
    for (const m of marks) expect((m.kind === 'curve' || m.kind === 'line') && m.stroke.width <= 1 && !m.stroke.dash).toBe(true);
  }
});

test('closer up every packet tells its fields, farther away none does', () => {
  const fields = (zoom: number) => layLadder(ladder, { zoom, width: 1400 }).labels.filter((l) => /win [\d,]+/.test(l.spans[0]?.text ?? ''));
  const packets = ladder.rows.filter((r) => r.kind === 'packet').length;
  expect(fields(FIELDS_ZOOM - 0.1)).toHaveLength(0);
  expect(fields(2.4).length).toBeGreaterThanOrEqual(packets * 0.8);
});
