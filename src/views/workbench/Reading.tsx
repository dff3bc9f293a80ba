// What the middle shows while captures are read and nothing can be drawn yet, or when nothing could be read.
import { useSession } from '../../store/session.ts';
import { useText } from '../shared/i18n.ts';
import { LoadList } from '../taps/LoadList.tsx';
import styles from './Reading.module.css';
import { workbenchText } from './text.ts';

export function Reading() {
  const t = useText(workbenchText);
  const busy = useSession(
    (s) => s.taps.some((x) => x.load.kind === 'waiting' || x.load.kind === 'reading') || s.analysis.kind === 'running',
  );
  const anyRead = useSession((s) => s.taps.some((x) => x.load.kind === 'ready'));
  return (
    <div className={styles.reading}>
      <div className={styles.card}>
        <h1 className={styles.title}>{t(busy ? 'reading' : anyRead ? 'captures' : 'nothingRead')}</h1>
        <LoadList />
      </div>
    </div>
  );
}

/** Above the verdict: what is still being read, what could not be read, and what was not used. */
export function StillReading() {
  const t = useText(workbenchText);
  const busy = useSession((s) => s.taps.some((x) => x.load.kind === 'waiting' || x.load.kind === 'reading'));
  const shown = useSession((s) => s.summary !== null && (s.leftAside.length > 0 || s.taps.some((x) => x.load.kind !== 'ready')));
  if (!shown) return null;
  return (
    <section className={styles.still} aria-label={t('captures')}>
      {busy && <p className={styles.note}>{t('stillReading')}</p>}
      <LoadList unfinishedOnly />
    </section>
  );
}
