// The story being told: which step is on screen.
import { create } from 'zustand';

export interface StoryState {
  /** Index of the step; null: no story is told. */
  readonly at: number | null;
  tell(at: number): void;
  /** So many steps on from where the story is now, if it has such a step among its `length`. */
  turn(by: number, length: number): void;
  end(): void;
}

export const useStory = create<StoryState>()((set) => ({
  at: null,
  tell: (at) => set({ at }),
  turn: (by, length) => set(({ at }) => (at !== null && at + by >= 0 && at + by < length ? { at: at + by } : {})),
  end: () => set({ at: null }),
}));
