// The features that the workbench shows. Each is loaded when it is first shown; only the workbench may import a feature.
import { type ComponentType, createElement, lazy, type ReactNode, useState } from 'react';

/** As `lazy`, but what has arrived by then shows without suspending: React holds what suspended back for 300 ms. */
function early(load: () => Promise<ComponentType>): { readonly Slot: () => ReactNode; readonly preload: () => void } {
  let arrived: ComponentType | null = null;
  const get = async (): Promise<{ default: ComponentType }> => {
    arrived = await load();
    return { default: arrived };
  };
  const Late = lazy(get);
  return {
    Slot: () => {
      const [View] = useState<ComponentType>(() => arrived ?? Late);
      return createElement(View);
    },
    preload: () => void get().catch(() => undefined), // Showing it asks again, and says what went wrong.
  };
}

const ladder = early(async () => (await import('../ladder/LadderView.tsx')).LadderView);
const inspector = early(async () => (await import('../inspector/Inspector.tsx')).Inspector);
export const LadderView = ladder.Slot;
export const Inspector = inspector.Slot;
/** What an incident shows first, fetched while captures are chosen and read. */
export function preloadWorkbench(): void {
  ladder.preload();
  setTimeout(inspector.preload);
}
export const PacketList = lazy(async () => ({ default: (await import('../packets/PacketList.tsx')).PacketList }));
export const Plots = lazy(async () => ({ default: (await import('../plots/Plots.tsx')).Plots }));
export const ConnectionList = lazy(async () => ({ default: (await import('../connections/ConnectionList.tsx')).ConnectionList }));
export const ClockPanel = lazy(async () => ({ default: (await import('../clocks/ClockPanel.tsx')).ClockPanel }));
export const WhatIfPanel = lazy(async () => ({ default: (await import('../whatif/WhatIfPanel.tsx')).WhatIfPanel }));
export const NotesPanel = lazy(async () => ({ default: (await import('../notes/NotesPanel.tsx')).NotesPanel }));
export const ShareDialog = lazy(async () => ({ default: (await import('../share/ShareDialog.tsx')).ShareDialog }));
/** Every drawn case of the ladder, for whoever works on the drawing: `#gallery`. */
export const Gallery = lazy(async () => ({ default: (await import('../ladder/gallery/Gallery.tsx')).Gallery }));
export const CompareDialog = lazy(async () => ({ default: (await import('../compare/CompareDialog.tsx')).CompareDialog }));
export const StoryScreen = lazy(async () => ({ default: (await import('../story/StoryScreen.tsx')).StoryScreen }));
