// Files that name or configure things: what each was taken for, and how much was found in it.
import { FileText, X } from 'lucide-react';
import { useSession } from '../../store/session.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import styles from './ContextFiles.module.css';
import { tapsText } from './text.ts';

export function ContextFiles() {
  const t = useText(tapsText);
  const context = useSession((s) => s.context);
  const opening = useOpening();
  if (context.length === 0) return null;
  return (
    <section aria-label={t('contextTitle')}>
      <h2 className={styles.title}>{t('contextTitle')}</h2>
      <ul className={styles.list}>
        {context.map((file) => (
          <li key={file.key} className={styles.item}>
            <FileText size={14} aria-hidden />
            <span className={styles.name}>{file.fileName}</span>
            <span className={styles.kind}>{t('contextLine', { kind: file.summary.kind, n: file.summary.entries })}</span>
            <Button look="icon" aria-label={t('removeFile', { file: file.fileName })} onClick={() => opening.removeContext(file.key)}>
              <X size={14} aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
