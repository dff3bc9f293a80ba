// What would help: each remedy, what a replay says of it, and what it breaks.
import type { PathId } from '../../engine/model/units.ts';
import { useSettings } from '../../store/settings.ts';
import { useWhatIf } from '../../store/whatIf.ts';
import type { VerdictRemedy } from '../../worker/api.ts';
import { useText } from '../shared/i18n.ts';
import { Card } from './Card.tsx';
import styles from './Pairs.module.css';
import { verdictText } from './text.ts';

export function RemediesCard({ remedies }: { readonly remedies: readonly VerdictRemedy[]; readonly path: PathId | null }) {
  const t = useText(verdictText);
  const set = useSettings((s) => s.set);
  const ask = useWhatIf((s) => s.ask);
  if (remedies.length === 0) return null;
  return (
    <Card title={t('help')}>
      <dl className={styles.pairs}>
        {remedies.map((remedy) => (
          <div key={remedy.id} className={styles.pair}>
            <dt>{remedy.says}</dt>
            <dd>
              {remedy.whatIf && (
                <button
                  type="button"
                  className={styles.try}
                  onClick={() => {
                    ask(remedy.whatIf ?? {});
                    set({ drawer: 'whatif' });
                  }}
                >
                  {t('whatIfTry')}
                </button>
              )}
              {remedy.caveats.map((caveat) => (
                <span key={caveat} className={styles.caveat}>
                  {caveat}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
