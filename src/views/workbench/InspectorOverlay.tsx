// On narrow windows the inspector is a drawer over the right side of the ladder: opened from the row of tabs, it stays until it is closed.
import { PanelRightOpen, X } from 'lucide-react';
import { Suspense } from 'react';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import styles from './InspectorOverlay.module.css';
import { useOverlay } from './overlay.ts';
import { Inspector } from './slots.ts';
import { workbenchText } from './text.ts';
import { useWide } from './useWide.ts';

export function InspectorOverlay() {
  const t = useText(workbenchText);
  const { open, setOpen } = useOverlay();
  if (!open) return null;
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

/** Opens it; marked while a packet is selected. Shows only where the inspector has no column. */
export function InspectorButton() {
  const t = useText(workbenchText);
  const wide = useWide();
  const inspectorOpen = useSettings((s) => s.inspectorOpen);
  const hasPacket = useSelection((s) => primaryPacket(s) !== null);
  const { open, setOpen } = useOverlay();
  if (wide || !inspectorOpen) return null;
  return (
    <button type="button" className={styles.button} data-marked={hasPacket} aria-pressed={open} onClick={() => setOpen(!open)}>
      <PanelRightOpen size={14} aria-hidden />
      {t('inspector')}
    </button>
  );
}
