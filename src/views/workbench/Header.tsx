// Title, capture points with their clocks, and what one does with an incident.
import { Settings2 } from 'lucide-react';
import { useAnnotations } from '../../store/annotations.ts';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { KeepingBadge } from '../shared/KeepingBadge.tsx';
import { useOpening } from '../shared/opening.ts';
import styles from './Header.module.css';
import { SettingsMenu } from './SettingsMenu.tsx';
import { TapChips } from './TapChips.tsx';
import { workbenchText } from './text.ts';

interface HeaderProps {
  /** Only its place is taken yet. */
  readonly isEmpty: boolean;
  readonly onShare: () => void;
  readonly onCompare: () => void;
}

export function Header({ isEmpty, ...actions }: HeaderProps) {
  return <header className={styles.header}>{!isEmpty && <Content {...actions} />}</header>;
}

function Content({ onShare, onCompare }: Omit<HeaderProps, 'isEmpty'>) {
  const t = useText(workbenchText);
  const opening = useOpening();
  const set = useSettings((s) => s.set);
  const sample = useSession((s) => s.sample);
  const title = useAnnotations((s) => s.title);
  const notes = useAnnotations((s) => s.notes.length);
  return (
    <>
      <button type="button" className={styles.brand} onClick={opening.closeAll} title={t('backToStart')}>
        Hopscope
      </button>
      <button type="button" className={styles.title} title={t('editTitle')} onClick={() => set({ drawer: 'notes' })}>
        {title || (sample ? t('sampleTitle') : t('untitled'))}
      </button>
      <KeepingBadge />
      <TapChips />
      <Button onClick={() => set({ drawer: 'whatif' })}>{t('whatifButton')}</Button>
      <Button onClick={() => set({ drawer: 'notes' })}>
        {t('notes')} {notes > 0 && notes}
      </Button>
      <Button look="primary" onClick={onShare}>
        {t('share')}
      </Button>
      <SettingsMenu
        onCompare={onCompare}
        trigger={
          <Button look="icon" aria-label={t('settings')}>
            <Settings2 size={16} aria-hidden />
          </Button>
        }
      />
    </>
  );
}
