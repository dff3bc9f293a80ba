// The capture panel: what was understood of each capture point, in words, and a strip of activity on one common time axis.
import { useAnnotations } from '../../store/annotations.ts';
import { fromClient } from '../../store/arrangement.ts';
import { useSession } from '../../store/session.ts';
import type { TapSummary } from '../../worker/api.ts';
import { formatMoment } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { LeftAsideList } from '../shared/LeftAsideList.tsx';
import type { Span } from './ActivityStrip.tsx';
import { ContextFiles } from './ContextFiles.tsx';
import { LoadItem } from './LoadItem.tsx';
import { TapCard } from './TapCard.tsx';
import styles from './TapsPanel.module.css';
import { tapsText } from './text.ts';
import { disjoint } from './warnings.ts';

const NONE: readonly string[] = [];

export function TapsPanel() {
  const t = useText(tapsText);
  const open = useSession((s) => s.taps);
  const inferred = useSession((s) => s.summary?.fromClient ?? NONE);
  const tapOrder = useAnnotations((s) => s.tapOrder);
  const taps = fromClient(open, tapOrder, inferred);
  const keys = taps.map((tap) => tap.key);
  const summaries = taps.map((tap) => (tap.load.kind === 'ready' ? tap.load.summary : null)).filter((s) => s !== null);
  const apart = disjoint(summaries);
  const span = spanOf(summaries);
  return (
    <div className={styles.panel}>
      {apart && (
        <p className={styles.apart} role="status">
          {t('disjoint', {
            a: apart[0].name,
            aLast: formatMoment(apart[0].last ?? 0n, 'utc'),
            b: apart[1].name,
            bFirst: formatMoment(apart[1].first ?? 0n, 'utc'),
          })}
        </p>
      )}
      <ul className={styles.list} aria-label={t('capturesList')}>
        {taps.map((tap) =>
          tap.load.kind === 'ready' && span ? (
            <TapCard key={tap.key} tap={tap} summary={tap.load.summary} span={span} order={keys} />
          ) : (
            <LoadItem key={tap.key} tap={tap} />
          ),
        )}
      </ul>
      <ContextFiles />
      <LeftAsideList />
    </div>
  );
}

function spanOf(summaries: readonly TapSummary[]): Span | null {
  let span: Span | null = null;
  for (const { first, last } of summaries) {
    if (first === null || last === null) continue;
    span = span ? { first: first < span.first ? first : span.first, last: last > span.last ? last : span.last } : { first, last };
  }
  return span ?? (summaries.length > 0 ? { first: 0n, last: 1n } : null);
}
