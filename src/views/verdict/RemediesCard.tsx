// What would help: each remedy, what a replay of this connection says of it, and what it breaks.
import type { PathId } from '../../engine/model/units.ts';
import type { WhatIfRequest } from '../../engine/model/whatIf.ts';
import { useSettings } from '../../store/settings.ts';
import { useWhatIf } from '../../store/whatIf.ts';
import type { VerdictRemedy } from '../../worker/api.ts';
import { useQuery } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { useRested } from '../shared/useRested.ts';
import { Card } from './Card.tsx';
import styles from './Pairs.module.css';
import { verdictText } from './text.ts';
import { whatIfRequest } from './whatIfRequest.ts';

export function RemediesCard({ remedies, path }: { readonly remedies: readonly VerdictRemedy[]; readonly path: PathId | null }) {
  const t = useText(verdictText);
  // A replay for each remedy would take its time from the diagram's first picture.
  const rested = useRested();
  if (remedies.length === 0) return null;
  return (
    <Card title={t('help')}>
      <dl>
        {remedies.map((remedy) => {
          const request = remedy.whatIf ? whatIfRequest(path, remedy.whatIf) : null;
          return (
            <div key={remedy.id} className={styles.pair}>
              <dt>{remedy.says}</dt>
              {request && <dd>{rested ? <Effect request={request} /> : <span className={styles.effect}>{t('replaying')}</span>}</dd>}
              {remedy.caveats.length > 0 && (
                <dd className={styles.wide}>
                  {remedy.caveats.map((caveat) => (
                    <span key={caveat} className={styles.caveat}>
                      {caveat}
                    </span>
                  ))}
                </dd>
              )}
            </div>
          );
        })}
      </dl>
    </Card>
  );
}

/** What the replay says: leaks and drops that would be left. Opens the what-if panel. */
function Effect({ request }: { readonly request: WhatIfRequest }) {
  const t = useText(verdictText);
  const set = useSettings((s) => s.set);
  const ask = useWhatIf((s) => s.ask);
  const { kind, value } = useQuery('whatIf', request);
  if (kind === 'loading' && !value) return <span className={styles.effect}>{t('replaying')}</span>;
  if (!value) return null;
  const dropped = value.dropped.after - value.dropped.before;
  return (
    <button
      type="button"
      className={styles.try}
      data-good={value.leaks.after < value.leaks.before && value.leaks.after === 0}
      onClick={() => {
        ask(request);
        set({ drawer: 'whatif' });
      }}
    >
      {t('replayLeaks', { n: value.leaks.after })}
      {dropped > 0 && `, ${t('replayDropped', { n: dropped })}`}
    </button>
  );
}
