// What on screen a note can be pinned to besides packets and times: the lanes of the ladder and the findings, by their names.
import { laneName } from '../../figure/describe.ts';
import { wordsEn } from '../../figure/words.en.ts';
import { wordsZh } from '../../figure/words.zh.ts';
import { useLanes } from '../../store/lanes.ts';
import { useSelection } from '../../store/selection.ts';
import { useSettings } from '../../store/settings.ts';
import type { VerdictFinding } from '../../worker/api.ts';
import { useQuery } from '../shared/engine.ts';

export interface PinTargets {
  readonly lanes: readonly { readonly id: string; readonly name: string }[];
  readonly findings: readonly VerdictFinding[];
  /** The finding that is shown; null where nothing was found. */
  readonly finding: VerdictFinding | null;
}

export function usePinTargets(): PinTargets {
  const language = useSettings((s) => s.language);
  const { value: ladder } = useQuery(
    'ladder',
    useSelection((s) => s.path),
  );
  const { value: verdict } = useQuery('verdict', language);
  const selected = useSelection((s) => s.finding);
  const names = useLanes((s) => s.names);
  const words = language === 'zh' ? wordsZh : wordsEn;
  const findings = verdict?.findings ?? [];
  return {
    lanes: (ladder?.lanes ?? []).map((lane, i) => ({ id: lane.id, name: laneName(ladder ?? { lanes: [] }, i, words, names) })),
    findings,
    finding: findings[selected ?? 0] ?? null,
  };
}
