// On narrow windows the inspector is a drawer at the right edge: a tab opens it over the ladder, and it stays until it is closed.
import { PanelRightOpen, X } from 'lucide-react';
import { Suspense, useState } from 'react';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import styles from './InspectorOverlay.module.css';
import { Inspector } from './slots.ts';
import { workbenchText } from './text.ts';

export function InspectorOverlay() {
  const t = useText(workbenchText);
  const hasPacket = useSelection((s) => primaryPacket(s) !== null);
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <aside className={styles.edge} aria-label={t('inspector')}>
        <button type="button" className={styles.tab} data-marked={hasPacket} onClick={() => setOpen(true)}>
          <PanelRightOpen size={15} aria-hidden />
          <span className={styles.word}>{t('inspector')}</span>
        </button>
      </aside>
    );
  return (
    <aside
      className={styles.overlay}
      aria-label={t('inspector')}
      onKeyDown={(e) => {
        if (e.key === 'Escape') setOpen(false);
      }}
    >
      <Button look="icon" className={styles.close} aria-label={t('closeInspector')} onClick={() => setOpen(false)}>
        <X size={16} aria-hidden />
      </Button>
      <Suspense fallback={null}>
        <Inspector />
      </Suspense>
    </aside>
  );
}
