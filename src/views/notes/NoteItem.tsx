// One note: where it is pinned, its text, and the field to change it in.
import { Pencil, Trash2 } from 'lucide-react';
import type { Note, PacketPlace } from '../../document/model.ts';
import { nanos } from '../../engine/model/units.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { usePins } from '../../store/pins.ts';
import { useSelection } from '../../store/selection.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { Markdown } from '../shared/Markdown.tsx';
import { NoteEditor } from '../shared/NoteEditor.tsx';
import styles from './NotesPanel.module.css';
import { text } from './text.ts';
import { usePinLabel } from './usePinLabel.ts';
import type { PinTargets } from './usePinTargets.ts';

export function NoteItem(props: {
  readonly note: Note<PacketPlace>;
  readonly targets: PinTargets;
  readonly readOnly: boolean;
  readonly isEditing: boolean;
  readonly onEdit: () => void;
  readonly onDone: () => void;
}) {
  const t = useText(text);
  const { id, pin } = props.note;
  const { label } = usePinLabel(pin, props.targets);
  const packet = usePins((s) => s.packets.get(id));
  const { editNote, removeNote } = useAnnotations.getState();
  const selection = useSelection.getState();
  const goTo = packet
    ? () => selection.selectPacket(packet)
    : pin.kind === 'span'
      ? () => selection.selectTimeRange({ from: nanos(pin.from), to: nanos(pin.to) })
      : null;
  return (
    <li className={styles.note}>
      <div className={styles.noteHead}>
        <button
          type="button"
          className={styles.pin}
          title={label}
          disabled={!goTo}
          aria-label={`${t('goTo')}: ${label}`}
          onClick={goTo ?? undefined}
        >
          {label}
        </button>
        {!props.readOnly && (
          <>
            <Button look="icon" aria-label={t('edit')} onClick={props.onEdit}>
              <Pencil size={14} aria-hidden />
            </Button>
            <Button look="icon" aria-label={t('remove')} onClick={() => removeNote(id)}>
              <Trash2 size={14} aria-hidden />
            </Button>
          </>
        )}
      </div>
      {props.isEditing && !props.readOnly ? (
        <NoteEditor autoFocus plain text={props.note.text} onChange={(next) => editNote(id, next)} onDone={props.onDone} />
      ) : props.note.text === '' ? (
        <p className={styles.empty}>{t('empty')}</p>
      ) : (
        <Markdown text={props.note.text} />
      )}
    </li>
  );
}
