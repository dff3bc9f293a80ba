// What a reader would suggest instead, and what refutes it.
import type { VerdictFinding } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import { Card } from './Card.tsx';
import styles from './Pairs.module.css';
import { verdictText } from './text.ts';

export function RivalsCard({ rivals }: { readonly rivals: VerdictFinding['rivals'] }) {
  const t = useText(verdictText);
  if (rivals.length === 0) return null;
  return (
    <Card title={t('others')}>
      <dl className={styles.pairs}>
        {rivals.map((rival) => (
          <div key={rival.kind} className={styles.pair}>
            <dt>{rival.title}</dt>
            <dd>{t('no', { because: rival.because })}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
