// Slot of the workbench: the ladder of the path on screen, or why there is none.
import { useMemo, useRef } from 'react';
import { useLanes } from '../../store/lanes.ts';
import { useSelection } from '../../store/selection.ts';
import { assumptionOf, useWhatIf } from '../../store/whatIf.ts';
import { useEngine, useFirstQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { LadderEmpty } from './LadderEmpty.tsx';
import { LadderStage } from './LadderStage.tsx';
import { createLadderControl, type LadderControl } from './ladderControl.ts';
import { ladderText } from './text.ts';

export function LadderView() {
  const t = useText(ladderText);
  const engine = useEngine();
  const path = useSelection((s) => s.path);
  const profile = useWhatIf((s) => s.profile);
  const settings = useWhatIf((s) => s.settings);
  const answer = useFirstQuery('ladder', path, assumptionOf({ profile, settings }));
  const ladder = answer.value;
  const hidden = useLanes((s) => s.hidden);
  const last = useRef<LadderControl | null>(null);
  const control = useMemo(() => {
    const made = ladder ? createLadderControl(engine, ladder, path, hidden) : null;
    // Hiding a lane changes what is drawn, not where the reader is.
    if (made && last.current?.whole === ladder) {
      const { zoom, cursor, findingAt, highlighted } = last.current.store.getState();
      made.store.setState({ zoom, cursor, findingAt, highlighted });
    }
    last.current = made;
    return made;
  }, [engine, ladder, path, hidden]);
  if (answer.kind === 'failed') return <LadderEmpty title={t('failed', { detail: answer.detail })} text="" />;
  if (control) return <LadderStage key={path ?? 'main'} control={control} />;
  if (answer.kind === 'ready') return <LadderEmpty title={t('emptyTitle')} text={t('emptyText')} />;
  return <LadderEmpty title={t('building')} text="" busy />;
}
