// The features that the workbench shows. Each is loaded when it is first shown; only the workbench may import a feature.
import { lazy } from 'react';

const loadLadder = () => import('../ladder/LadderView.tsx');
/** While captures are still being read: the diagram is what is shown first. */
export const preloadLadder = (): void => void loadLadder();
export const LadderView = lazy(async () => ({ default: (await loadLadder()).LadderView }));
export const Inspector = lazy(async () => ({ default: (await import('../inspector/Inspector.tsx')).Inspector }));
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
