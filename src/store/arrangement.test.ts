import { beforeEach, expect, test } from 'vitest';
import { EMPTY_DOCUMENT } from '../document/model.ts';
import { NO_ANNOTATIONS, NO_CORRECTIONS, redo, undo, useAnnotations } from './annotations.ts';
import { arrange, arrangeAsPackets, fromClient, hintsOf, orderWith, placeTap, reorderTaps } from './arrangement.ts';
import { type TapEntry, useSession } from './session.ts';

const KEYS = ['tap1', 'tap2', 'tap3'];
const tap = (key: string): TapEntry => ({ key, name: key, fileNames: [], size: 0, load: { kind: 'waiting' } });
const keysOf = (taps: readonly TapEntry[]): string => taps.map(({ key }) => key).join(' ');

beforeEach(() => {
  useSession.getState().reset();
  useSession.getState().setTaps(() => KEYS.map(tap));
  useAnnotations.getState().correct(NO_CORRECTIONS);
  useAnnotations.getState().load(NO_ANNOTATIONS);
});

test('an offset holds against the clock it was set against, and no other', () => {
  useAnnotations.getState().correct({ offsets: { tap2: { offset: 5, against: 'tap1' } } });
  expect(hintsOf(KEYS)).toEqual({ orderPinned: false, pinnedOffsets: [null, 5, null], order: null, positions: [null, null, null] });
  expect(hintsOf(['tap2', 'tap3'])).toBeNull();
  undo();
  expect(hintsOf(KEYS)).toBeNull();
  redo();
  expect(hintsOf(KEYS)?.pinnedOffsets).toEqual([null, 5, null]);
});

test('a document brings its corrections to captures that were dropped in another order; that is no edit', () => {
  const taps = [0, 1, 2].map((c) => ({ name: '', captures: [c], position: 'unknown', clock: null }));
  const hints = { orderPinned: false, pinnedOffsets: [null, 7, null], order: [2, 0], positions: [null, 'node', 'client'] } as const;
  arrange({ ...EMPTY_DOCUMENT, taps, hints }, { tap1: [2], tap2: [0], tap3: [1] });
  const open = useSession.getState().taps.map(({ key }) => key);
  expect(open).toEqual(['tap2', 'tap3', 'tap1']);
  expect(hintsOf(open)).toEqual(hints);
  expect(useAnnotations.temporal.getState().pastStates).toEqual([]);
  // As documents said it before: all of them, in their own order.
  arrange(
    { ...EMPTY_DOCUMENT, taps, hints: { orderPinned: true, pinnedOffsets: [null, null, null] } },
    { tap1: [2], tap2: [0], tap3: [1] },
  );
  expect(hintsOf(open)?.order).toEqual([0, 1, 2]);
});

test('capture points stand as the packets say, those that were placed by hand in their order among themselves', () => {
  const taps = KEYS.map(tap);
  expect(keysOf(fromClient(taps, null, ['tap3', 'tap1']))).toBe('tap3 tap1 tap2');
  expect(keysOf(fromClient(taps, ['tap1', 'tap3'], ['tap3', 'tap2', 'tap1']))).toBe('tap1 tap2 tap3');
  expect(orderWith(['a', 'b', 'c', 'd'], ['d', 'b', 'e'])).toEqual(['a', 'd', 'c', 'b', 'e']);
});

test('a capture point that is placed leaves the order that was said before; each is one step to undo', () => {
  reorderTaps(['tap3', 'tap1', 'tap2'], ['tap:2', 'tap:0', 'tap:1']);
  placeTap('tap3', 'server');
  expect(useAnnotations.getState()).toMatchObject({ positions: { tap3: 'server' }, tapOrder: ['tap1', 'tap2'], laneOrder: null });
  expect(hintsOf(KEYS)).toMatchObject({ order: [0, 1], positions: [null, null, 'server'] });
  placeTap('tap1', 'node');
  expect(useAnnotations.getState()).toMatchObject({ positions: { tap1: 'node', tap3: 'server' }, tapOrder: null });
  undo();
  expect(useAnnotations.getState().positions).toEqual({ tap3: 'server' });
  redo();
  placeTap('tap3', null);
  expect(useAnnotations.getState().positions).toEqual({ tap1: 'node' });
  arrangeAsPackets();
  expect(hintsOf(KEYS)).toBeNull();
});

test('an order said later outweighs places that it contradicts, and no others', () => {
  for (const [key, position] of [
    ['tap1', 'client'],
    ['tap2', 'node'],
    ['tap3', 'server'],
  ] as const)
    placeTap(key, position);
  reorderTaps(['tap1', 'tap3', 'tap2'], null);
  expect(useAnnotations.getState().positions).toEqual({ tap1: 'client', tap2: 'node' });
  reorderTaps(['tap2', 'tap1', 'tap3'], null);
  expect(useAnnotations.getState().positions).toEqual({ tap2: 'node' });
});

test('order and lanes are one step to undo', () => {
  reorderTaps(['tap3', 'tap1', 'tap2'], ['tap:1', 'tap:0', 'tap:2']);
  expect(useAnnotations.getState()).toMatchObject({ tapOrder: ['tap3', 'tap1', 'tap2'], laneOrder: ['tap:1', 'tap:0', 'tap:2'] });
  undo();
  expect(useAnnotations.getState()).toMatchObject({ tapOrder: null, laneOrder: null });
});
