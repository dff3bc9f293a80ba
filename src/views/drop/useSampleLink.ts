import { useCallback, useEffect } from 'react';
import { useSession } from '../../store/session.ts';
import { useOpening } from '../shared/opening.ts';
import { sampleFiles } from './sample.ts';

/** Opens the sample incident in place of what is open. */
export function useOpenSample(): () => Promise<void> {
  const opening = useOpening();
  return useCallback(async () => {
    opening.closeAll();
    useSession.getState().set({ sample: true });
    await opening.open(await sampleFiles());
  }, [opening]);
}

/** `#sample` in the address opens the sample incident, also when it comes later. */
export function useSampleLink(): void {
  const openSample = useOpenSample();
  useEffect(() => {
    const follow = (): void => {
      if ((location.hash === '#sample' || location.hash.startsWith('#sample?')) && !useSession.getState().sample) void openSample();
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [openSample]);
}
