// Names, order and hiding of lanes are edits like any other: undone, kept and shared with the annotations.
import type { LaneRecord } from '../document/model.ts';
import { useAnnotations } from './annotations.ts';
import { type LanesState, useLanes } from './lanes.ts';

const recordsOf = ({ names, hidden }: Pick<LanesState, 'names' | 'hidden'>): LaneRecord[] =>
  [...new Set([...names.keys(), ...hidden])].sort().map((key) => ({ key, name: names.get(key) ?? '', hidden: hidden.has(key) }));

const partsOf = (lanes: readonly LaneRecord[]): Pick<LanesState, 'names' | 'hidden'> => ({
  names: new Map(lanes.filter((l) => l.name !== '').map((l) => [l.key, l.name])),
  hidden: new Set(lanes.filter((l) => l.hidden).map((l) => l.key)),
});

/** Whether they say the same of the lanes, in whatever order and with whatever records that say nothing. */
const same = (a: readonly LaneRecord[], b: readonly LaneRecord[]): boolean =>
  JSON.stringify(recordsOf(partsOf(a))) === JSON.stringify(recordsOf(partsOf(b)));
const sameOrder = (a: readonly string[] | null, b: readonly string[] | null): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Call once. */
export function syncLanes(): void {
  useLanes.subscribe((state) => {
    const { lanes, laneOrder, setLanes } = useAnnotations.getState();
    const records = recordsOf(state);
    if (!same(records, lanes) || !sameOrder(state.order, laneOrder)) setLanes(records, state.order);
  });
  useAnnotations.subscribe(({ lanes, laneOrder }, before) => {
    if (lanes === before.lanes && laneOrder === before.laneOrder) return;
    const state = useLanes.getState();
    if (!same(recordsOf(state), lanes) || !sameOrder(state.order, laneOrder)) useLanes.setState({ ...partsOf(lanes), order: laneOrder });
  });
}
