// What is computed once for each path.
import type { PathView } from './pathView.ts';
import type { Scene } from './scene.ts';

interface Known<T> {
  /** Null until a view that stays is asked about. */
  results: (T | undefined)[] | null;
  /** Of the view that passes by. */
  passing: { readonly view: PathView; readonly result: T } | null;
}

/** Remembers results by number of path: a weak reference per path and result costs the garbage collector more than the work itself. */
export function perPath<T extends object | number>(compute: (view: PathView) => T): (view: PathView) => T {
  const known = new WeakMap<Scene, Known<T>>();
  return (view) => {
    let all = known.get(view.scene);
    if (all === undefined) {
      all = { results: null, passing: null };
      known.set(view.scene, all);
    }
    const cached = all.results?.[view.path.id] ?? (all.passing?.view === view ? all.passing.result : undefined);
    if (cached !== undefined) return cached;
    const result = compute(view);
    if (view.isPassing) all.passing = { view, result };
    else {
      all.results ??= new Array<T | undefined>(view.scene.correlation.paths.length).fill(undefined);
      all.results[view.path.id] = result;
    }
    return result;
  };
}
