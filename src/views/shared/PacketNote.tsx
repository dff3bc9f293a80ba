// The note on the selected packet, to be put into the inspector: write, change, highlight.
import { Highlighter, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PacketPlace } from '../../document/model.ts';
import type { PacketRef } from '../../engine/model/units.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { placeOfPacket } from '../../store/pins.ts';
import { useSession } from '../../store/session.ts';
import { Button } from './Button.tsx';
import { useEngine } from './engine.ts';
import { useText } from './i18n.ts';
import { NoteEditor } from './NoteEditor.tsx';
import { notesText } from './notesText.ts';
import styles from './PacketNote.module.css';

export function PacketNote({ packet }: { readonly packet: PacketRef }) {
  const t = useText(notesText);
  const engine = useEngine();
  const readOnly = useSession((s) => s.readOnly);
  const [place, setPlace] = useState<PacketPlace | null>(null);
  useEffect(() => {
    let current = true;
    setPlace(null);
    placeOfPacket(engine, packet).then(
      (found) => current && setPlace(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [engine, packet]);
  const notes = useAnnotations((s) => s.notes);
  const highlights = useAnnotations((s) => s.highlights);
  const { addNote, editNote, removeNote, toggleHighlight } = useAnnotations.getState();
  if (!place) return null;
  const isHere = ({ pin }: (typeof notes)[number] | (typeof highlights)[number]): boolean =>
    pin.kind === 'packet' && pin.packet.capture === place.capture && pin.packet.frame === place.frame;
  const here = notes.filter(isHere);
  const lit = highlights.some(isHere);
  const pin = { kind: 'packet', packet: place } as const;
  if (readOnly && here.length === 0) return null;
  return (
    <section className={styles.notes} aria-label={t('note')}>
      <header className={styles.head}>
        <h3 className={styles.title}>{t('note')}</h3>
        {!readOnly && (
          <Button look="icon" aria-pressed={lit} aria-label={lit ? t('highlighted') : t('highlight')} onClick={() => toggleHighlight(pin)}>
            <Highlighter size={15} aria-hidden />
          </Button>
        )}
      </header>
      {/* The field stays the same one when its first words make it a note. */}
      {(here.length > 0 ? here : [null]).map((note, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the key must stay when the note gets its id.
        <div key={`${place.capture}:${place.frame}:${i}`} className={styles.note}>
          <NoteEditor
            text={note?.text ?? ''}
            plain={!note}
            placeholder={t('writePacketNote')}
            label={note ? t('note') : t('writePacketNote')}
            onChange={(text) => (note ? editNote(note.id, text) : text.trim() !== '' && void addNote(pin, text))}
          />
          {note && !readOnly && (
            <Button look="icon" aria-label={t('removeNote')} onClick={() => removeNote(note.id)}>
              <Trash2 size={15} aria-hidden />
            </Button>
          )}
        </div>
      ))}
    </section>
  );
}
