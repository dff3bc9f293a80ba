// What the parts of the ladder share while somebody moves: canvases subscribe, React re-renders only for what it selects.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { LadderDensity, LadderFold, LadderPacket, LadderRow, LadderWindow } from '../../engine/model/ladder.ts';
import type { Figure } from '../../figure/layout.ts';

export interface LadderState {
  readonly figure: Figure | null;
  /** Content px at the upper edge of the window. */
  readonly top: number;
  readonly height: number;
  /** null: whatever fits. */
  readonly zoom: number | null;
  /** Row that keyboard and table are at, by item id. */
  readonly cursor: string | null;
  /** What lies under the pointer, and where that is in the window. */
  readonly hover: { readonly id: string; readonly x: number; readonly y: number } | null;
  readonly highlighted: ReadonlySet<string>;
  /** Index in `ladder.findings`; −1 none yet. */
  readonly findingAt: number;
  /** Loaded packets of open folds. */
  readonly pages: ReadonlyMap<number, readonly LadderWindow[]>;
  /** Counts over the visible time, in the time scale. */
  readonly density: LadderDensity | null;
}

export type LadderStore = StoreApi<LadderState>;

export const createLadderStore = (): LadderStore =>
  createStore<LadderState>()(() => ({
    figure: null,
    top: 0,
    height: 0,
    zoom: null,
    cursor: null,
    hover: null,
    highlighted: new Set(),
    findingAt: -1,
    pages: new Map(),
    density: null,
  }));

export const rowId = (row: LadderRow): string => {
  switch (row.kind) {
    case 'packet':
      return packetId(row);
    case 'fold':
      return foldId(row);
    case 'silence':
      return `s:${row.from}`;
    case 'opening':
      return `o:${row.path}`;
  }
};
export const packetId = (p: Pick<LadderPacket, 'journey'>): string => `p:${p.journey}`;
export const foldId = (f: Pick<LadderFold, 'first'>): string => `f:${f.first}`;
