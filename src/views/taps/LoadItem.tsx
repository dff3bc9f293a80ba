// One capture point while it is read, or that could not be read: bar, bytes, packets, time left, cancel; why not, and again.
import type { TapEntry } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import { errorText } from './errorText.ts';
import styles from './LoadItem.module.css';
import { tapsText } from './text.ts';

export function LoadItem({ tap }: { readonly tap: TapEntry }) {
  const t = useText(tapsText);
  const language = useSettings((s) => s.language);
  const opening = useOpening();
  const { load } = tap;
  return (
    <li className={styles.item} data-state={load.kind}>
      <div className={styles.row}>
        <b className={styles.name}>{tap.fileNames.join(', ')}</b>
        {(load.kind === 'reading' || load.kind === 'waiting') && (
          <Button className={styles.small} onClick={() => opening.cancel(tap.key)} aria-label={t('cancelFile', { file: tap.name })}>
            {t('cancel')}
          </Button>
        )}
        {load.kind === 'failed' && (
          <>
            <Button className={styles.small} onClick={() => opening.retry(tap.key)} aria-label={t('retryFile', { file: tap.name })}>
              {t('retry')}
            </Button>
            <Button className={styles.small} onClick={() => opening.remove(tap.key)} aria-label={t('removeFile', { file: tap.name })}>
              {t('remove')}
            </Button>
          </>
        )}
      </div>
      {load.kind === 'waiting' && <p className={styles.line}>{t('waiting', { size: formatBytes(tap.size) })}</p>}
      {load.kind === 'reading' && (
        <>
          <progress
            className={styles.bar}
            max={load.progress.totalBytes || 1}
            value={load.progress.bytes}
            aria-label={t('progressOf', { file: tap.name })}
          />
          <p className={styles.line}>
            {t('progress', {
              done: formatBytes(load.progress.bytes),
              total: formatBytes(load.progress.totalBytes),
              packets: load.progress.packets,
            })}
            {timeLeft(load) !== null && ` · ${t('timeLeft', { time: formatDuration((timeLeft(load) ?? 0) * 1e6) })}`}
          </p>
          {load.stalled && (
            <p className={styles.problem} role="alert">
              {t('stalled')}
            </p>
          )}
        </>
      )}
      {load.kind === 'ready' && (
        <p className={styles.line}>{t('read', { packets: formatCount(load.summary.packets, language), size: formatBytes(tap.size) })}</p>
      )}
      {load.kind === 'failed' && (
        <p className={styles.problem} role="alert">
          {errorText(load.error, t)}
        </p>
      )}
    </li>
  );
}

/** Milliseconds to go at the speed so far; null while too little is known. */
function timeLeft(load: Extract<TapEntry['load'], { kind: 'reading' }>): number | null {
  const elapsed = performance.now() - load.startedAt;
  const { bytes, totalBytes } = load.progress;
  if (elapsed < 1000 || bytes === 0) return null;
  return Math.ceil(((totalBytes - bytes) * elapsed) / bytes / 1000) * 1000;
}
