// One finding: title, two sentences, confidence, and the numbered chain from first cause to what the application logged.
import { useState } from 'react';
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import type { VerdictFinding, VerdictStep } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import { Card } from './Card.tsx';
import styles from './FindingCard.module.css';
import { Jump, RichText } from './RichText.tsx';
import { verdictText } from './text.ts';

/** A step shows so many packets; the rest on asking. */
const MENTIONS = 4;

export function FindingCard({ finding, isMain }: { readonly finding: VerdictFinding; readonly isMain: boolean }) {
  const t = useText(verdictText);
  const taps = useSession((s) => s.summary?.taps.length ?? 0);
  const selectFinding = useSelection((s) => s.selectFinding);
  const seen = finding.seenAt.length === 2 && taps === 2 ? t('seenAtBoth') : t('seenAt', { taps: finding.seenAt.join(', ') });
  return (
    <Card
      title={isMain ? t('verdict') : t(finding.severity)}
      tone={finding.severity}
      actions={
        !isMain && (
          <button type="button" className={styles.back} onClick={() => selectFinding(null)}>
            {t('backToMain')}
          </button>
        )
      }
    >
      <h1 className={styles.title}>{finding.title}</h1>
      <p>
        <RichText text={finding.summary} />{' '}
        <span className={styles.confidence} data-confidence={finding.confidence}>
          {t(finding.confidence)}
        </span>
        {finding.seenAt.length > 0 && seen}
      </p>
      {finding.chain.length > 0 && (
        <ol className={styles.chain} aria-label={t('chain')}>
          {finding.chain.map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are numbered
            <li key={i}>
              <Step step={step} />
            </li>
          ))}
        </ol>
      )}
      <Steps title={t('evidence')} steps={finding.evidence} />
      <Steps title={t('against')} steps={finding.against} />
    </Card>
  );
}

/** Folded lists below the chain: the reader who doubts opens them. */
function Steps({ title, steps }: { readonly title: string; readonly steps: readonly VerdictStep[] }) {
  if (steps.length === 0) return null;
  return (
    <details className={styles.more}>
      <summary>
        {title} <span className={styles.count}>{steps.length}</span>
      </summary>
      <ul>
        {steps.map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: evidence has no identity but its place
          <li key={i}>
            <Step step={step} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The sentence; packets that it does not name itself follow it. */
function Step({ step }: { readonly step: VerdictStep }) {
  const named = new Set(step.says.map((part) => (typeof part === 'string' ? '' : part.label)));
  const rest = step.packets.filter((p) => !named.has(p.label));
  const [open, setOpen] = useState(false);
  const t = useText(verdictText);
  return (
    <>
      <RichText text={step.says} />
      {(open ? rest : rest.slice(0, MENTIONS)).map((p) => (
        <span key={p.label}>
          {' '}
          <Jump mention={p} />
        </span>
      ))}
      {!open && rest.length > MENTIONS && (
        <button type="button" className={styles.back} onClick={() => setOpen(true)}>
          {' '}
          {t('morePackets', { n: rest.length - MENTIONS })}
        </button>
      )}
    </>
  );
}
