import { expect, test } from 'vitest';
import { renumberTaps } from './renumberTaps.ts';
import { SAMPLE_DOCUMENT } from './testing/sampleDocument.ts';

test('what was said of a lane goes with its capture point', () => {
  const swapped = renumberTaps(
    SAMPLE_DOCUMENT,
    new Map([
      [0, 1],
      [1, 0],
    ]),
  );
  expect(swapped.lanes).toEqual([{ key: 'tap:1', name: 'Pilot pod', hidden: false }]);
  expect(swapped.laneOrder).toEqual(['tap:0', 'nat', 'tap:1']);
  expect(swapped.notes[2]?.pin).toEqual({ kind: 'lane', lane: 'tap:1' });
  expect(
    renumberTaps(
      swapped,
      new Map([
        [0, 1],
        [1, 0],
      ]),
    ),
  ).toEqual(SAMPLE_DOCUMENT);
});

test('a capture point that is not there gives its number to nobody', () => {
  const moved = renumberTaps(SAMPLE_DOCUMENT, new Map([[1, 0]]));
  expect(moved.lanes[0]?.key).not.toBe('tap:0');
  expect(new Set(moved.laneOrder).size).toBe(3);
});

test('nothing moved is the very same document', () => {
  expect(renumberTaps(SAMPLE_DOCUMENT, new Map([[0, 0]]))).toBe(SAMPLE_DOCUMENT);
});
