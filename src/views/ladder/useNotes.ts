// Notes and highlights of the incident, as far as they lie in this ladder.
import { useEffect, useMemo, useState } from 'react';
import { plainText } from '../../document/markdown.ts';
import type { LadderPlace } from '../../engine/model/ladder.ts';
import { nanos, type PacketRef } from '../../engine/model/units.ts';
import { laneName } from '../../figure/describe.ts';
import type { LadderNote } from '../../figure/noteMarks.ts';
import { wordsEn } from '../../figure/words.en.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { usePins } from '../../store/pins.ts';
import { useEngine } from '../shared/engine.ts';
import type { LadderControl } from './ladderControl.ts';

interface InLadder {
  readonly notes: readonly LadderNote[];
  /** Highlighted packets. */
  readonly marked: readonly PacketRef[];
}

export function useNotes(control: LadderControl): InLadder {
  const engine = useEngine();
  const notes = useAnnotations((s) => s.notes);
  const highlights = useAnnotations((s) => s.highlights);
  const packets = usePins((s) => s.packets);
  const [places, setPlaces] = useState<ReadonlyMap<string, LadderPlace>>(new Map());
  const { ladder, path } = control;

  useEffect(() => {
    let current = true;
    const wanted = notes.flatMap((n) => {
      const packet = packets.get(n.id);
      return packet ? [{ id: n.id, packet }] : [];
    });
    if (wanted.length === 0) {
      setPlaces((old) => (old.size === 0 ? old : new Map()));
      return;
    }
    Promise.all(wanted.map(async ({ id, packet }) => [id, await engine.query('ladderPlace', path, packet)] as const))
      .then((found) => current && setPlaces(new Map(found.flatMap(([id, place]) => (place ? [[id, place]] : [])))))
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [engine, notes, packets, path]);

  return useMemo(() => {
    const shown = notes.flatMap((note): LadderNote[] => {
      const { id, pin } = note;
      const text = plainText(note.text);
      if (text.trim() === '') return [];
      if (pin.kind === 'span') return [{ id, text, on: { kind: 'span', from: nanos(pin.from), to: nanos(pin.to) } }];
      if (pin.kind === 'lane') {
        const lane = ladder.lanes.findIndex((l) => l.id === pin.lane);
        return lane < 0 ? [] : [{ id, text, on: { kind: 'lane', lane } }];
      }
      const place = places.get(id);
      const packet = packets.get(id);
      if (place?.kind !== 'here' || !packet || pin.kind === 'incident' || !pin.packet) return [];
      const { journey, ordinal, time } = place;
      return [{ id, text, on: { kind: 'packet', journey, ordinal, time, label: labelOf(control, packet, pin.packet.frame) } }];
    });
    const marked = highlights.flatMap((h) => packets.get(h.id) ?? []);
    return { notes: shown, marked };
  }, [notes, highlights, packets, places, ladder, control]);
}

/** `pilot #1992`; `frame` where the packet is none of the rows. */
function labelOf({ whole: ladder }: LadderControl, packet: PacketRef, frame: number): string {
  const lane = ladder.lanes.findIndex((l) => l.tap === packet.tap);
  const name = laneName(ladder, lane, wordsEn);
  for (const row of ladder.rows) {
    const seen = row.kind === 'packet' ? row.sightings.find((s) => s.tap === packet.tap && s.row === packet.row) : undefined;
    if (seen) return `${name} #${seen.frame}`;
  }
  return `${name} #${frame}`;
}
