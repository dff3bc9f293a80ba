import { create } from 'zustand';

/** Whether the inspector lies over the ladder: only on windows too narrow for a column of its own. */
export const useOverlay = create<{ readonly open: boolean; setOpen(open: boolean): void }>()((set) => ({
  open: false,
  setOpen: (open) => set({ open }),
}));
