import { beforeAll, expect, test } from 'vitest';
import { EMPTY_DOCUMENT } from '../document/model.ts';
import type { AnalysisSummary } from '../worker/api.ts';
import { NO_ANNOTATIONS, useAnnotations } from './annotations.ts';
import { useIncident } from './incident.ts';
import { followLaneNumbers } from './laneNumbers.ts';
import { syncLanes } from './laneSync.ts';
import { useLanes } from './lanes.ts';
import { type TapEntry, useSession } from './session.ts';

beforeAll(() => {
  syncLanes();
  followLaneNumbers();
});

const entry = (key: string): TapEntry => ({ key, name: key, fileNames: [key], size: 1, load: { kind: 'waiting' } });
/** An analysis of these capture points in this order. */
function analysed(...keys: string[]): void {
  useSession.getState().setTaps(() => keys.map(entry));
  useSession.getState().set({ summary: { revision: 1, taps: keys.map((key) => ({ key })) } as unknown as AnalysisSummary });
}
const tap = (...captures: number[]) => ({ name: '', captures, position: 'unknown', clock: null });

test('names stay with their capture points when those are moved, and when they are dropped in another order', () => {
  useIncident.getState().set({ base: EMPTY_DOCUMENT, byTap: { pilot: [0], envoy: [1] } });
  analysed('pilot', 'envoy');
  useLanes.getState().rename('tap:0', 'Pilot');
  useLanes.getState().hide('tap:1');
  analysed('envoy', 'pilot');
  expect([...useLanes.getState().names]).toEqual([['tap:1', 'Pilot']]);
  expect([...useLanes.getState().hidden]).toEqual(['tap:0']);
  const { lanes } = useAnnotations.getState();

  // Another time: the document is opened before its captures, which come the other way round and under other keys.
  useSession.getState().reset();
  useIncident.getState().reset();
  useAnnotations.getState().load(NO_ANNOTATIONS);
  useIncident.getState().set({ base: { ...EMPTY_DOCUMENT, taps: [tap(1), tap(0)] }, byTap: {} });
  useAnnotations.getState().load({ ...NO_ANNOTATIONS, lanes });
  analysed('a', 'b');
  expect([...useLanes.getState().hidden]).toEqual(['tap:0']);
  useIncident.getState().set({ byTap: { a: [0], b: [1] } });
  expect([...useLanes.getState().names]).toEqual([['tap:0', 'Pilot']]);
  expect([...useLanes.getState().hidden]).toEqual(['tap:1']);
  expect(useAnnotations.temporal.getState().pastStates).toEqual([]);
});
