// When the page has nothing to do: what can wait for that is done then.

/** Where a browser does not say when it rests (Safari). */
const WAIT_MS = 300;
const LATEST_MS = 2000;

/** @returns calls it off */
export function atRest(task: () => void): () => void {
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(task, WAIT_MS);
    return () => clearTimeout(timer);
  }
  // A callback of the first idle moment may still come between two answers of the engine: the second one does not.
  let handle = requestIdleCallback(() => {
    handle = requestIdleCallback(task, { timeout: LATEST_MS });
  });
  return () => cancelIdleCallback(handle);
}

/** Each in a rest of its own, one after the other. */
export function eachAtRest([task, ...others]: readonly (() => void)[]): () => void {
  if (!task) return () => undefined;
  let cancel = atRest(() => {
    task();
    cancel = eachAtRest(others);
  });
  return () => cancel();
}
