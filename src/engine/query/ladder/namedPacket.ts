// A packet by the name it has at the capture point where it is best looked at.
import type { Analysis } from '../../model/analysis.ts';
import { frameOf } from '../../model/capture.ts';
import type { NamedPacket } from '../../model/ladder.ts';
import { type JourneyId, row, tapId } from '../../model/units.ts';

/** A leak is known by where it did harm, anything else by where it was first seen. */
export function namedPacket({ workspace, correlation }: Analysis, journey: JourneyId): NamedPacket {
  const { journeys, leaks } = correlation;
  const s = leaks.some((l) => l.journey === journey) ? journeys.start[journey + 1] - 1 : journeys.start[journey];
  const packet = { tap: tapId(journeys.sightingTap[s]), row: row(journeys.sightingRow[s]) };
  const tap = workspace.taps[packet.tap];
  return { journey, packet, lane: `tap:${packet.tap}`, tap: tap.name, frame: frameOf(tap, packet.row).frame };
}
