// The clocks: offset ± uncertainty, drift and steps of each capture point, the bounds behind them, and setting one by hand.
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ClockDetail } from '../../engine/model/connectionList.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { useQuery } from '../shared/engine.ts';
import { formatCount, formatDecimal, formatDuration, formatOffset } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { PacketLink } from '../shared/PacketLink.tsx';
import { positionText } from '../shared/positionText.ts';
import styles from './ClockPanel.module.css';
import { ClockPlot } from './ClockPlot.tsx';
import { PinOffset } from './PinOffset.tsx';
import { clocksText } from './text.ts';

/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function ClockPanel() {
  const t = useText(clocksText);
  const language = useSettings((s) => s.language);
  const clocks = useQuery('clocks', language).value ?? [];
  const taps = useSession((s) => s.summary?.taps ?? null);
  const placed = useAnnotations((s) => s.positions);
  const [chosen, setChosen] = useState<number | null>(null);
  if (taps === null || clocks.length === 0) return null;
  const nameOf = (tap: number): string => taps[tap]?.name ?? String(tap);
  if (clocks.length === 1) return <p className={styles.alone}>{t('one')}</p>;
  const wanted = clocks.find((c) => c.tap === chosen);
  const shown = wanted ?? clocks.find((c) => c.violations > 0) ?? clocks.find((c) => !c.reference) ?? null;
  return (
    <div className={styles.scroll}>
      <div className={styles.panel}>
        <div className={styles.side}>
          <table className={styles.table} aria-label={t('title')}>
            <thead>
              <tr>
                <th scope="col">{t('tap')}</th>
                <th scope="col" className={styles.right}>
                  {t('offset', { name: nameOf(0) })}
                </th>
                <th scope="col" className={styles.right}>
                  {t('skew')}
                </th>
                <th scope="col" className={`${styles.right} ${styles.matched}`}>
                  {t('matched')}
                </th>
              </tr>
            </thead>
            <tbody>
              {clocks.map((c) => (
                <ClockRow
                  key={c.tap}
                  clock={c}
                  nameOf={nameOf}
                  isPlaced={placed[taps[c.tap]?.key ?? ''] !== undefined}
                  isShown={c === shown}
                  onShow={() => setChosen(c.tap)}
                />
              ))}
            </tbody>
          </table>
          <p className={styles.intro}>
            {t('intro')} {t('asTaken', { name: nameOf(0) })}
          </p>
        </div>
        {shown && (
          <div className={styles.detail}>
            <h2 className={styles.title}>{t('plot', { name: nameOf(shown.tap) })}</h2>
            {shown.reference ? (
              <p className={styles.quiet}>{t('isReference')}</p>
            ) : (
              <>
                <ClockPlot key={shown.tap} clock={shown} name={nameOf(shown.tap)} />
                {shown.steps.length > 0 && (
                  <p className={styles.steps}>
                    {t('stepsList', { list: shown.steps.map((s) => `${formatDuration(s.time)}: ${changeText(s, t)}`).join(', ') })}
                  </p>
                )}
                <Early clock={shown} />
                <PinOffset key={`pin ${shown.tap}`} clock={shown} tapKey={taps[shown.tap]?.key ?? ''} />
              </>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

/** By how much it was set; where its drift changed, by how much that. */
function changeText({ by, driftPpm }: ClockDetail['steps'][number], t: (id: 'ppm', values: { value: string }) => string): string {
  if (Math.abs(driftPpm) < 0.05) return formatOffset(by);
  return `${formatOffset(by)}, ${t('ppm', { value: `${driftPpm < 0 ? '−' : '+'}${Math.abs(driftPpm).toFixed(1)}` })}`;
}

function ClockRow(props: {
  readonly clock: ClockDetail;
  readonly nameOf: (tap: number) => string;
  /** Its position was set by hand. */
  readonly isPlaced: boolean;
  readonly isShown: boolean;
  readonly onShow: () => void;
}) {
  const { clock } = props;
  const name = props.nameOf(clock.tap);
  const t = useText(clocksText);
  const where = useText(positionText);
  const language = useSettings((s) => s.language);
  return (
    <tr data-shown={props.isShown} onClick={props.onShow}>
      <th scope="row">
        <button type="button" className={styles.name} aria-pressed={props.isShown} aria-label={t('choose', { name })}>
          {name}
        </button>
        <span className={styles.position}>
          {where(clock.position)}
          {props.isPlaced && <strong className={styles.pinned}> {t('pinned')}</strong>}
        </span>
      </th>
      <td className={styles.right}>
        <Offset clock={clock} />
      </td>
      <td className={styles.right}>{clock.skewPpm === 0 ? '' : t('ppm', { value: formatDecimal(clock.skewPpm, 1) })}</td>
      <td className={`${styles.right} ${styles.matched}`}>{clock.reference ? '' : formatCount(clock.matched, language)}</td>
    </tr>
  );
}

function Offset({ clock }: { readonly clock: ClockDetail }) {
  const t = useText(clocksText);
  const { inferred } = clock;
  if (clock.reference) return <span className={styles.quiet}>{t('reference')}</span>;
  const says = Number.isFinite(inferred.uncertainty) ? (
    <>
      {formatOffset(inferred.offset)} <span className={styles.quiet}>± {formatDuration(inferred.uncertainty)}</span>
    </>
  ) : (
    <span className={styles.warn}>{clock.apart}</span>
  );
  return (
    <>
      {clock.pinned ? (
        <>
          {formatOffset(clock.offset)} <strong className={styles.pinned}>{t('pinned')}</strong>
          <span className={styles.below}>
            {t('packetsSay')} {says}
          </span>
        </>
      ) : (
        says
      )}
      {clock.violations > 0 && (
        <span className={`${styles.below} ${styles.early}`}>
          <TriangleAlert size={12} aria-hidden /> {t('violations', { n: clock.violations })}
        </span>
      )}
    </>
  );
}

/** The packets that arrive earliest before they were sent, as the clock stands. */
function Early({ clock }: { readonly clock: ClockDetail }) {
  const t = useText(clocksText);
  const labels = useQuery('packetLabels', clock.early).value ?? [];
  if (clock.early.length === 0) return null;
  return (
    <p className={styles.steps}>
      {t('early')}{' '}
      {clock.early.map((packet, i) => (
        <span key={`${packet.tap} ${packet.row}`}>
          {i > 0 && ' '}
          <PacketLink packet={packet} label={labels[i] ?? ''} />
        </span>
      ))}
    </p>
  );
}
