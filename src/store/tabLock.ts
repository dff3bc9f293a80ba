// One tab keeps an incident; others are told. Web Locks hold the right to write, and end with the tab that holds them.

export interface TabLock {
  /** Asks for the right to write incident `id`. `onGranted(late)`: at once, or `late` when the other tab let go of it. */
  take(id: string, onGranted: (late: boolean) => void, onElsewhere: () => void): void;
  release(): void;
}

export function createTabLock(locks: LockManager | undefined = globalThis.navigator?.locks): TabLock {
  let generation = 0;
  let letGo: () => void = () => undefined;
  return {
    take: (id, onGranted, onElsewhere) => {
      letGo();
      const mine = ++generation;
      // No locks here (old browsers, plain http): a second tab can't be noticed.
      if (!locks) {
        onGranted(false);
        return;
      }
      const hold = (late: boolean): Promise<void> | undefined => {
        if (mine !== generation) return undefined;
        onGranted(late);
        return new Promise((resolve) => {
          letGo = resolve;
        });
      };
      const abort = new AbortController();
      letGo = () => abort.abort();
      void locks
        .request(name(id), { ifAvailable: true }, (lock) => {
          if (mine !== generation) return undefined;
          if (lock) return hold(false);
          onElsewhere();
          locks.request(name(id), { signal: abort.signal }, () => hold(true)).catch(() => undefined);
          return undefined;
        })
        .catch(() => undefined);
    },
    release: () => {
      generation++;
      letGo();
    },
  };
}

const name = (id: string): string => `hopscope-incident-${id}`;
