// Above the diagram while it also shows what would have been: on what that rests, how to read it, and the way back.
import { Undo2 } from 'lucide-react';
import type { LadderAssumption } from '../../engine/model/ladder.ts';
import { assumedParts } from '../../figure/assumption.ts';
import { grouped } from '../../figure/numbers.ts';
import type { LadderWords } from '../../figure/words.ts';
import { useWhatIf } from '../../store/whatIf.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import styles from './AssumptionBanner.module.css';
import { ladderText } from './text.ts';

const KINDS = ['same', 'otherwise', 'not-sent', 'unknown'] as const;

export function AssumptionBanner({ assumed, words }: { readonly assumed: LadderAssumption; readonly words: LadderWords }) {
  const t = useText(ladderText);
  const reset = useWhatIf((s) => s.reset);
  const counts = words.would.counts(assumed, grouped);
  return (
    <section className={styles.banner} aria-label={words.would.title}>
      <div className={styles.says}>
        <p role="status">
          <strong>{words.would.title}:</strong> {words.would.asIf(assumedParts(assumed, words))}
          {counts.length > 0 ? ` · ${words.and(counts)}` : ` · ${t('nothingOtherwise')}`}
        </p>
        <ul className={styles.legend} aria-label={t('legend')}>
          {KINDS.map((kind) => (
            <li key={kind}>
              <Sample kind={kind} />
              {words.would.legend[kind]}
            </li>
          ))}
        </ul>
      </div>
      <Button onClick={reset} aria-keyshortcuts="Escape">
        <Undo2 size={14} aria-hidden />
        {t('backToObserved')}
      </Button>
    </section>
  );
}

/** A short line drawn as the diagram draws it. */
function Sample({ kind }: { readonly kind: (typeof KINDS)[number] }) {
  return (
    <svg className={styles.sample} data-kind={kind} width="34" height="12" viewBox="0 0 34 12" aria-hidden="true">
      <line x1="1" y1="6" x2="33" y2="6" />
      {kind === 'not-sent' && (
        <>
          <circle cx="17" cy="6" r="4.6" />
          <line x1="13.8" y1="9.2" x2="20.2" y2="2.8" />
        </>
      )}
      {kind === 'unknown' && (
        <text x="17" y="9.6" textAnchor="middle">
          ?
        </text>
      )}
    </svg>
  );
}
