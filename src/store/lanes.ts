// What the reader made of the lanes: names and order. By the lane's id in the ladder (`tap:0`, `nat`).
import { create } from 'zustand';

export interface LanesState {
  /** Only renamed ones. */
  readonly names: ReadonlyMap<string, string>;
  /** Ids from left to right; null: as the engine has them. Lanes it does not name keep their place after the ones it does. */
  readonly order: readonly string[] | null;
  /** An empty name takes the lane's own back. */
  rename(id: string, name: string): void;
  setOrder(order: readonly string[] | null): void;
  reset(): void;
}

export const useLanes = create<LanesState>()((set) => ({
  names: new Map(),
  order: null,
  rename: (id, name) =>
    set((s) => {
      const names = new Map(s.names);
      if (name.trim() === '') names.delete(id);
      else names.set(id, name.trim());
      return { names };
    }),
  setOrder: (order) => set({ order }),
  reset: () => set({ names: new Map(), order: null }),
}));
