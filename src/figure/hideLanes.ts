// The same ladder without the lanes that the reader hid: what was seen there is left out, what others saw stays connected.
import type { Ladder, LadderLink, LadderPacket, LadderRow, LadderWindow } from '../engine/model/ladder.ts';

export interface ShownLadder {
  readonly ladder: Ladder;
  /** Packets of an open fold, as the shown ladder has them; those that only hidden lanes saw are left out. */
  readonly windows: (windows: readonly LadderWindow[]) => readonly LadderWindow[];
}

/** @param hidden ids of lanes; where none would be left to stand on, all are shown */
export function hideLanes(ladder: Ladder, hidden: ReadonlySet<string>): ShownLadder {
  const shown = ladder.lanes.flatMap((lane, i) => (hidden.has(lane.id) ? [] : [i]));
  if (shown.length === ladder.lanes.length || shown.length === 0) return { ladder, windows: (windows) => windows };
  const laneOf = new Map(shown.map((lane, i) => [lane, i]));
  const all = (packets: readonly LadderPacket[]): LadderPacket[] => packets.flatMap((p) => shownPacket(p, laneOf) ?? []);
  // What the first lanes of its way do not tell of a packet, later ones do: its row stands where it was first seen by one that is shown.
  const rows = ladder.rows
    .flatMap((row): LadderRow[] => (row.kind === 'packet' ? all([row]) : [row]))
    .sort((a, b) => startOf(a) - startOf(b));
  const packets = new Map(rows.flatMap((row) => (row.kind === 'packet' ? [[row.journey, row] as const] : [])));
  return {
    ladder: {
      ...ladder,
      lanes: shown.flatMap((i) => ladder.lanes[i] ?? []),
      folded: ladder.folded.map((f) => {
        const beside = shown.findIndex((i) => i >= f.clientSideLane);
        return { ...f, clientSideLane: beside < 0 ? shown.length - 1 : beside };
      }),
      rows,
      links: ladder.links.flatMap((link) => shownLink(link, packets, laneOf) ?? []),
    },
    windows: (windows) => windows.map((w) => ({ first: w.first, packets: all(w.packets) })),
  };
}

/** Lanes of this ladder that are hidden. */
export const hiddenIn = (ladder: Ladder, hidden: ReadonlySet<string>): readonly string[] => {
  const ids = ladder.lanes.map((lane) => lane.id).filter((id) => hidden.has(id));
  return ids.length === ladder.lanes.length ? [] : ids;
};

const startOf = (row: LadderRow): number => (row.kind === 'packet' ? (row.sightings[0]?.time ?? 0) : row.from);

function shownPacket(packet: LadderPacket, laneOf: ReadonlyMap<number, number>): LadderPacket | null {
  const sightings = packet.sightings.flatMap((s) => {
    const lane = laneOf.get(s.lane);
    return lane === undefined ? [] : [{ ...s, lane }];
  });
  return sightings.length === 0 ? null : { ...packet, sightings };
}

/** At its own lane, or else at the nearest one where both packets were seen. */
function shownLink(link: LadderLink, packets: ReadonlyMap<number, LadderPacket>, laneOf: ReadonlyMap<number, number>): LadderLink | null {
  const lane = laneOf.get(link.lane);
  if (lane !== undefined) return { ...link, lane };
  const [from, to] = [packets.get(link.from), packets.get(link.to)];
  const near = [...laneOf]
    .filter(([, at]) => from?.sightings.some((s) => s.lane === at) && to?.sightings.some((s) => s.lane === at))
    .sort(([a], [b]) => Math.abs(a - link.lane) - Math.abs(b - link.lane))[0];
  return near ? { ...link, lane: near[1] } : null;
}
