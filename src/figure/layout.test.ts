// What must hold of every ladder's geometry, whatever is in it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { J_HELD, J_LEAKED, J_LOST, J_RETRANSMISSION } from '../engine/model/correlation.ts';
import type { Ladder } from '../engine/model/ladder.ts';
import { ACK, PSH, RST } from '../engine/model/packetTable.ts';
import { type Direction, journeyId, nanos, ORIGINAL, REPLY } from '../engine/model/units.ts';
import { incident } from '../views/ladder/gallery/incident.ts';
import { layLadder } from '../views/ladder/gallery/layLadder.ts';
import { type LaneSpec, Scene, SERVER, SERVICE, THREE } from '../views/ladder/gallery/scene.ts';
import { crosses, overlaps, type Segment } from './labels.ts';
import type { Figure } from './layout.ts';
import { routeOf } from './packetRoute.ts';
import type { Item } from './stage.ts';
import { timeMap } from './timeMap.ts';
import { wordsEn } from './words.en.ts';
import { wordsZh } from './words.zh.ts';

const LANES: Readonly<Record<number, readonly LaneSpec[]>> = {
  2: [
    { name: 'b', role: 'server' },
    { name: 'a', role: 'client' },
  ],
  3: THREE,
  5: [
    { name: 'b', role: 'server' },
    { name: 'nb', role: 'server-side' },
    { name: '', role: 'node', kind: 'inferred', nat: true },
    { name: 'na', role: 'client-side' },
    { name: 'a', role: 'client' },
  ],
};

/** Exchanges with whatever transit times, leaks, RSTs, losses, held packets and folds in between. */
const ladders = fc
  .record({
    lanes: fc.constantFrom(2, 3, 5),
    steps: fc.array(
      fc.record({
        gap: fc.integer({ min: 0, max: 40_000 }),
        transit: fc.integer({ min: 1, max: 60_000 }),
        kind: fc.constantFrom('data', 'data', 'ack', 'rst', 'leak', 'lost', 'held', 'fold', 'silence'),
        reply: fc.boolean(),
        length: fc.integer({ min: 1, max: 1460 }),
      }),
      { minLength: 1, maxLength: 24 },
    ),
  })
  .map(({ lanes, steps }) => {
    const scene = new Scene(LANES[lanes]);
    const last = (LANES[lanes]?.length ?? 2) - 1;
    let ms = 0;
    for (const s of steps) {
      ms += s.gap / 1000;
      const path: [number, number][] = s.reply
        ? [
            [0, ms],
            [last, ms + s.transit / 1000],
          ]
        : [
            [last, ms],
            [0, ms + s.transit / 1000],
          ];
      const direction = s.reply ? REPLY : ORIGINAL;
      const leak = { kind: 'data' as const, expectedSource: SERVICE, expectedDestination: null, bytesBehind: 4000, twin: null };
      switch (s.kind) {
        case 'fold':
          scene.fold(ms, ms + 50, { packets: [3, 4], bytes: [10, 900], retransmissions: 2 });
          ms += 50;
          break;
        case 'silence':
          scene.silence(ms, ms + 500);
          ms += 500;
          break;
        case 'lost':
          scene.send(direction, { at: path.slice(0, 1), journeyFlags: J_LOST, length: s.length });
          break;
        case 'held':
          scene.send(direction, { at: path, journeyFlags: J_HELD, held: nanos(s.transit * 900), length: s.length });
          break;
        case 'leak':
          scene.send(direction, { at: path, journeyFlags: J_LEAKED, leak, length: s.length, flags: PSH | ACK, reason: 'leak' });
          break;
        case 'rst':
          scene.send(direction, {
            at: path,
            flags: RST,
            reason: 'reset',
            reset: { origin: 'client', cause: 'unknown', effect: 'kills', confidence: 'likely' },
          });
          break;
        default:
          scene.send(direction, {
            at: path,
            length: s.kind === 'data' ? s.length : 0,
            journeyFlags: s.length % 5 === 0 ? J_RETRANSMISSION : 0,
          });
      }
    }
    return scene.done();
  });

const views = fc.record({
  zoom: fc.constantFrom(null, 0.4, 1, 2.2),
  scale: fc.constantFrom('rows' as const, 'time' as const),
  width: fc.constantFrom(420, 700, 1300),
  chinese: fc.boolean(),
});

/** Real sightings with their heights, per lane. */
function heights(figure: Figure): Map<number, { time: number; y: number }[]> {
  const lanes = new Map<number, { time: number; y: number }[]>();
  for (const slot of figure.slots) {
    if (slot.row.kind !== 'packet' || slot.part === 'resumption' || slot.part === 'arrival') continue;
    for (const stop of routeOf(slot.row, figure.stage, figure.map.y, slot.at).stops) {
      if (stop.sighting) lanes.set(stop.lane, [...(lanes.get(stop.lane) ?? []), { time: stop.sighting.time, y: stop.y }]);
    }
  }
  return lanes;
}

function expectInOrder(figure: Figure): void {
  for (const seen of heights(figure).values()) {
    const sorted = [...seen].sort((a, b) => a.time - b.time || a.y - b.y);
    sorted.forEach((s, i) => {
      const before = sorted[i - 1];
      if (before && before.time < s.time) expect(s.y).toBeGreaterThanOrEqual(before.y - 0.01);
    });
  }
}

describe('every ladder', () => {
  test('no label lies on another', () => {
    fc.assert(
      fc.property(ladders, views, (ladder, v) => {
        const { labels } = layLadder(ladder, { zoom: v.zoom, scale: v.scale, width: v.width, words: v.chinese ? wordsZh : wordsEn });
        labels.forEach((a, i) => {
          for (const b of labels.slice(i + 1))
            if (overlaps(a.box, b.box)) throw new Error(`${JSON.stringify(a.spans)} on ${JSON.stringify(b.spans)}`);
        });
      }),
      { numRuns: 150 },
    );
  });

  test('on every lane, what happened earlier is drawn no lower', () => {
    fc.assert(
      fc.property(ladders, views, (ladder, v) => expectInOrder(layLadder(ladder, { zoom: v.zoom, scale: v.scale, width: v.width }))),
      { numRuns: 400 },
    );
  });

  test('what arrives before two packets that leave at one moment is drawn above the first of them', () => {
    const scene = new Scene(LANES[2]);
    const send = (direction: Direction, from: [number, number], to: [number, number]) => scene.send(direction, { at: [from, to] });
    send(ORIGINAL, [1, 0], [0, 0.003]);
    send(ORIGINAL, [1, 0], [0, 0.001]);
    send(REPLY, [0, 0.004], [1, 0.005]);
    send(ORIGINAL, [1, 0.004], [0, 0.005]);
    expectInOrder(layLadder(scene.done(), { width: 420 }));
  });

  test('every row is drawn exactly once, and folds say how many they hold', () => {
    fc.assert(
      fc.property(ladders, views, (ladder, v) => {
        const figure = layLadder(ladder, { zoom: v.zoom, scale: v.scale });
        const ids = figure.items.map((i) => i.id).filter((id) => !id.startsWith('l:'));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBe(ladder.rows.length);
        const counted = ladder.rows.reduce((n, r) => n + (r.kind === 'packet' ? 1 : r.kind === 'fold' ? r.count : 0), 0);
        expect(counted).toBe(ladder.journeys);
      }),
      { numRuns: 60 },
    );
  });

  test('a leak among whatever else says which address should have been there', () => {
    fc.assert(
      fc.property(ladders, (ladder) => {
        const leaks = ladder.rows.filter((r) => r.kind === 'packet' && r.leak && r.direction === REPLY);
        const leak = leaks[0];
        if (ladder.lanes.length === 2 || leaks.length !== 1 || leak?.kind !== 'packet') return;
        const { labels } = layLadder(ladder, { zoom: 1 });
        const own = labels.filter((l) => l.owner === `p:${leak.journey}`).flatMap((l) => l.spans);
        expect(own.find((s) => s.struck)?.text).toBe(SERVICE.address);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the incident', () => {
  const figure = layLadder(incident(), { width: 904 });
  test('fits one screen', () => expect(figure.height).toBeLessThanOrEqual(880));
  test('the leaked segment moves on after what overtook it', () => {
    const at = (id: string, part: string): number => figure.slots.find((s) => s.id === id && s.part === part)?.at ?? Number.NaN;
    const leak = figure.slots.find((s) => s.part === 'resumption');
    expect(leak).toBeDefined();
    expect(at(leak?.id ?? '', 'departure')).toBeLessThan(at(leak?.id ?? '', 'resumption'));
    const folds = figure.slots.filter((s) => s.row.kind === 'fold');
    expect(folds.filter((f) => f.bottom <= (leak?.at ?? 0))).toHaveLength(2);
  });
  test('says the struck-through address, the verdict and the count of the first band', () => {
    const words = figure.labels.flatMap((l) => l.spans);
    expect(words.find((s) => s.struck)?.text).toBe('192.168.107.214');
    expect(words.map((s) => s.text)).toContain('1,284 segments, 35.5 MB, 2.11 s');
    const marks = figure.items
      .flatMap((i) => [...i.marks, ...i.over])
      .flatMap((m) => (m.kind === 'text' ? m.spans.map((s) => s.text) : []));
    expect(marks).toContain('INVALID: 5,794,996 bytes behind the stream');
  });
});

test('a note on a packet inside a closed band lies in the margin at the band', () => {
  const ladder = incident();
  for (const row of ladder.rows) {
    if (row.kind !== 'fold') continue;
    // Even where its own time, of another lane, would put it elsewhere.
    for (const time of [row.from, row.to, ladder.firstTime, ladder.lastTime]) {
      const on = { kind: 'packet' as const, journey: journeyId(1e6), ordinal: row.first + row.count - 1, label: 'b #7', time };
      const figure = layLadder(ladder, { width: 1300, notes: [{ id: 'n', text: 'why', on }] });
      const band = figure.slots.find((s) => s.row === row);
      const tie = figure.items.find((i) => i.id === 'n:n')?.marks.find((m) => m.kind === 'circle');
      expect(tie?.kind === 'circle' && band && tie.y >= band.top && tie.y <= band.bottom).toBe(true);
    }
  }
});

test('the map from time to place never runs backwards', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ time: fc.integer(), y: fc.integer({ min: -1000, max: 1000 }) }), { maxLength: 40 }),
      fc.array(fc.integer()),
      (knots, times) => {
        const map = timeMap(knots);
        const ys = [...times].sort((a, b) => a - b).map((t) => map.y(nanos(t)));
        ys.forEach((y, i) => {
          if (i > 0) expect(y).toBeGreaterThanOrEqual((ys[i - 1] ?? 0) - 1e-6);
        });
      },
    ),
  );
});

/** The straight lines of an arrow. */
const piecesOf = (item: Item): Segment[] =>
  item.marks.flatMap((mark) =>
    mark.kind === 'line'
      ? mark.at.flatMap((x0, i) => {
          const [y0, x1, y1] = mark.at.slice(i + 1);
          return i % 2 === 0 && y0 !== undefined && x1 !== undefined && y1 !== undefined ? [{ owner: item.id, x0, y0, x1, y1 }] : [];
        })
      : [],
  );

describe('in tight rows', () => {
  /** @param apart ms between them: 20 ms on the way, they overtake nothing or all the others */
  const leakedResets = (apart = 0.1, more: (scene: Scene) => void = () => undefined): Ladder => {
    const scene = new Scene(THREE);
    for (const i of [0, 1, 2, 3])
      scene.send(REPLY, {
        at: [
          [0, i * apart],
          [2, 20 + i * apart],
        ],
        flags: RST,
        leak: { kind: 'rst', expectedSource: SERVICE, expectedDestination: null, bytesBehind: null, twin: null },
      });
    more(scene);
    scene.fold(5 + 3 * apart, 15 + 3 * apart, { packets: [20, 20], bytes: [10, 90_000] });
    return scene.done();
  };
  test('packets that arrive in rows of their own leave in rows just high enough for a frame number', () => {
    const departures = layLadder(leakedResets(), { zoom: 0.3 }).slots.filter((s) => s.part === 'whole' && s.row.kind === 'packet');
    for (const s of departures) {
      expect(s.bottom - s.top).toBeGreaterThanOrEqual(13);
      expect(s.bottom - s.top).toBeLessThan(18);
    }
  });
  test('of leaks under the same addresses the first is told across foreign lines, the others only where they stand clear', () => {
    const told = (apart: number, zoom: number) =>
      layLadder(leakedResets(apart), { zoom }).labels.filter((l) => l.spans.some((s) => s.bold && s.text === SERVER.address));
    expect(told(0.1, 0.3).map((l) => l.owner)).toEqual(['p:1000']);
    expect(told(100, 1)).toHaveLength(4);
  });
  test('what must be told stands below the last of several arrows rather than across one, or on a plate', () => {
    const ladder = leakedResets(0.1, (scene) => {
      const at = [
        [0, 0.4],
        [2, 20.4],
      ] as const;
      scene.send(REPLY, { at, flags: RST, translated: true });
    });
    for (const zoom of [0.22, 0.3, 0.6]) {
      const { labels, items } = layLadder(ladder, { zoom });
      const told = labels.filter((l) => l.owner === 'p:1004' && l.spans.some((s) => s.text.includes('RST')));
      expect(told, String(zoom)).not.toHaveLength(0);
      const foreign = items.filter((item) => item.id.startsWith('p:') && item.id !== 'p:1004').flatMap(piecesOf);
      for (const label of told)
        expect(label.plate !== null || !foreign.some((piece) => crosses(piece, label.box)), String(zoom)).toBe(true);
    }
  });
  test('a band says more than a number where an arrow crosses it, on a plate that hides the arrow', () => {
    const label = layLadder(leakedResets(), { zoom: 0.3 }).labels.find((l) => l.owner.startsWith('f:'));
    expect(label?.spans[0]?.text).toMatch(/segments/);
    expect(label?.plate).not.toBeNull();
  });
});

test('what a SYN ACK is stands on one side of the node at least, however tight the rows', () => {
  for (const zoom of [0.3, 0.5, 1]) {
    const { labels } = layLadder(incident(), { zoom });
    expect(
      labels.filter((l) => l.spans.some((s) => /SYN ACK/.test(s.text))),
      String(zoom),
    ).not.toHaveLength(0);
  }
});

test('a node that captured a leak on its way in and out is passed in one bow around both', () => {
  const scene = new Scene([
    { name: '', role: 'server', kind: 'inferred' },
    { name: 'node', role: 'node', nat: true },
    { name: '', role: 'client', kind: 'inferred' },
  ]);
  scene.send(REPLY, {
    at: [
      [1, 0],
      [1, 0.01],
    ],
    verdict: { verdict: 'INVALID', reason: 'SEQ is under the lower bound', state: 'ESTABLISHED', orderDependent: false },
    leak: { kind: 'data', expectedSource: SERVICE, expectedDestination: null, bytesBehind: 4000, twin: null },
  });
  const { items, labels } = layLadder(scene.done(), { zoom: 1 });
  const marks = items.find((i) => i.id.startsWith('p:'))?.marks ?? [];
  expect(marks.filter((m) => m.kind === 'curve')).toHaveLength(1);
  const frames = labels.filter((l) => /^#/.test(l.spans[0]?.text ?? ''));
  expect(frames.map((l) => l.anchor)).toEqual(['end', 'start']);
});

test('a held packet moves on in its own row where others set out at that very moment, and arrives below them', () => {
  const scene = new Scene(THREE);
  scene.send(REPLY, {
    at: [
      [0, 0],
      [2, 105],
    ],
    journeyFlags: J_HELD,
    held: nanos(100e6),
    verdict: { verdict: 'INVALID', reason: 'SEQ is under the lower bound', state: 'ESTABLISHED', orderDependent: false },
    leak: { kind: 'data', expectedSource: SERVICE, expectedDestination: null, bytesBehind: 4000, twin: null },
  });
  scene.fold(100, 120, { packets: [3, 4], bytes: [10, 900] });
  const { slots, items } = layLadder(scene.done(), { zoom: 1 });
  const on = slots.find((s) => s.part === 'resumption');
  const fold = slots.find((s) => s.row.kind === 'fold');
  const leak = items.find((i) => i.id.startsWith('p:'));
  const dotted = leak?.marks.find((m) => m.kind === 'line' && m.stroke.dash?.[0] === 2);
  expect(dotted?.kind === 'line' ? dotted.at[3] : Number.NaN).toBeCloseTo(on?.at ?? 0);
  expect(slots.map((s) => s.part)).toContain('arrival');
  // Conntrack's words stand below the band that set out meanwhile.
  const box = leak?.over[0];
  expect(box?.kind === 'rect' ? box.y : 0).toBeGreaterThanOrEqual(fold?.bottom ?? Number.NaN);
});
