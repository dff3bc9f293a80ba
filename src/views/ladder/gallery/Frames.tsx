// The ladder alone with any number of packets in it: `#gallery?frames=10000000`. What `npm run bench:page` moves about in.
import { useMemo } from 'react';
import { EngineContext } from '../../shared/engine.ts';
import { TipProvider } from '../../shared/Tip.tsx';
import { LadderStage } from '../LadderStage.tsx';
import { createLadderControl } from '../ladderControl.ts';
import styles from './Gallery.module.css';
import { syntheticEngine, syntheticLadder } from './synthetic.ts';

export function Frames({ packets }: { readonly packets: number }) {
  const { engine, control } = useMemo(() => {
    const ladder = syntheticLadder(packets);
    const made = syntheticEngine(ladder);
    return { engine: made, control: createLadderControl(made, ladder, null, new Set()) };
  }, [packets]);
  return (
    <EngineContext value={engine}>
      <TipProvider>
        <main className={styles.whole}>
          <LadderStage control={control} />
        </main>
      </TipProvider>
    </EngineContext>
  );
}
