// What if the node had another kernel or other settings: the question left, its answer in the middle, the window over time right.
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useWhatIf } from '../../store/whatIf.ts';
import { useQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { Answer } from './Answer.tsx';
import { BandCard } from './BandCard.tsx';
import { Question } from './Question.tsx';
import { ReplayFacts } from './ReplayFacts.tsx';
import { whatIfText } from './text.ts';
import styles from './whatif.module.css';

/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function WhatIfPanel() {
  const t = useText(whatIfText);
  const chosen = useSelection((s) => s.path);
  const main = useSession((s) => s.summary?.mainPath ?? null);
  const path = chosen ?? main;
  if (path === null) return <p className={styles.empty}>{t('noPath')}</p>;
  return <Panel path={path} />;
}

function Panel({ path }: { readonly path: NonNullable<ReturnType<typeof useSelection.getState>['path']> }) {
  const t = useText(whatIfText);
  const summary = useQuery('replaySummary', path);
  const profile = useWhatIf((s) => s.profile);
  const settings = useWhatIf((s) => s.settings);
  const everyPath = useWhatIf((s) => s.everyPath);
  const answer = useQuery('whatIf', { path: everyPath ? null : path, settings, ...(profile ? { profile } : {}) });
  if (summary.kind === 'ready' && summary.value === null) return <p className={styles.empty}>{t('none')}</p>;
  const isAsked = profile !== null || Object.values(settings).some((v) => typeof v !== 'object' || Object.keys(v).length > 0);
  return (
    <div className={styles.host}>
      <div className={styles.panel}>
        <div className={styles.column}>
          <Question inForce={summary.value} />
          {summary.value && <ReplayFacts summary={summary.value} />}
        </div>
        <div className={styles.column}>
          <Answer answer={answer.value} isWorking={answer.kind === 'loading'} isAsked={isAsked} />
        </div>
        <div className={styles.column}>
          <BandCard path={path} />
        </div>
      </div>
    </div>
  );
}
