// Where conntrack's words stand, and that they are said once.
import { expect, test } from 'vitest';
import { J_LOST } from '../engine/model/correlation.ts';
import type { Ladder } from '../engine/model/ladder.ts';
import { ORIGINAL, REPLY } from '../engine/model/units.ts';
import { layLadder } from '../views/ladder/gallery/layLadder.ts';
import { Scene, THREE } from '../views/ladder/gallery/scene.ts';
import type { Figure } from './layout.ts';

/** Four packets that a rule drops at the node: they set out together and reach it after an answer has crossed them. */
function dropped(): Ladder {
  const scene = new Scene([{ name: 'b', role: 'server' }, { name: 'nb', role: 'server-side' }, ...THREE.slice(1)]);
  const verdict = { verdict: 'DROPPED', reason: 'ACK is over the upper bound', state: 'ESTABLISHED', orderDependent: false } as const;
  for (const ms of [0, 1, 2, 3])
    scene.send(REPLY, {
      at: [
        [0, ms],
        [1, 20 + ms / 10],
      ],
      journeyFlags: J_LOST,
      verdict,
    });
  scene.send(ORIGINAL, {
    at: [
      [3, 5],
      [0, 9],
    ],
  });
  return scene.done();
}

const boxesOf = (figure: Figure) =>
  figure.items.flatMap((i) => i.over.flatMap((m) => (m.kind === 'rect' && m.fill === 'card' ? [{ ...m, owner: i.id }] : [])));

test('of packets refused for one reason the first says why', () => {
  const figure = layLadder(dropped());
  expect(boxesOf(figure)).toHaveLength(1);
  expect(figure.labels.flatMap((l) => l.spans).filter((s) => s.text.includes('DROPPED'))).not.toHaveLength(0);
});

test('of leaks of one verdict and reason the first says so; those with a distance each tell it', () => {
  const leaks = (verdict: 'NEW' | 'INVALID', bytesBehind: number | null): Figure => {
    const scene = new Scene(THREE);
    for (const ms of [0, 10, 20])
      scene.send(REPLY, {
        at: [
          [0, ms],
          [2, ms + 1],
        ],
        verdict: { verdict, reason: 'for one reason', state: 'ESTABLISHED', orderDependent: false },
        leak: { kind: 'data', expectedSource: { address: '10.0.0.9', port: 80 }, expectedDestination: null, bytesBehind, twin: null },
      });
    return layLadder(scene.done());
  };
  expect(boxesOf(leaks('NEW', null))).toHaveLength(1);
  expect(boxesOf(leaks('INVALID', null))).toHaveLength(1);
  expect(boxesOf(leaks('INVALID', 1_000))).toHaveLength(3);
});

test.each([0.4, 1, null])('it lies below everything that left before the packet arrived, at zoom %s', (zoom) => {
  const figure = layLadder(dropped(), { zoom });
  const [box] = boxesOf(figure);
  for (const slot of figure.slots) if (slot.part === 'whole') expect(slot.at).toBeLessThan(box?.y ?? 0);
});

test.each([420, 560, 640, 900, 1400])('it stays between the outer lanes where they leave it room, at %i px', (width) => {
  const figure = layLadder(dropped(), { zoom: 1, width });
  const { left, right } = figure.stage;
  const [box] = boxesOf(figure);
  const [from, to] = [box?.x ?? 0, (box?.x ?? 0) + (box?.width ?? 0)];
  if (to - from <= right - left - 4) expect(from >= left && to <= right).toBe(true);
  else expect((from + to) / 2).toBeCloseTo((left + right) / 2);
});
