// The incident: verdict left, ladder in the middle, inspector right, lists and plots in a drawer below. Panels resize and close.
import { Suspense, useEffect, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { useStory } from '../../store/story.ts';
import { SharedBanner } from '../share/SharedBanner.tsx';
import { useText } from '../shared/i18n.ts';
import { KeepingTrouble } from '../shared/KeepingBadge.tsx';
import { StillAwaited } from '../shared/RecentIncidents.tsx';
import { sharedText } from '../shared/text.ts';
import { useStages } from '../shared/useStages.ts';
import { VerdictColumn } from '../verdict/VerdictColumn.tsx';
import { Drawer, DrawerBar } from './Drawer.tsx';
import { Header } from './Header.tsx';
import { InspectorOverlay } from './InspectorOverlay.tsx';
import { Reading, StillReading } from './Reading.tsx';
import { CompareDialog, Inspector, LadderView, preloadWorkbench, ShareDialog, StoryScreen } from './slots.ts';
import { workbenchText } from './text.ts';
import { useUndoKeys } from './useUndoKeys.ts';
import { useWide } from './useWide.ts';
import styles from './Workbench.module.css';

/** What comes after the empty columns, in this order: mounted at once it would be one task of 40 ms of processor time. */
const STAGES = { header: 1, verdict: 2, middle: 3, inspector: 4 } as const;

export function Workbench() {
  const t = useText(workbenchText);
  const [sharing, setSharing] = useState(false);
  const [comparing, setComparing] = useState(false);
  const { verdictOpen, inspectorOpen, drawer } = useSettings();
  const summary = useSession((s) => s.summary);
  const wide = useWide();
  const storyAt = useStory((s) => s.at);
  const stage = useStages(STAGES.inspector);
  useEffect(preloadWorkbench, []);
  useUndoKeys();
  if (storyAt !== null && summary)
    return (
      <Suspense fallback={<Waiting />}>
        <StoryScreen at={storyAt}>
          <LadderView />
        </StoryScreen>
      </Suspense>
    );
  return (
    <div className={styles.page}>
      <Header isEmpty={stage < STAGES.header} onShare={() => setSharing(true)} onCompare={() => setComparing(true)} />
      <KeepingTrouble />
      <StillAwaited />
      <SharedBanner />
      <Group className={styles.columns} orientation="horizontal" id="columns">
        {verdictOpen && (
          <>
            <Panel id="verdict" defaultSize={344} minSize={260} maxSize={560} groupResizeBehavior="preserve-pixel-size">
              <aside className={styles.left} aria-label={t('verdict')}>
                {stage >= STAGES.verdict && (
                  <>
                    <StillReading />
                    <VerdictColumn />
                  </>
                )}
              </aside>
            </Panel>
            <Separator className={styles.handle} title={t('resizeVerdict')} />
          </>
        )}
        <Panel id="middle" minSize={360}>
          <div className={styles.stack}>
            {stage >= STAGES.header && (
              <Group className={styles.middle} orientation="vertical" id="rows">
                <Panel id="ladder" minSize={160}>
                  <main className={styles.ladder} aria-label={t('diagram')}>
                    {stage >= STAGES.middle && (summary ? <Ladder /> : <Reading />)}
                  </main>
                </Panel>
                {drawer && (
                  <>
                    <Separator className={styles.rowHandle} title={t('resizeDrawer')} />
                    <Panel id="drawer" defaultSize={300} minSize={120} groupResizeBehavior="preserve-pixel-size">
                      {stage >= STAGES.inspector && <Drawer tab={drawer} />}
                    </Panel>
                  </>
                )}
              </Group>
            )}
            {!drawer && <DrawerBar isEmpty={stage < STAGES.header} />}
          </div>
        </Panel>
        {wide && inspectorOpen && (
          <>
            <Separator className={styles.handle} title={t('resizeInspector')} />
            <Panel id="inspector" defaultSize={352} minSize={280} maxSize={720} groupResizeBehavior="preserve-pixel-size">
              <aside className={styles.right} aria-label={t('inspector')}>
                {stage >= STAGES.inspector && (
                  <Suspense fallback={<Waiting />}>
                    <Inspector />
                  </Suspense>
                )}
              </aside>
            </Panel>
          </>
        )}
      </Group>
      {!wide && inspectorOpen && <InspectorOverlay />}
      <Suspense fallback={null}>
        {sharing && <ShareDialog open onClose={() => setSharing(false)} />}
        {comparing && <CompareDialog open onClose={() => setComparing(false)} />}
      </Suspense>
    </div>
  );
}

function Ladder() {
  return (
    <Suspense fallback={<Waiting />}>
      <LadderView />
    </Suspense>
  );
}

export function Waiting() {
  const t = useText(sharedText);
  return <p className={styles.waiting}>{t('loading')}</p>;
}
