// Lists and plots below the ladder. Closed, only its row of tabs shows.
import { ChevronDown } from 'lucide-react';
import { type ReactNode, Suspense } from 'react';
import { useSession } from '../../store/session.ts';
import { type DrawerTab, useSettings } from '../../store/settings.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { Tabs } from '../shared/Tabs.tsx';
import { TapsPanel } from '../taps/TapsPanel.tsx';
import styles from './Drawer.module.css';
import { InspectorButton } from './InspectorOverlay.tsx';
import { ClockPanel, ConnectionList, NotesPanel, PacketList, Plots, WhatIfPanel } from './slots.ts';
import { workbenchText } from './text.ts';

const TABS: readonly { readonly id: DrawerTab; readonly View: () => ReactNode }[] = [
  { id: 'packets', View: () => <PacketList /> },
  { id: 'connections', View: () => <ConnectionList /> },
  { id: 'plots', View: () => <Plots /> },
  { id: 'captures', View: () => <TapsPanel /> },
  { id: 'clocks', View: () => <ClockPanel /> },
  { id: 'whatif', View: () => <WhatIfPanel /> },
  { id: 'notes', View: () => <NotesPanel /> },
];

export function Drawer({ tab }: { readonly tab: DrawerTab }) {
  const t = useText(workbenchText);
  const set = useSettings((s) => s.set);
  return (
    <section className={styles.drawer} aria-label={t('drawer')}>
      <Tabs
        label={t('drawer')}
        value={tab}
        onChange={(drawer) => set({ drawer })}
        tabs={TABS.map(({ id, View }) => ({
          id,
          label: t(id),
          content: (
            <Suspense fallback={null}>
              <View />
            </Suspense>
          ),
        }))}
        actions={
          <>
            <InspectorButton />
            <Button look="icon" aria-label={t('closeDrawer')} onClick={() => set({ drawer: null })}>
              <ChevronDown size={16} aria-hidden />
            </Button>
          </>
        }
      />
    </section>
  );
}

export function DrawerBar({ isEmpty }: { readonly isEmpty: boolean }) {
  const t = useText(workbenchText);
  const set = useSettings((s) => s.set);
  const taps = useSession((s) => s.taps.length);
  return (
    <nav className={styles.bar} aria-label={t('drawer')}>
      {!isEmpty &&
        TABS.map(({ id }) => (
          <button type="button" key={id} className={styles.barTab} onClick={() => set({ drawer: id })}>
            {t(id)}
            {id === 'captures' && <span className={styles.count}>{taps}</span>}
          </button>
        ))}
      <InspectorButton />
    </nav>
  );
}
