// Starts workers under a strict CSP: the worker's script travels inside the page and becomes a blob URL, and the page's only Trusted
// Types policy lets exactly that URL through while a worker is being made, and the offline script while it is registered.

interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string | null }): unknown;
}

let expected: ((url: string) => boolean) | null = null;

/** Call once, before anything else runs. Where the browser has no Trusted Types the CSP alone holds. */
export function installScriptPolicy(): void {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  factory?.createPolicy('default', { createScriptURL: (url) => (expected?.(url) ? url : null) });
}

function expecting<T>(isOurs: (url: string) => boolean, make: () => T): T {
  expected = isOurs;
  try {
    return make();
  } finally {
    expected = null;
  }
}

/** A new engine worker. The script is loaded on first use, so that the page shows before the engine has arrived. */
export async function spawnWorker(): Promise<Worker> {
  const { default: EngineWorker } = await import('./engine.worker.ts?worker&inline');
  // `origin`, not `location.origin`: a page opened from disk has the origin `null`, and so have its blobs.
  const isOurs = (url: string): boolean => import.meta.env.DEV || url.startsWith(`blob:${globalThis.origin}/`);
  return expecting(isOurs, () => new EngineWorker());
}

/** Keeps the page for later use without a network. The single file and the development server need no such thing. */
export function registerOffline(): void {
  if (!import.meta.env.PROD || location.protocol === 'file:' || !('serviceWorker' in navigator)) return;
  const registered = expecting(
    (url) => url === './sw.js',
    () => navigator.serviceWorker.register('./sw.js'),
  );
  registered.catch(() => undefined); // A page that can't be kept still works.
}
