// What a reader would suggest instead, and what refutes it.
import { useState } from 'react';
import type { VerdictFinding } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import { sharedText } from '../shared/text.ts';
import { Card } from './Card.tsx';
import styles from './Pairs.module.css';
import { verdictText } from './text.ts';

/** The likeliest objections come first; the rest on asking. */
const SHOWN = 4;

export function RivalsCard({ rivals }: { readonly rivals: VerdictFinding['rivals'] }) {
  const t = useText(verdictText);
  const shared = useText(sharedText);
  const [all, setAll] = useState(false);
  if (rivals.length === 0) return null;
  const hidden = rivals.length - SHOWN;
  return (
    <Card title={t('others')}>
      <dl>
        {(all ? rivals : rivals.slice(0, SHOWN)).map((rival) => (
          <div key={rival.kind} className={styles.pair}>
            <dt>{rival.title}</dt>
            <dd className={styles.wide}>{t('no', { because: rival.because })}</dd>
          </div>
        ))}
      </dl>
      {hidden > 0 && (
        <button type="button" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? shared('less') : shared('more', { n: hidden })}
        </button>
      )}
    </Card>
  );
}
