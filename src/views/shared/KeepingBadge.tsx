// Whether the incident is kept: "saved" is said only when it is.
import { Check, CloudOff, CopyPlus, LoaderCircle, RotateCw } from 'lucide-react';
import { useIncident } from '../../store/incident.ts';
import { Button } from './Button.tsx';
import { useText } from './i18n.ts';
import styles from './KeepingBadge.module.css';
import { useKeeping } from './keeping.ts';
import { notesText } from './notesText.ts';

export function KeepingBadge() {
  const t = useText(notesText);
  const keeping = useIncident((s) => s.keeping);
  if (keeping.kind === 'nothing') return null;
  const bad = keeping.kind === 'failed' || keeping.kind === 'elsewhere';
  const Icon = keeping.kind === 'saved' ? Check : bad ? CloudOff : LoaderCircle;
  return (
    <span className={`${styles.badge} ${bad ? styles.bad : ''}`} data-keeping={keeping.kind} role="status">
      <Icon size={14} aria-hidden />
      {t(keeping.kind)}
    </span>
  );
}

/** Says at length what is wrong with keeping, and what to do; nothing while all is well. */
export function KeepingTrouble() {
  const t = useText(notesText);
  const keeping = useIncident((s) => s.keeping);
  const controls = useKeeping();
  if (keeping.kind === 'elsewhere')
    return (
      <p className={styles.trouble} role="alert">
        {t('elsewhereLong')}
        <Button onClick={controls.keepCopy}>
          <CopyPlus size={14} aria-hidden />
          {t('keepCopy')}
        </Button>
      </p>
    );
  if (keeping.kind !== 'failed') return null;
  const text = { full: t('failedFull'), missing: t('failedMissing'), refused: t('failedRefused', { detail: keeping.detail }) }[keeping.why];
  return (
    <p className={styles.trouble} role="alert">
      {text}
      <Button onClick={() => void controls.saveNow()}>
        <RotateCw size={14} aria-hidden />
        {t('saveAgain')}
      </Button>
    </p>
  );
}
