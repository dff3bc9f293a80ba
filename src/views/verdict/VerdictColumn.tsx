// The answer first: what happened, in two sentences, its chain, what else it might have been, and what would help.
import { useEffect } from 'react';
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { useQuery } from '../shared/engine.ts';
import { AnalysisState } from './AnalysisState.tsx';
import { BlastCard } from './BlastCard.tsx';
import { CaptureNextCard } from './CaptureNextCard.tsx';
import { FindingCard } from './FindingCard.tsx';
import { FindingsCard } from './FindingsCard.tsx';
import { NoFindingCard } from './NoFindingCard.tsx';
import { RemediesCard } from './RemediesCard.tsx';
import { RivalsCard } from './RivalsCard.tsx';
import { SentencesCard } from './SentencesCard.tsx';
import styles from './VerdictColumn.module.css';

export function VerdictColumn() {
  const language = useSettings((s) => s.language);
  const { value: verdict } = useQuery('verdict', language);
  const selected = useSelection((s) => s.finding);
  const selectFinding = useSelection((s) => s.selectFinding);
  const revision = useSession((s) => s.summary?.revision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: findings are numbered anew by every analysis
  useEffect(() => selectFinding(null), [revision, selectFinding]);

  // Absence proves nothing before everything is read.
  const isReading = useSession((s) => s.taps.some((x) => x.load.kind === 'reading' || x.load.kind === 'waiting'));
  const selectPacket = useSelection((s) => s.selectPacket);
  const isSelected = useSelection((s) => s.packets.length > 0);
  const decisive = verdict?.outcome === 'incident' ? verdict.findings[0]?.evidence[0]?.packets[0]?.packet : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per answer; what the reader selects or clears stays
  useEffect(() => {
    if (decisive && !isSelected && !isReading) selectPacket(decisive, { reveal: false });
  }, [revision, decisive?.tap, decisive?.row, isReading]);

  const main = verdict?.outcome === 'incident' ? 0 : null;
  const shown = selected ?? main;
  const finding = shown === null ? undefined : verdict?.findings[shown];
  return (
    <div className={styles.column}>
      <AnalysisState />
      {verdict && (
        <>
          {finding ? <FindingCard finding={finding} isMain={shown === main} /> : !isReading && <NoFindingCard verdict={verdict} />}
          {finding && <RivalsCard rivals={finding.rivals} />}
          {finding && <RemediesCard remedies={finding.remedies} path={finding.path} />}
          {finding?.blast && <BlastCard blast={finding.blast} />}
          <SentencesCard title="contradictions" sentences={verdict.contradictions} />
          <CaptureNextCard items={verdict.captureNext} />
          <SentencesCard title="undecided" sentences={verdict.undecided.map((u) => u.missing)} />
          <FindingsCard findings={verdict.findings} shown={shown} />
        </>
      )}
    </div>
  );
}
