import { useMemo } from 'react';
import { plainText } from '../../document/markdown.ts';
import type { Ladder, LadderPacket } from '../../engine/model/ladder.ts';
import { nanos } from '../../engine/model/units.ts';
import type { LadderNote } from '../../figure/noteMarks.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { usePins } from '../../store/pins.ts';
import type { LadderControl } from './ladderControl.ts';

const NONE: readonly LadderNote[] = [];

/** Notes of the incident that belong in this ladder's margin: on packets drawn in full, on spans of its time, on its lanes. */
export function useNotes({ ladder }: LadderControl): readonly LadderNote[] {
  const notes = useAnnotations((s) => s.notes);
  const packets = usePins((s) => s.packets);
  const byPacket = useMemo(() => packetsOf(ladder), [ladder]);
  return useMemo(() => {
    const found = notes.flatMap(({ id, pin, text: markdown }): LadderNote[] => {
      const text = plainText(markdown);
      if (text.trim() === '') return [];
      if (pin.kind === 'span') return [{ id, text, on: { kind: 'span', from: nanos(pin.from), to: nanos(pin.to) } }];
      if (pin.kind === 'lane') {
        const lane = ladder.lanes.findIndex((l) => l.id === pin.lane);
        return lane < 0 ? [] : [{ id, text, on: { kind: 'lane', lane } }];
      }
      const ref = packets.get(id);
      const drawn = ref && byPacket.get(`${ref.tap}:${ref.row}`);
      const sighting = drawn?.sightings.find((s) => s.tap === ref?.tap && s.row === ref.row);
      if (!drawn || !sighting) return [];
      const label = `${ladder.lanes[sighting.lane]?.name ?? ''} #${sighting.frame}`;
      return [{ id, text, on: { kind: 'packet', journey: drawn.journey, label, time: sighting.time } }];
    });
    return found.length > 0 ? found : NONE;
  }, [notes, packets, byPacket, ladder]);
}

function packetsOf(ladder: Ladder): ReadonlyMap<string, LadderPacket> {
  const found = new Map<string, LadderPacket>();
  for (const row of ladder.rows) if (row.kind === 'packet') for (const s of row.sightings) found.set(`${s.tap}:${s.row}`, row);
  return found;
}
