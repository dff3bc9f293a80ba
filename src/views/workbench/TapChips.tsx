// One chip per capture point: its name and how far its clock is off.
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import type { AnalyzedTap } from '../../worker/api.ts';
import { formatDuration, formatOffset } from '../shared/format.ts';
import { type Translate, useText } from '../shared/i18n.ts';
import { Tip } from '../shared/Tip.tsx';
import styles from './TapChips.module.css';
import { workbenchText } from './text.ts';

export function TapChips() {
  const t = useText(workbenchText);
  const taps = useSession((s) => s.taps);
  const analyzed = useSession((s) => s.summary?.taps);
  const set = useSettings((s) => s.set);
  return (
    <div className={styles.chips}>
      {taps.map((tap) => {
        const known = analyzed?.find((a) => a.key === tap.key);
        return (
          <Tip key={tap.key} text={known && !known.clock.reference ? t('clockTip') : tap.fileNames.join(', ')}>
            <button type="button" className={styles.chip} onClick={() => set({ drawer: known ? 'clocks' : 'captures' })}>
              <span className={styles.name}>{tap.name}</span>{' '}
              {known ? clockText(known, t) : tap.load.kind === 'failed' ? t('notRead') : tap.load.kind === 'ready' ? '' : t('readingShort')}
            </button>
          </Tip>
        );
      })}
    </div>
  );
}

function clockText(tap: AnalyzedTap, t: Translate<keyof typeof workbenchText.en>): string {
  if (tap.clock.reference) return t('referenceClock');
  if (!Number.isFinite(tap.clock.uncertainty)) return t('clockUnknown');
  return `${formatOffset(tap.clock.offset)} ± ${formatDuration(tap.clock.uncertainty)}`;
}
