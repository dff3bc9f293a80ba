// Names and order of lanes are edits like any other: undone, kept and shared with the annotations.
import type { LaneRecord } from '../document/model.ts';
import { useAnnotations } from './annotations.ts';
import { type LanesState, useLanes } from './lanes.ts';

const recordsOf = (names: LanesState['names']): LaneRecord[] => [...names].map(([key, name]) => ({ key, name, hidden: false }));
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Call once. */
export function syncLanes(): void {
  useLanes.subscribe(({ names, order }) => {
    const { lanes, laneOrder, setLanes } = useAnnotations.getState();
    const records = recordsOf(names);
    if (!same(records, lanes) || !same(order, laneOrder)) setLanes(records, order);
  });
  useAnnotations.subscribe(({ lanes, laneOrder }, before) => {
    if (lanes === before.lanes && laneOrder === before.laneOrder) return;
    const { names, order } = useLanes.getState();
    if (same(recordsOf(names), lanes) && same(order, laneOrder)) return;
    useLanes.setState({ names: new Map(lanes.filter((l) => l.name !== '').map((l) => [l.key, l.name])), order: laneOrder });
  });
}
