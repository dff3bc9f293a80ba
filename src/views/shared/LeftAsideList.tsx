// Dropped files that were not used, each with a sentence that says why and what was expected.
import { X } from 'lucide-react';
import { type LeftAside, useSession } from '../../store/session.ts';
import { Button } from './Button.tsx';
import { formatBytes } from './format.ts';
import { type Translate, useText } from './i18n.ts';
import styles from './LeftAsideList.module.css';
import { leftAsideText } from './leftAsideText.ts';

const SHOWN = 8;

export function LeftAsideList() {
  const t = useText(leftAsideText);
  const leftAside = useSession((s) => s.leftAside);
  const set = useSession((s) => s.set);
  if (leftAside.length === 0) return null;
  return (
    <section className={styles.list} aria-label={t('title')}>
      <header className={styles.header}>
        <h2 className={styles.title}>{t('title')}</h2>
        <Button look="icon" aria-label={t('dismiss')} onClick={() => set({ leftAside: [] })}>
          <X size={14} aria-hidden />
        </Button>
      </header>
      <ul className={styles.items}>
        {leftAside.slice(0, SHOWN).map((file, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same name may be dropped twice
          <li key={i}>
            <b className={styles.name}>{file.fileName}</b> {reason(file, t)}
          </li>
        ))}
        {leftAside.length > SHOWN && <li>{t('more', { n: leftAside.length - SHOWN })}</li>}
      </ul>
    </section>
  );
}

function reason(file: LeftAside, t: Translate<keyof typeof leftAsideText.en>): string {
  switch (file.reason.kind) {
    case 'sameCapture':
      return t('sameCapture', { as: file.reason.as });
    case 'interrupted':
      return t('interrupted', { size: formatBytes(file.reason.size) });
    case 'unreadable':
      return t('unreadable', { detail: file.reason.detail });
    case 'notACapture':
      return t(file.reason.looksLike);
  }
}
