// What can wait for the first picture: true once the page has had nothing to do since the component was first shown.
import { useEffect, useState } from 'react';

/** Where a browser does not say when it rests. */
const WAIT_MS = 300;

export function useRested(): boolean {
  const [rested, setRested] = useState(false);
  useEffect(() => {
    const rest = (): void => setRested(true);
    if (!('requestIdleCallback' in globalThis)) {
      const timer = setTimeout(rest, WAIT_MS);
      return () => clearTimeout(timer);
    }
    // A callback of the first idle moment may still come between two answers of the engine: the second one does not.
    let handle = requestIdleCallback(() => {
      handle = requestIdleCallback(rest, { timeout: 2000 });
    });
    return () => cancelIdleCallback(handle);
  }, []);
  return rested;
}
