// Mounting in steps: what is much to render at once comes in several tasks, so that none of them keeps the page from answering.
import { useEffect, useState } from 'react';

/** @returns how many parts may show by now: 0 at first, one more in each task that follows, up to `count` */
export function useStages(count: number): number {
  const [stage, setStage] = useState(0);
  useEffect(() => {
    if (stage >= count) return;
    const timer = setTimeout(() => setStage(stage + 1));
    return () => clearTimeout(timer);
  }, [stage, count]);
  return stage;
}
