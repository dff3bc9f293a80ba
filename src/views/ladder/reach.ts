// A range from one row of the diagram to another: the packets drawn in it, and its span of time, which also counts what is folded.
import type { LadderFold, LadderPacket } from '../../engine/model/ladder.ts';
import type { TimeRange } from '../../store/selection.ts';

export type ReachRow = LadderPacket | LadderFold;

export interface Reach {
  readonly range: TimeRange;
  /** The one at the end reached for comes last. */
  readonly packets: readonly LadderPacket[];
}

/** @param rows as they are walked through, from one end to the other; @param isForward the range was drawn downwards */
export function reachOver(rows: readonly ReachRow[], isForward: boolean): Reach | null {
  const [first] = rows;
  if (!first) return null;
  let range = spanOf(first);
  for (const row of rows) {
    const { from, to } = spanOf(row);
    range = { from: from < range.from ? from : range.from, to: to > range.to ? to : range.to };
  }
  const packets = rows.filter((row) => row.kind === 'packet');
  return { range, packets: isForward ? packets : packets.toReversed() };
}

/** A packet counts at the moment it is first seen. */
function spanOf(row: ReachRow): TimeRange {
  if (row.kind === 'fold') return { from: row.from, to: row.to };
  const [first] = row.sightings;
  if (!first) throw new Error('a packet without sightings');
  return { from: first.time, to: first.time };
}
