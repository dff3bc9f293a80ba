// Two incidents side by side: what appeared, what went away, what is in both.
import { useState } from 'react';
import type { QueryAnswer } from '../../worker/api.ts';
import { Dialog } from '../shared/Dialog.tsx';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { sharedText } from '../shared/text.ts';
import styles from './CompareDialog.module.css';
import { text } from './text.ts';

type Comparison = NonNullable<QueryAnswer<'compareWith'>>;
type State =
  | { readonly kind: 'asking' | 'working' | 'unreadable' }
  | { readonly kind: 'done'; readonly comparison: Comparison; readonly name: string };

export function CompareDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useText(text);
  const shared = useText(sharedText);
  return (
    <Dialog title={t('compare')} closeLabel={shared('close')} open={open} onClose={onClose} wide>
      <Compare />
    </Dialog>
  );
}

function Compare() {
  const t = useText(text);
  const engine = useEngine();
  const [state, setState] = useState<State>({ kind: 'asking' });
  const choose = async (list: FileList | null): Promise<void> => {
    const files = [...(list ?? [])];
    if (files.length === 0) return;
    setState({ kind: 'working' });
    const comparison = await engine.query('compareWith', files).catch(() => null);
    setState(comparison ? { kind: 'done', comparison, name: files.map((f) => f.name).join(', ') } : { kind: 'unreadable' });
  };
  return (
    <div className={styles.compare}>
      <p>{t('hint')}</p>
      <label className={styles.file}>
        <span>{t('choose')}</span>
        <input type="file" multiple onChange={(e) => void choose(e.target.files)} />
      </label>
      {state.kind === 'working' && <p role="status">{t('working')}</p>}
      {state.kind === 'unreadable' && <p role="alert">{t('unreadable')}</p>}
      {state.kind === 'done' && <Result comparison={state.comparison} name={state.name} />}
    </div>
  );
}

function Result({ comparison, name }: { readonly comparison: Comparison; readonly name: string }) {
  const t = useText(text);
  const { a, b, appeared, gone, stayed } = comparison;
  const parts = [
    ['appeared', appeared],
    ['gone', gone],
    ['stayed', stayed],
  ] as const;
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('service')}</th>
            <th scope="col">
              {t('other')} <small>{name}</small>
              <small>{t('packets', { n: a.packets, paths: a.paths })}</small>
            </th>
            <th scope="col">
              {t('here')} <small>{t('packets', { n: b.packets, paths: b.paths })}</small>
            </th>
          </tr>
        </thead>
        {parts.map(
          ([title, changes]) =>
            changes.length > 0 && (
              <tbody key={title} data-part={title}>
                <tr>
                  <th colSpan={4} scope="rowgroup" className={styles.part}>
                    {t(title)}
                  </th>
                </tr>
                {changes.map((c) => (
                  <tr key={c.key} data-severity={c.severity ?? undefined}>
                    <td>{c.kind}</td>
                    <td className={styles.mono}>{c.service}</td>
                    <td className={styles.count}>{c.before}</td>
                    <td className={styles.count}>{c.after}</td>
                  </tr>
                ))}
              </tbody>
            ),
        )}
      </table>
      {appeared.length + gone.length + stayed.length === 0 && <p>{t('nothing')}</p>}
    </>
  );
}
