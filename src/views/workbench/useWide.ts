import { useSyncExternalStore } from 'react';

/** From this width on the inspector has a column of its own; below it is a drawer over the ladder. */
const query = globalThis.matchMedia?.('(min-width: 1440px)');

export const useWide = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      query?.addEventListener('change', changed);
      return () => query?.removeEventListener('change', changed);
    },
    () => query?.matches ?? true,
  );
