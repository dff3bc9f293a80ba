// What the reader made of the lanes: names, order, which are hidden. By the lane's id in the ladder (`tap:0`, `nat`).
import { create } from 'zustand';

export interface LanesState {
  /** Only renamed ones. */
  readonly names: ReadonlyMap<string, string>;
  readonly hidden: ReadonlySet<string>;
  /** Ids from left to right; null: as the engine has them. Lanes it does not name keep their place after the ones it does. */
  readonly order: readonly string[] | null;
  /** An empty name takes the lane's own back. */
  rename(id: string, name: string): void;
  hide(id: string): void;
  show(id: string): void;
  showAll(): void;
  setOrder(order: readonly string[] | null): void;
  reset(): void;
}

const EMPTY = { names: new Map<string, string>(), hidden: new Set<string>(), order: null } as const;

export const useLanes = create<LanesState>()((set) => ({
  ...EMPTY,
  rename: (id, name) =>
    set((s) => {
      const names = new Map(s.names);
      if (name.trim() === '') names.delete(id);
      else names.set(id, name.trim());
      return { names };
    }),
  hide: (id) => set((s) => ({ hidden: new Set(s.hidden).add(id) })),
  show: (id) => set((s) => ({ hidden: new Set([...s.hidden].filter((other) => other !== id)) })),
  showAll: () => set({ hidden: EMPTY.hidden }),
  setOrder: (order) => set({ order }),
  reset: () => set(EMPTY),
}));
