// Which part of the incident is on screen and at what scale. Canvases subscribe: zooming and panning never re-render React.
import { create } from 'zustand';

export type ScaleMode = 'rows' | 'time';

export interface ViewportState {
  /** The visible part, Nanos since `Workspace.epoch`; in `rows` mode the times of its first and last row. null: everything. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** The window that the ladder is seen through: its height in px, and the zoom; null before there is one. */
  readonly pane: { readonly height: number; readonly zoom: number } | null;
  readonly mode: ScaleMode;
  /** Ids of bands that are open, as the ladder names them. */
  readonly openFolds: ReadonlySet<string>;
  /** Lanes right to left. */
  readonly flipped: boolean;
  setWindow(window: ViewportState['window'], pane?: ViewportState['pane']): void;
  setMode(mode: ScaleMode): void;
  toggleFold(id: string): void;
  closeFolds(): void;
  flip(): void;
  reset(): void;
}

const EMPTY = { window: null, pane: null, mode: 'rows', openFolds: new Set<string>(), flipped: false } as const;

export const useViewport = create<ViewportState>()((set) => ({
  ...EMPTY,
  setWindow: (window, pane) => set(pane ? { window, pane } : { window }),
  setMode: (mode) => set({ mode, window: null }),
  toggleFold: (id) =>
    set((s) => {
      const openFolds = new Set(s.openFolds);
      if (!openFolds.delete(id)) openFolds.add(id);
      return { openFolds };
    }),
  closeFolds: () => set({ openFolds: new Set() }),
  flip: () => set((s) => ({ flipped: !s.flipped })),
  reset: () => set(EMPTY),
}));
