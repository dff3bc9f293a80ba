import { expect, test } from 'vitest';
import type { LadderPacket } from '../engine/model/ladder.ts';
import { incident } from '../views/ladder/gallery/incident.ts';
import { layLadder } from '../views/ladder/gallery/layLadder.ts';
import { hiddenIn, hideLanes } from './hideLanes.ts';

const ladder = incident();
const packets = (of = ladder): LadderPacket[] => of.rows.flatMap((row) => (row.kind === 'packet' ? [row] : []));

test('nothing hidden is the very same ladder', () => {
  expect(hideLanes(ladder, new Set()).ladder).toBe(ladder);
  expect(hideLanes(ladder, new Set(['gone'])).ladder).toBe(ladder);
});

test('what a hidden lane saw is left out, what the others saw stays connected', () => {
  for (const { id } of ladder.lanes) {
    const { ladder: shown } = hideLanes(ladder, new Set([id]));
    expect(shown.lanes.map((l) => l.id)).toEqual(ladder.lanes.map((l) => l.id).filter((other) => other !== id));
    for (const packet of packets(shown)) {
      const before = packets().find((p) => p.journey === packet.journey);
      const wanted = before?.sightings.filter((s) => ladder.lanes[s.lane]?.id !== id);
      expect(packet.sightings.map((s) => shown.lanes[s.lane]?.id)).toEqual(wanted?.map((s) => ladder.lanes[s.lane]?.id));
      expect(packet.sightings.length).toBeGreaterThan(0);
    }
    const starts = shown.rows.map((row) => (row.kind === 'packet' ? (row.sightings[0]?.time ?? Number.NaN) : row.from));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    for (const link of shown.links) expect(shown.lanes[link.lane]).toBeDefined();
    const figure = layLadder(shown, { width: 1000, zoom: 1 });
    expect(figure.stage.laneX).toHaveLength(shown.lanes.length);
    expect(figure.items.filter((i) => i.id.startsWith('p:'))).toHaveLength(packets(shown).length);
  }
});

test('a packet crosses a lane that is shown, though the far side of it is hidden', () => {
  const nat = ladder.lanes.findIndex((l) => l.kind === 'inferred');
  const server = ladder.lanes[0]?.id ?? '';
  expect(nat).toBeGreaterThan(0);
  const { ladder: shown } = hideLanes(ladder, new Set([server]));
  const x = layLadder(shown, { width: 1000, zoom: 1 }).stage.laneX[nat - 1] ?? Number.NaN;
  const arrows = layLadder(shown, { width: 1000, zoom: 1 }).items.filter((i) => i.id.startsWith('p:'));
  const touching = arrows.filter((i) => i.marks.some((m) => m.kind === 'line' && m.at.some((v, at) => at % 2 === 0 && v === x)));
  expect(touching.length).toBeGreaterThan(arrows.length / 2);
});

test('packets of an open fold lose the same lanes', () => {
  const { windows } = hideLanes(ladder, new Set([ladder.lanes[0]?.id ?? '']));
  const all = packets();
  const [window] = windows([{ first: 0, packets: all }]);
  expect(window?.packets.length).toBeLessThanOrEqual(all.length);
  expect(window?.packets.every((p) => p.sightings.every((s) => s.lane < ladder.lanes.length - 1))).toBe(true);
});

test('the last lane can not be hidden', () => {
  const every = new Set(ladder.lanes.map((l) => l.id));
  expect(hideLanes(ladder, every).ladder).toBe(ladder);
  expect(hiddenIn(ladder, every)).toEqual([]);
});
