// Complete command lines for the capture that would decide what these captures can't.

import type { Verdict } from '../../worker/api.ts';
import { CopyButton } from '../shared/CopyButton.tsx';
import { useText } from '../shared/i18n.ts';
import styles from './CaptureNextCard.module.css';
import { Card } from './Card.tsx';
import { verdictText } from './text.ts';

export function CaptureNextCard({ items }: { readonly items: Verdict['captureNext'] }) {
  const t = useText(verdictText);
  if (items.length === 0) return null;
  return (
    <Card title={t('captureNext')}>
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={item.command} className={styles.item}>
            <p>{item.where}</p>
            <div className={styles.command}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling line must be reachable by keyboard */}
              <pre className={styles.code} tabIndex={0}>
                {item.command}
              </pre>
              <CopyButton text={item.command} label={t('copyCommand')} />
            </div>
            <p className={styles.decides}>{item.decides}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
