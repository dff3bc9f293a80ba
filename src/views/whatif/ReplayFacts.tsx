// How far the replay can be trusted: agreement with what was observed, kernels that fit, settings found by trying, order of arrival.
import type { InferredSetting } from '../../engine/model/verdict.ts';
import type { ReplaySummary } from '../../engine/model/whatIf.ts';
import { useText } from '../shared/i18n.ts';
import { Packets } from './Packets.tsx';
import { whatIfText } from './text.ts';
import styles from './whatif.module.css';

export function ReplayFacts({ summary: s }: { readonly summary: ReplaySummary }) {
  const t = useText(whatIfText);
  const settings = s.inferred.map((i) => (i.between ? between(i, i.between, t) : `${i.name} = ${Number(i.value)}`)).join(', ');
  return (
    <div className={styles.facts}>
      <p data-tone={s.agree === s.of ? 'good' : 'warning'}>
        {s.agree === s.of ? t('agreementAll', { of: s.of }) : t('agreement', { agree: s.agree, of: s.of })}
      </p>
      {s.disagreeing.length > 0 && (
        <p>
          {t('disagreeing')} <Packets packets={s.disagreeing.slice(0, 8)} />
        </p>
      )}
      <p>{s.fits.length > 0 ? t('fits', { profiles: s.fits.join(', ') }) : t('fitsNone')}</p>
      {settings !== '' && <p>{t('inferred', { settings })}</p>}
      <p>{s.order === 'node-tap' ? t('orderTap') : t('order')}</p>
      {s.orderDependent > 0 && <p data-tone="warning">{t('orderDoubt', { n: s.orderDependent })}</p>}
    </div>
  );
}

const seconds = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

const between = (
  i: InferredSetting,
  [low, high]: readonly [number, number],
  t: (id: 'between', values: Record<string, string>) => string,
): string => t('between', { name: i.name, low: seconds(low), high: seconds(high) });
