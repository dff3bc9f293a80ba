// The parameters to replay under. What is not touched stays as it was.
import { PROFILES, type TrackerSettings } from '../../engine/model/verdict.ts';
import type { ReplaySummary } from '../../engine/model/whatIf.ts';
import { useWhatIf } from '../../store/whatIf.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { whatIfText } from './text.ts';
import styles from './whatif.module.css';

const FLAGS = ['be_liberal', 'dropInvalid', 'loose', 'ignore_invalid_rst'] as const;
const DEFAULTS: Readonly<Record<(typeof FLAGS)[number], boolean>> = {
  be_liberal: false,
  dropInvalid: false,
  loose: true,
  ignore_invalid_rst: false,
};

export function Question({ inForce }: { readonly inForce: ReplaySummary | null }) {
  const t = useText(whatIfText);
  const { profile, settings, everyPath, setProfile, setSetting, setTimeout, setEveryPath, reset } = useWhatIf();
  const base: TrackerSettings = inForce?.settings ?? {};
  const seconds = settings.timeouts?.established;
  return (
    <form
      className={styles.question}
      aria-label={t('question')}
      onSubmit={(e) => e.preventDefault()}
      onKeyDown={(e) => {
        if (e.key === 'Escape') reset();
      }}
    >
      <h2 className={styles.title}>{t('question')}</h2>
      <label className={styles.row}>
        <span>{t('kernel')}</span>
        <select value={profile ?? ''} onChange={(e) => setProfile(PROFILES.find((p) => p === e.target.value) ?? null)}>
          <option value="">{t('inForce', { profile: inForce?.profile ?? '…' })}</option>
          {PROFILES.filter((p) => p !== inForce?.profile).map((p) => (
            <option key={p} value={p}>
              {t('linux', { profile: p })}
            </option>
          ))}
        </select>
      </label>
      {FLAGS.map((flag) => {
        const before = base[flag] ?? DEFAULTS[flag];
        return (
          <label key={flag} className={styles.check} data-changed={settings[flag] !== undefined && settings[flag] !== before}>
            <input
              type="checkbox"
              checked={settings[flag] ?? before}
              onChange={(e) => setSetting(flag, e.target.checked === before ? undefined : e.target.checked)}
            />
            <span
              className={flag === 'dropInvalid' ? undefined : styles.sysctl}
              title={flag === 'dropInvalid' ? undefined : `net.netfilter.nf_conntrack_tcp_${flag}`}
            >
              {t(flag)}
            </span>
          </label>
        );
      })}
      <label className={styles.row} data-changed={seconds !== undefined}>
        <span>{t('established')}</span>
        <input
          type="number"
          min={1}
          max={432_000}
          placeholder={String(base.timeouts?.established ?? 432_000)}
          value={seconds ?? ''}
          onChange={(e) => setTimeout('established', e.target.value === '' ? undefined : Math.max(1, Number(e.target.value)))}
        />
      </label>
      <label className={styles.check}>
        <input type="checkbox" checked={everyPath} onChange={(e) => setEveryPath(e.target.checked)} />
        <span>{t('everyPath')}</span>
      </label>
      <Button onClick={reset}>{t('reset')}</Button>
    </form>
  );
}
