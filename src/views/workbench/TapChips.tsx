// One chip per capture point: its name and how far its clock is off; one for all where they are many.
import { type TapEntry, useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import type { AnalyzedTap } from '../../worker/api.ts';
import { formatDuration, formatOffset } from '../shared/format.ts';
import { type Translate, useText } from '../shared/i18n.ts';
import { Tip } from '../shared/Tip.tsx';
import styles from './TapChips.module.css';
import { workbenchText } from './text.ts';

/** More than these say their number instead: the names stand over the lanes. */
const MOST_CHIPS = 4;

export function TapChips() {
  const t = useText(workbenchText);
  const taps = useSession((s) => s.taps);
  const analyzed = useSession((s) => s.summary?.taps);
  const set = useSettings((s) => s.set);
  if (taps.length > MOST_CHIPS) {
    const worst = Math.max(0, ...(analyzed ?? []).map((a) => a.clock.uncertainty));
    const lines = taps.map((tap) => `${tap.name} ${stateText(tap, analyzed, t)}`);
    return (
      <div className={styles.chips}>
        <Tip text={lines.join('\n')}>
          <button type="button" className={styles.chip} onClick={() => set({ drawer: analyzed ? 'clocks' : 'captures' })}>
            <span className={styles.name}>{t('manyTaps', { n: taps.length })}</span>
            {analyzed && ` ${Number.isFinite(worst) ? t('clocksWithin', { within: formatDuration(worst) }) : t('clockUnknown')}`}
          </button>
        </Tip>
      </div>
    );
  }
  return (
    <div className={styles.chips}>
      {taps.map((tap) => {
        const known = analyzed?.find((a) => a.key === tap.key);
        return (
          <Tip key={tap.key} text={known && !known.clock.reference ? t('clockTip') : tap.fileNames.join(', ')}>
            <button type="button" className={styles.chip} onClick={() => set({ drawer: known ? 'clocks' : 'captures' })}>
              <span className={styles.name}>{tap.name}</span> {stateText(tap, analyzed, t)}
            </button>
          </Tip>
        );
      })}
    </div>
  );
}

function stateText(tap: TapEntry, analyzed: readonly AnalyzedTap[] | undefined, t: Translate<keyof typeof workbenchText.en>): string {
  const known = analyzed?.find((a) => a.key === tap.key);
  if (known) return clockText(known, t);
  return tap.load.kind === 'failed' ? t('notRead') : tap.load.kind === 'ready' ? '' : t('readingShort');
}

function clockText(tap: AnalyzedTap, t: Translate<keyof typeof workbenchText.en>): string {
  if (tap.clock.reference) return t('referenceClock');
  if (!Number.isFinite(tap.clock.uncertainty)) return t('clockUnknown');
  return `${formatOffset(tap.clock.offset)} ± ${formatDuration(tap.clock.uncertainty)}`;
}
