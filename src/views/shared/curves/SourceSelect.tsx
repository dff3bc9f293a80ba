// Chooses the curve: capture point, connection, direction.
import { ArrowLeftRight } from 'lucide-react';
import { Button } from '../Button.tsx';
import { useText } from '../i18n.ts';
import styles from './SourceSelect.module.css';
import { curvesText } from './text.ts';
import type { Curves } from './useCurves.ts';

export function SourceSelect({ curves }: { readonly curves: Curves }) {
  const t = useText(curvesText);
  const { sources, source } = curves;
  const other = sources.findIndex((s) => s.tap === source?.tap && s.connection === source.connection && s.direction !== source.direction);
  return (
    <>
      <select
        className={styles.select}
        aria-label={t('curve')}
        value={source ? sources.indexOf(source) : -1}
        onChange={(e) => curves.choose(Number(e.target.value))}
      >
        {sources.map((s, i) => (
          <option key={`${s.tap} ${s.connection} ${s.direction}`} value={i}>
            {`${s.tapName}: ${s.label}${s.stray ? ` (${t('stray')})` : ''}`}
          </option>
        ))}
      </select>
      {other >= 0 && (
        <Button look="icon" aria-label={t('otherDirection')} title={t('otherDirection')} onClick={() => curves.choose(other)}>
          <ArrowLeftRight size={16} aria-hidden />
        </Button>
      )}
    </>
  );
}
