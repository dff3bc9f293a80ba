// All notes, each beside what it is pinned to.
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { PacketRef } from '../../engine/model/units.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { placeOfPacket } from '../../store/pins.ts';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { Button } from '../shared/Button.tsx';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { Menu } from '../shared/Menu.tsx';
import { NoteItem } from './NoteItem.tsx';
import styles from './NotesPanel.module.css';
import { text } from './text.ts';
import { type PinTargets, usePinTargets } from './usePinTargets.ts';

export function NoteList({ readOnly }: { readonly readOnly: boolean }) {
  const t = useText(text);
  const notes = useAnnotations((s) => s.notes);
  const targets = usePinTargets();
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <section className={styles.section} aria-label={t('notes')}>
      <header className={styles.head}>
        <h2 className={styles.heading}>
          {t('notes')} {notes.length > 0 && notes.length}
        </h2>
        {!readOnly && <AddNote targets={targets} onAdded={setEditing} />}
      </header>
      {notes.length === 0 && <p className={styles.empty}>{t(readOnly ? 'noneReadOnly' : 'none')}</p>}
      <ul className={styles.list}>
        {notes.map((note) => (
          <NoteItem
            key={note.id}
            note={note}
            targets={targets}
            readOnly={readOnly}
            isEditing={editing === note.id}
            onEdit={() => setEditing(note.id)}
            onDone={() => setEditing(null)}
          />
        ))}
      </ul>
    </section>
  );
}

function AddNote({ targets, onAdded }: { readonly targets: PinTargets; readonly onAdded: (id: string) => void }) {
  const t = useText(text);
  const engine = useEngine();
  const packet = useSelection(primaryPacket);
  const span = useSelection((s) => s.timeRange);
  const { addNote } = useAnnotations.getState();
  const onPacket = async (): Promise<void> => {
    const place = packet && (await placeOfPacket(engine, packet));
    if (place) onAdded(addNote({ kind: 'packet', packet: place }, ''));
  };
  const { finding, lanes } = targets;
  const onFinding = async (kind: string, evidence: PacketRef | undefined): Promise<void> => {
    const place = evidence ? await placeOfPacket(engine, evidence) : null;
    onAdded(addNote({ kind: 'finding', finding: kind, packet: place }, ''));
  };
  return (
    <Menu
      trigger={
        <Button>
          <Plus size={15} aria-hidden />
          {t('addTo')}
        </Button>
      }
      items={[
        ...(packet ? [{ kind: 'action', id: 'packet', label: t('onPacket'), onSelect: () => void onPacket() } as const] : []),
        ...(span
          ? [
              {
                kind: 'action',
                id: 'span',
                label: t('onSpan'),
                onSelect: () => onAdded(addNote({ kind: 'span', from: span.from, to: span.to }, '')),
              } as const,
            ]
          : []),
        ...(finding
          ? [
              {
                kind: 'action',
                id: 'finding',
                label: t('onFinding'),
                onSelect: () => void onFinding(finding.kind, finding.evidence[0]?.packets[0]?.packet),
              } as const,
            ]
          : []),
        { kind: 'action', id: 'incident', label: t('onIncident'), onSelect: () => onAdded(addNote({ kind: 'incident' }, '')) },
        ...(lanes.length > 0 ? [{ kind: 'line', id: 'lanes' } as const] : []),
        ...lanes.map(
          ({ id, name }) =>
            ({
              kind: 'action',
              id: `lane:${id}`,
              label: t('onLane', { name }),
              onSelect: () => onAdded(addNote({ kind: 'lane', lane: id }, '')),
            }) as const,
        ),
      ]}
    />
  );
}
