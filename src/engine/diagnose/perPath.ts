// What is computed once for each path.
import type { PathView } from './pathView.ts';
import type { Scene } from './scene.ts';

/** Remembers results by number of path: a weak reference per path and result costs the garbage collector more than the work itself. */
export function perPath<T extends object | number>(compute: (view: PathView) => T): (view: PathView) => T {
  const known = new WeakMap<Scene, (T | undefined)[]>();
  return (view) => {
    let results = known.get(view.scene);
    if (results === undefined) {
      results = new Array<T | undefined>(view.scene.correlation.paths.length).fill(undefined);
      known.set(view.scene, results);
    }
    const cached = results[view.path.id];
    if (cached !== undefined) return cached;
    const result = compute(view);
    results[view.path.id] = result;
    return result;
  };
}
