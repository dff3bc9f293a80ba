// Title and summary, undo and redo.
import { Redo2, Undo2 } from 'lucide-react';
import { redo, undo, useAnnotations, useHistory } from '../../store/annotations.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { Markdown } from '../shared/Markdown.tsx';
import { NoteEditor } from '../shared/NoteEditor.tsx';
import { useDraft } from '../shared/useDraft.ts';
import styles from './NotesPanel.module.css';
import { text } from './text.ts';

export function About({ readOnly }: { readonly readOnly: boolean }) {
  const t = useText(text);
  const title = useAnnotations((s) => s.title);
  const summary = useAnnotations((s) => s.summary);
  const [canUndo, canRedo] = useHistory();
  const { setTitle, setSummary } = useAnnotations.getState();
  const draft = useDraft(title, setTitle);
  return (
    <section className={styles.section} aria-label={t('about')}>
      <header className={styles.head}>
        <h2 className={styles.heading}>{t('about')}</h2>
        {!readOnly && (
          <span className={styles.pair}>
            <Button look="icon" aria-label={t('undo')} disabled={!canUndo} onClick={undo}>
              <Undo2 size={16} aria-hidden />
            </Button>
            <Button look="icon" aria-label={t('redo')} disabled={!canRedo} onClick={redo}>
              <Redo2 size={16} aria-hidden />
            </Button>
          </span>
        )}
      </header>
      {readOnly ? (
        <>
          <strong>{title}</strong>
          <Markdown text={summary} />
        </>
      ) : (
        <>
          <label className={styles.field}>
            <span className={styles.label}>{t('title')}</span>
            <input
              className={styles.input}
              value={draft.value}
              maxLength={400}
              placeholder={t('titleHint')}
              onChange={(e) => draft.change(e.target.value)}
              onBlur={draft.flush}
              onKeyDown={(e) => e.stopPropagation()}
            />
          </label>
          <div className={styles.field}>
            <span className={styles.label} aria-hidden>
              {t('summary')}
            </span>
            <NoteEditor plain label={t('summary')} placeholder={t('summaryHint')} text={summary} onChange={setSummary} />
          </div>
        </>
      )}
    </section>
  );
}
