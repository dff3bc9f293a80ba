// Notes and highlights of the incident, as far as they lie in this ladder.
import { useEffect, useMemo, useState } from 'react';
import { plainText } from '../../document/markdown.ts';
import type { LadderPlace } from '../../engine/model/ladder.ts';
import type { PacketRef } from '../../engine/model/units.ts';
import type { LadderNote } from '../../figure/noteMarks.ts';
import { noteOn } from '../../figure/noteOn.ts';
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
  const { ladder, whole, path } = control;

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
      const place = places.get(note.id);
      const packet = packets.get(note.id);
      const frame = note.pin.kind === 'packet' || note.pin.kind === 'finding' ? note.pin.packet?.frame : undefined;
      const pinned = place?.kind === 'here' && packet && frame !== undefined ? { ...place, tap: packet.tap, frame } : null;
      const { id, pin } = note;
      const placed = noteOn({ id, pin, text: plainText(note.text) }, pinned, ladder, whole, wordsEn);
      return placed ? [placed] : [];
    });
    const marked = highlights.flatMap((h) => packets.get(h.id) ?? []);
    return { notes: shown, marked };
  }, [notes, highlights, packets, places, ladder, whole]);
}
