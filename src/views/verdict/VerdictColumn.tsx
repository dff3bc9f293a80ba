// The answer first: what happened, in two sentences, with its evidence.
import { useSettings } from '../../store/settings.ts';
import { useQuery } from '../shared/engine.ts';

export function VerdictColumn() {
  const language = useSettings((s) => s.language);
  const verdict = useQuery('verdict', language);
  return verdict.value ? <p>{verdict.value.outcome}</p> : null;
}
