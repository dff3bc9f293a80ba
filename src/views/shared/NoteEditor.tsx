// One note being written: a text field that grows with its text and hands it on as one types.
import { useText } from './i18n.ts';
import styles from './NoteEditor.module.css';
import { notesText } from './notesText.ts';
import { useDraft } from './useDraft.ts';

/** As the schema of documents bounds it. */
const LONGEST = 200_000;

export function NoteEditor(props: {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly label?: string;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  readonly onDone?: () => void;
  readonly plain?: boolean;
}) {
  const t = useText(notesText);
  const draft = useDraft(props.text, props.onChange);
  return (
    <textarea
      className={`${styles.editor} ${props.plain ? styles.plain : ''}`}
      value={draft.value}
      maxLength={LONGEST}
      rows={2}
      aria-label={props.label ?? t('note')}
      placeholder={props.placeholder}
      // biome-ignore lint/a11y/noAutofocus: the reader has just asked to write here.
      autoFocus={props.autoFocus ?? false}
      onChange={(e) => draft.change(e.target.value)}
      onBlur={() => {
        draft.flush();
        props.onDone?.();
      }}
      onKeyDown={(e) => {
        // The page's own keys stay out of what is typed; Escape ends typing.
        e.stopPropagation();
        if (e.key === 'Escape' || (e.key === 'Enter' && (e.ctrlKey || e.metaKey))) e.currentTarget.blur();
      }}
    />
  );
}
