// The clocks: offset ± uncertainty, drift and steps of each capture point, the bounds behind them, and setting one by hand.
import { useState } from 'react';
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { useQuery } from '../shared/engine.ts';
import { formatCount, formatDuration, formatOffset } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import styles from './ClockPanel.module.css';
import { ClockPlot } from './ClockPlot.tsx';
import { clocksText } from './text.ts';

/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function ClockPanel() {
  const t = useText(clocksText);
  const clocks = useQuery('clocks').value ?? [];
  const taps = useSession((s) => s.summary?.taps ?? null);
  const [chosen, setChosen] = useState<number | null>(null);
  if (taps === null || clocks.length === 0) return null;
  const nameOf = (tap: number): string => taps[tap]?.name ?? String(tap);
  if (clocks.length === 1) return <p className={styles.alone}>{t('one')}</p>;
  const shown = clocks.find((c) => c.tap === chosen) ?? clocks.find((c) => !c.reference) ?? null;
  return (
    <div className={styles.scroll}>
      <div className={styles.panel}>
        <div className={styles.side}>
          <p className={styles.intro}>
            {t('intro')} {t('asTaken', { name: nameOf(0) })}
          </p>
          <table className={styles.table} aria-label={t('title')}>
            <thead>
              <tr>
                <th scope="col">{t('tap')}</th>
                <th scope="col">{t('position')}</th>
                <th scope="col" className={styles.right}>
                  {t('offset', { name: nameOf(0) })}
                </th>
                <th scope="col" className={styles.right}>
                  {t('skew')}
                </th>
                <th scope="col" className={styles.right}>
                  {t('matched')}
                </th>
                <th scope="col" className={styles.right}>
                  {t('violations')}
                </th>
              </tr>
            </thead>
            <tbody>
              {clocks.map((c) => (
                <ClockRow key={c.tap} clock={c} name={nameOf(c.tap)} isShown={c === shown} onShow={() => setChosen(c.tap)} />
              ))}
            </tbody>
          </table>
        </div>
        {shown && (
          <div className={styles.detail}>
            <h3 className={styles.title}>{t('plot', { name: nameOf(shown.tap) })}</h3>
            <ClockPlot clock={shown} name={nameOf(shown.tap)} />
            {shown.steps.length > 0 && (
              <p className={styles.steps}>
                {t('stepsList', { list: shown.steps.map((s) => `${formatDuration(s.time)}: ${formatOffset(s.by)}`).join(', ') })}
              </p>
            )}
            {!shown.reference && <PinOffset key={shown.tap} clock={shown} tapKey={taps[shown.tap]?.key ?? ''} />}
          </div>
        )}
      </div>
    </div>
  );
}

function ClockRow(props: { readonly clock: ClockDetail; readonly name: string; readonly isShown: boolean; readonly onShow: () => void }) {
  const { clock, name } = props;
  const t = useText(clocksText);
  const language = useSettings((s) => s.language);
  const pinned = useSession((s) => s.pinnedOffsets);
  const key = useSession((s) => s.summary?.taps[clock.tap]?.key ?? '');
  return (
    <tr data-shown={props.isShown}>
      <th scope="row">
        <button
          type="button"
          className={styles.name}
          aria-pressed={props.isShown}
          aria-label={t('choose', { name })}
          onClick={props.onShow}
        >
          {name}
        </button>
      </th>
      <td className={styles.quiet}>{clock.position === 'unknown' ? t('unknownPosition') : t(clock.position)}</td>
      <td className={styles.right}>
        {clock.reference ? (
          <span className={styles.quiet}>{t('reference')}</span>
        ) : !Number.isFinite(clock.uncertainty) ? (
          <span className={styles.warn}>{t('unknown')}</span>
        ) : (
          <>
            {formatOffset(clock.offset)}{' '}
            <span className={styles.quiet}>{pinned[key] !== undefined ? t('pinned') : `± ${formatDuration(clock.uncertainty)}`}</span>
          </>
        )}
      </td>
      <td className={styles.right}>{clock.skewPpm === 0 ? '' : t('ppm', { value: clock.skewPpm.toFixed(1) })}</td>
      <td className={styles.right}>{clock.reference ? '' : formatCount(clock.matched, language)}</td>
      <td className={clock.violations > 0 ? `${styles.right} ${styles.warn}` : styles.right}>
        {clock.violations > 0 ? formatCount(clock.violations, language) : ''}
      </td>
    </tr>
  );
}

function PinOffset({ clock, tapKey }: { readonly clock: ClockDetail; readonly tapKey: string }) {
  const t = useText(clocksText);
  const opening = useOpening();
  const pinned = useSession((s) => s.pinnedOffsets[tapKey]);
  const [text, setText] = useState((clock.offset / 1e6).toFixed(3));
  const value = Number(text);
  return (
    <form
      className={styles.pin}
      onSubmit={(e) => {
        e.preventDefault();
        if (text.trim() !== '' && Number.isFinite(value)) opening.pinOffset(tapKey, Math.round(value * 1e6));
      }}
    >
      <label className={styles.pinLabel}>
        {t('pinLabel')}
        <input className={styles.pinInput} inputMode="decimal" value={text} onChange={(e) => setText(e.target.value)} />
      </label>
      <Button type="submit" disabled={text.trim() === '' || !Number.isFinite(value)}>
        {t('pin')}
      </Button>
      {pinned !== undefined && (
        <Button look="plain" onClick={() => opening.pinOffset(tapKey, null)}>
          {t('release')}
        </Button>
      )}
    </form>
  );
}
