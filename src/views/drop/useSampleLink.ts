import { useCallback, useEffect } from 'react';
import { useLanes } from '../../store/lanes.ts';
import { useSession } from '../../store/session.ts';
import { useOpening } from '../shared/opening.ts';
import { sampleFiles } from './sample.ts';

/** The lane of a node that nobody captured on (`engine/query/ladder/lanes.ts`). */
const NAT_LANE = 'nat';

/** Opens the sample incident in place of what is open. */
export function useOpenSample(): () => Promise<void> {
  const opening = useOpening();
  return useCallback(async () => {
    opening.closeAll();
    useSession.getState().set({ sample: true });
    // What the packets can't tell: who translates on that node.
    useLanes.getState().rename(NAT_LANE, 'kube-proxy');
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
