// Two incidents side by side: what appeared, what went away, what is in both.
import { ArrowRight, Equal, FolderOpen, Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { useAnnotations } from '../../store/annotations.ts';
import { useSettings } from '../../store/settings.ts';
import type { QueryAnswer } from '../../worker/api.ts';
import { Dialog } from '../shared/Dialog.tsx';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { sharedText } from '../shared/text.ts';
import styles from './CompareDialog.module.css';
import { text } from './text.ts';

type Comparison = NonNullable<QueryAnswer<'compareWith'>>;
type Change = Comparison['appeared'][number];
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
  const language = useSettings((s) => s.language);
  const [state, setState] = useState<State>({ kind: 'asking' });
  const choose = async (list: FileList | null): Promise<void> => {
    const files = [...(list ?? [])];
    if (files.length === 0) return;
    setState({ kind: 'working' });
    const comparison = await engine.query('compareWith', files, language).catch(() => null);
    setState(comparison ? { kind: 'done', comparison, name: files.map((f) => f.name).join(', ') } : { kind: 'unreadable' });
  };
  return (
    <div className={styles.compare}>
      <p className={styles.hint}>{t('hint')}</p>
      <label className={styles.file}>
        <FolderOpen size={16} aria-hidden />
        <span>{t(state.kind === 'done' ? 'chooseOther' : 'choose')}</span>
        <input type="file" multiple onChange={(e) => void choose(e.target.files)} />
      </label>
      {state.kind === 'working' && <p role="status">{t('working')}</p>}
      {state.kind === 'unreadable' && <p role="alert">{t('unreadable')}</p>}
      {state.kind === 'done' && <Result comparison={state.comparison} name={state.name} />}
    </div>
  );
}

const PARTS = [
  ['appeared', Plus],
  ['gone', Minus],
  ['stayed', Equal],
] as const;

function Result({ comparison, name }: { readonly comparison: Comparison; readonly name: string }) {
  const t = useText(text);
  const title = useAnnotations((s) => s.title);
  const { a, b, appeared, gone, stayed } = comparison;
  const parts = { appeared, gone, stayed };
  return (
    <>
      <p className={styles.sum} role="status">
        {appeared.length + gone.length === 0
          ? t('same')
          : t('sum', { appeared: appeared.length, gone: gone.length, stayed: stayed.length })}
      </p>
      <div className={styles.sides}>
        <Side label={t('other')} name={name} side={a} />
        <ArrowRight size={18} aria-hidden className={styles.arrow} />
        <Side label={t('here')} name={title} side={b} />
      </div>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('service')}</th>
            <th scope="col" className={styles.count}>
              {t('other')}
            </th>
            <th scope="col" className={styles.count}>
              {t('here')}
            </th>
          </tr>
        </thead>
        {PARTS.map(
          ([part, Icon]) =>
            parts[part].length > 0 && (
              <tbody key={part} data-part={part}>
                <tr>
                  <th colSpan={4} scope="rowgroup" className={styles.part}>
                    <Icon size={13} aria-hidden /> {t(part)}
                  </th>
                </tr>
                {parts[part].map((c) => (
                  <Row key={`${c.group} ${c.key}`} change={c} />
                ))}
              </tbody>
            ),
        )}
      </table>
      {appeared.length + gone.length + stayed.length === 0 && <p>{t('nothing')}</p>}
    </>
  );
}

function Side({ label, name, side }: { readonly label: string; readonly name: string; readonly side: Comparison['a'] }) {
  const t = useText(text);
  return (
    <section className={styles.side} aria-label={label} data-severity={side.main?.severity ?? 'none'}>
      <h3 className={styles.label}>
        {label}
        {name && <span className={styles.name}>{name}</span>}
      </h3>
      <p className={styles.verdict}>{side.main ? side.main.title : t('nothingWrong')}</p>
      {side.main && <p className={styles.summary}>{side.main.summary}</p>}
      <p className={styles.facts}>
        {t('packets', { n: side.packets, paths: side.paths })} · {side.taps.join(', ')}
      </p>
    </section>
  );
}

function Row({ change: c }: { readonly change: Change }) {
  return (
    <tr data-severity={c.severity ?? undefined}>
      <td>
        {c.title} {c.group === 'finding' && <code className={styles.slug}>{c.kind}</code>}
      </td>
      <td className={styles.mono}>
        {c.service}
        {c.serviceBefore !== c.service && <small>{c.serviceBefore}</small>}
      </td>
      <td className={styles.count} data-zero={c.before === 0 || undefined}>
        {c.before}
      </td>
      <td className={styles.count} data-zero={c.after === 0 || undefined}>
        {c.after}
      </td>
    </tr>
  );
}
