// The story being told: which step is on screen.
import { create } from 'zustand';

export interface StoryState {
  /** Index of the step; null: no story is told. */
  readonly at: number | null;
  tell(at: number): void;
  end(): void;
}

export const useStory = create<StoryState>()((set) => ({
  at: null,
  tell: (at) => set({ at }),
  end: () => set({ at: null }),
}));
