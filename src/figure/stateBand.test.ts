import { describe, expect, test } from 'vitest';
import type { LadderState } from '../engine/model/ladder.ts';
import { nanos } from '../engine/model/units.ts';
import { incident } from '../views/ladder/gallery/incident.ts';
import { layLadder } from '../views/ladder/gallery/layLadder.ts';
import { overlaps } from './labels.ts';
import type { LayoutInput } from './layout.ts';
import { BAND_WIDTH, bandMarks, bandStrokes, STATE_LOOKS, STRIP_WIDTH } from './stateBand.ts';

const ladder = incident();
const span = ladder.lastTime - ladder.firstTime;
const at = (share: number) => nanos(ladder.firstTime + span * share);
const state = (name: LadderState['state'], from: number, to: number, more: Partial<LadderState> = {}): LadderState => ({
  path: 0,
  state: name,
  why: name === 'NONE' ? 'expired' : 'packet',
  by: null,
  direction: null,
  from: at(from),
  to: at(to),
  timeoutSeconds: 120,
  isReversed: false,
  ...more,
});
const STATES = [state('SYN_SENT', 0, 0.1), state('ESTABLISHED', 0.1, 0.6), state('CLOSE', 0.6, 0.8), state('NONE', 0.8, 1)];
const figureOf = (states: readonly LadderState[], more: Partial<LayoutInput> = {}) => layLadder({ ...ladder, states }, more);
const nat = ladder.lanes.findIndex((l) => l.translation !== null);

describe('the entry along the node’s lane', () => {
  test.each(['rows', 'time'] as const)(
    'in the scale of %s bands follow each other without a gap, at the lane where NAT happens',
    (scale) => {
      const { bands, stage } = figureOf(STATES, { scale });
      expect(bands.map((b) => b.state.state)).toEqual(['SYN_SENT', 'ESTABLISHED', 'CLOSE', 'NONE']);
      bands.forEach((band, i) => {
        expect(band.x).toBe(stage.laneX[nat]);
        if (bands[i + 1]) expect(bands[i + 1]?.top).toBe(band.bottom);
      });
    },
  );
  test('a band changes where the packet that is drawn crosses the lane', () => {
    const packet = ladder.rows.find((row) => row.kind === 'packet' && row.leak !== null);
    if (packet?.kind !== 'packet') throw new Error('the incident has a leak');
    const by = { journey: packet.journey, packet: { tap: 0 as never, row: 0 as never }, lane: 'tap:0', tap: 'pilot', frame: 1 };
    const { bands, slots } = figureOf([state('SYN_SENT', 0, 0.1), state('ESTABLISHED', 0.1, 1, { by })]);
    const slot = slots.find((s) => s.id === `p:${packet.journey}` && s.part !== 'departure');
    expect(bands[1]?.top).toBeGreaterThanOrEqual(slot?.top ?? Number.NaN);
    expect(bands[1]?.top).toBeLessThanOrEqual(slot?.bottom ?? Number.NaN);
  });
  test('bands stay in the tightest rows, where their names have no room', () => {
    expect(figureOf(STATES, { zoom: 0.3, width: 420 }).bands).toHaveLength(4);
  });
  test('they lie over folds and under arrows', () => {
    const { items, bandsAt } = figureOf(STATES);
    expect(items.slice(0, bandsAt).some((i) => i.id.startsWith('f:'))).toBe(true);
    expect(items.slice(0, bandsAt).some((i) => i.id.startsWith('p:'))).toBe(false);
    expect(items.slice(0, bandsAt).filter((i) => i.id.startsWith('c:'))).toHaveLength(4);
  });
  test('from where another connection opens, the entry before it lives on as a strip beside it', () => {
    const { bands } = figureOf([state('ESTABLISHED', 0, 1), state('SYN_SENT', 0.5, 1, { path: 1 })]);
    expect(bands.map((b) => [b.state.path, b.width])).toEqual([
      [0, BAND_WIDTH],
      [0, STRIP_WIDTH],
      [1, BAND_WIDTH],
    ]);
    expect(bands[1]?.top).toBe(bands[0]?.bottom);
    expect(bands[1]?.x).toBeLessThan((bands[2]?.x ?? 0) - BAND_WIDTH / 2);
  });
  test('without a lane where NAT happens there is none', () => {
    const lanes = ladder.lanes.map((l) => ({ ...l, translation: null }));
    expect(figureOf(STATES, { ladder: { ...ladder, lanes, states: STATES } }).bands).toEqual([]);
  });
});

describe('the look of a state', () => {
  const band = (name: LadderState['state'], bottom = 400) => ({
    id: 'c:0',
    state: state(name, 0, 1),
    x: 100,
    width: BAND_WIDTH,
    top: 0,
    bottom,
    letters: [9],
  });
  test('no two states share letters, nor hue and pattern', () => {
    const looks = Object.values(STATE_LOOKS);
    expect(new Set(looks.map((l) => l.letters)).size).toBe(looks.length);
    expect(new Set(looks.map((l) => JSON.stringify([l.tone, l.fill, l.stripes]))).size).toBe(looks.length);
    // Without hue as well.
    expect(new Set(looks.map((l) => JSON.stringify([l.fill > 0.3, l.fill === 0, l.stripes]))).size).toBe(looks.length);
  });
  test('only what is visible is drawn, and the pattern stands still', () => {
    const long = band('FIN_WAIT', 1e7);
    const strokes = bandStrokes(long, 5000, 5800);
    for (const s of strokes) expect([s.y0, s.y1, s.phase]).toEqual([5000, 5800, 5000]);
    expect(bandMarks(long, 5000, 5800).length).toBeLessThan(12);
    expect(bandStrokes(long, -900, -100)).toEqual([]);
  });
  test('letters stand in every band high enough to hold them', () => {
    const { bands } = figureOf(STATES);
    for (const b of bands) if (b.bottom - b.top < 18) expect(b.letters).toEqual([]);
    for (const b of bands) if (b.bottom - b.top > 120) expect(b.letters, JSON.stringify([b.top, b.bottom])).not.toEqual([]);
    const said = bandMarks(band('LAST_ACK', 17), 0, 1000).flatMap((m) => (m.kind === 'text' ? m.spans[0]?.text : []));
    expect(said).toEqual(['LA']);
  });
  test('no label and no verdict box stands on letters', () => {
    for (const width of [500, 700, 900, 1300]) {
      const { bands, labels, items } = figureOf(STATES, { width });
      const boxes = [...labels.map((l) => l.box), ...items.flatMap((i) => i.over.flatMap((m) => (m.kind === 'rect' ? [m] : [])))];
      for (const b of bands)
        for (const y of b.letters)
          for (const box of boxes) expect(overlaps({ x: b.x - 5, y: y - 5, width: 10, height: 10 }, box)).toBe(false);
    }
  });
});
