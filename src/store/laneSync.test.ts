import { beforeAll, beforeEach, expect, test } from 'vitest';
import { NO_ANNOTATIONS, redo, undo, useAnnotations } from './annotations.ts';
import { syncLanes } from './laneSync.ts';
import { useLanes } from './lanes.ts';

beforeAll(syncLanes);
beforeEach(() => useAnnotations.getState().load(NO_ANNOTATIONS));

test('a hidden lane is in the document, named or not', () => {
  useLanes.getState().hide('tap:1');
  expect(useAnnotations.getState().lanes).toEqual([{ key: 'tap:1', name: '', hidden: true }]);
  useLanes.getState().rename('tap:1', 'cell 12');
  expect(useAnnotations.getState().lanes).toEqual([{ key: 'tap:1', name: 'cell 12', hidden: true }]);
  useLanes.getState().show('tap:1');
  expect(useAnnotations.getState().lanes).toEqual([{ key: 'tap:1', name: 'cell 12', hidden: false }]);
});

test('hiding is undone and redone', () => {
  useLanes.getState().hide('nat');
  undo();
  expect([...useLanes.getState().hidden]).toEqual([]);
  redo();
  expect([...useLanes.getState().hidden]).toEqual(['nat']);
});

test('a document that is opened brings its lanes, and opening it is no edit', () => {
  const lanes = [
    { key: 'tap:1', name: '', hidden: true },
    { key: 'nat', name: '', hidden: false },
    { key: 'client', name: 'Envoy', hidden: false },
  ];
  useAnnotations.getState().load({ ...NO_ANNOTATIONS, lanes, laneOrder: ['nat', 'tap:1'] });
  expect([...useLanes.getState().hidden]).toEqual(['tap:1']);
  expect(useLanes.getState().names.get('client')).toBe('Envoy');
  expect(useLanes.getState().order).toEqual(['nat', 'tap:1']);
  expect(useAnnotations.getState().lanes).toBe(lanes);
  expect(useAnnotations.temporal.getState().pastStates).toEqual([]);
  useAnnotations.getState().load(NO_ANNOTATIONS);
  expect([...useLanes.getState().hidden]).toEqual([]);
  expect(useLanes.getState().order).toBeNull();
});
