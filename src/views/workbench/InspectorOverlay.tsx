// On narrow windows the inspector lies over the ladder while something is selected.
import { X } from 'lucide-react';
import { Suspense, useEffect, useState } from 'react';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import styles from './InspectorOverlay.module.css';
import { Inspector } from './slots.ts';
import { workbenchText } from './text.ts';

export function InspectorOverlay() {
  const t = useText(workbenchText);
  const packet = useSelection(primaryPacket);
  const [closed, setClosed] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another packet opens it again.
  useEffect(() => setClosed(false), [packet]);
  if (!packet || closed) return null;
  return (
    <aside
      className={styles.overlay}
      aria-label={t('inspector')}
      onKeyDown={(e) => {
        if (e.key === 'Escape') setClosed(true);
      }}
    >
      <Button look="icon" className={styles.close} aria-label={t('closeInspector')} onClick={() => setClosed(true)}>
        <X size={16} aria-hidden />
      </Button>
      <Suspense fallback={null}>
        <Inspector />
      </Suspense>
    </aside>
  );
}
