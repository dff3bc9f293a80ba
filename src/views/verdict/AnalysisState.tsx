// While the engine works, hangs or has failed: what it is doing, and what can be done about it.
import { useSession } from '../../store/session.ts';
import type { AnalysisStage } from '../../worker/api.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { useOpening } from '../shared/opening.ts';
import styles from './AnalysisState.module.css';
import { Card } from './Card.tsx';
import { verdictText } from './text.ts';

const STAGES = {
  flows: 'stageFlows',
  correlate: 'stageCorrelate',
  replay: 'stageReplay',
  diagnose: 'stageDiagnose',
} as const satisfies Record<AnalysisStage, keyof typeof verdictText.en>;

export function AnalysisState() {
  const t = useText(verdictText);
  const state = useSession((s) => s.analysis);
  const hasAnswer = useSession((s) => s.summary !== null);
  const busy = useSession((s) => s.taps.some((x) => x.load.kind === 'reading' || x.load.kind === 'waiting'));
  const opening = useOpening();
  if (state.kind === 'failed')
    return (
      <Card title={t('verdict')} tone="plain">
        <p role="alert">{t('failed', { detail: state.error.kind === 'crashed' ? state.error.detail : '' })}</p>
        <div className={styles.buttons}>
          <Button onClick={opening.analyze}>{t('again')}</Button>
        </div>
      </Card>
    );
  if (state.kind === 'running')
    return hasAnswer && !state.stalled ? (
      <progress className={styles.thin} aria-label={t('progressLabel')} {...(state.progress ? { value: state.progress.fraction } : {})} />
    ) : (
      <Card title={t('verdict')}>
        <p>{state.progress ? t(STAGES[state.progress.stage]) : t('looking')}</p>
        <progress className={styles.bar} aria-label={t('progressLabel')} {...(state.progress ? { value: state.progress.fraction } : {})} />
        {state.stalled && (
          <div role="alert" className={styles.stalled}>
            <p>{t('stalled')}</p>
            <Button onClick={opening.stopAnalysis}>{t('stop')}</Button>
          </div>
        )}
      </Card>
    );
  if (hasAnswer || !busy) return null;
  return (
    <Card title={t('verdict')}>
      <p className={styles.mute}>{t('waitingForCaptures')}</p>
    </Card>
  );
}
