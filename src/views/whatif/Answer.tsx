// What would be different: counts before and after, the price, and the packets one by one.
import type { SideEffect, WhatIfAnswer, WhatIfCount } from '../../engine/model/whatIf.ts';
import { useSettings } from '../../store/settings.ts';
import { formatCount } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { BeforeAfter } from './BeforeAfter.tsx';
import { Changes } from './Changes.tsx';
import { whatIfText } from './text.ts';
import styles from './whatif.module.css';

export function Answer({
  answer,
  isWorking,
  isAsked,
}: {
  readonly answer: WhatIfAnswer | null;
  readonly isWorking: boolean;
  readonly isAsked: boolean;
}) {
  const t = useText(whatIfText);
  if (!answer) return <p className={styles.quiet}>{isWorking ? t('working') : t('none')}</p>;
  const { resets } = answer;
  return (
    <section className={styles.answer} aria-live="polite" aria-busy={isWorking}>
      <dl className={styles.tiles}>
        <Tile name={t('leaks')} count={answer.leaks} isAsked={isAsked} />
        <Tile name={t('invalid')} count={answer.invalid} isAsked={isAsked} />
        <Tile name={t('dropped')} count={answer.dropped} isAsked={isAsked} />
        <Tile name={t('ports')} count={answer.portChanges} isAsked={isAsked} />
        <div className={styles.tile} data-tone={resets.avoided > 0 ? 'good' : 'same'}>
          <dt>{t('resets')}</dt>
          <dd>{t('ofResets', { avoided: resets.avoided, seen: resets.seen })}</dd>
        </div>
      </dl>
      {!isAsked && <p className={styles.quiet}>{t('nothing')}</p>}
      {isAsked && answer.sideEffects.length > 0 && <Price effects={answer.sideEffects} />}
      {isAsked && answer.changeCount === 0 && <p className={styles.quiet}>{t('noChange', { n: answer.packets })}</p>}
      {answer.changeCount > 0 && (
        <>
          <BeforeAfter answer={answer} />
          <Changes changes={answer.changes} count={answer.changeCount} />
          <p className={styles.quiet}>
            {answer.unknown > 0 ? t('limit', { n: answer.unknown }) : t('limitNone')} {t('inDiagram')}
          </p>
        </>
      )}
    </section>
  );
}

function Tile({ name, count, isAsked }: { readonly name: string; readonly count: WhatIfCount; readonly isAsked: boolean }) {
  const t = useText(whatIfText);
  const language = useSettings((s) => s.language);
  const { before, after } = count;
  const tone = after < before ? 'good' : after > before ? 'bad' : 'same';
  const word = after < before ? t('fewer') : after > before ? t('more') : t('same');
  return (
    <div className={styles.tile} data-tone={tone}>
      <dt>{name}</dt>
      <dd>
        {formatCount(before, language)}
        {isAsked && after === before && <span className={styles.word}>{word}</span>}
        {isAsked && after !== before && (
          <>
            <span aria-hidden="true"> → </span>
            <strong>{formatCount(after, language)}</strong>
            <span className={styles.word}>{word}</span>
          </>
        )}
      </dd>
    </div>
  );
}

function Price({ effects }: { readonly effects: readonly SideEffect[] }) {
  const t = useText(whatIfText);
  return (
    <div className={styles.price}>
      <h2 className={styles.title}>{t('price')}</h2>
      <ul>
        {effects.map((e) => (
          <li key={e.id}>{t(e.id, e.values)}</li>
        ))}
      </ul>
    </div>
  );
}
