// How long other connections to the same service were silent and went on: what refutes an idle limit below that.
import type { PathView } from '../pathView.ts';
import type { Scene } from '../scene.ts';

/** Looking at so many sisters is enough to find a survivor. */
const SISTERS = 200;

/** Longest silence, Nanos, that a connection to the same service survived; null where none was silent. The path's own earlier ones count. */
export function longestSurvived(view: PathView, scene: Scene): number | null {
  let longest: number | null = null;
  const note = (other: PathView, before: number): void => {
    for (const s of other.silences) {
      if (other.time(s.before) >= before) break;
      const next = s.before + 1;
      const answered =
        next < other.to && other.time(next) < before && !other.isReset(next) && other.direction(next) !== other.direction(s.before);
      if (answered && (longest === null || s.length > longest)) longest = s.length;
    }
  };
  const end = view.death?.time ?? view.path.lastTime;
  const last = view.longestSilence(end);
  note(view, last ? view.time(last.before) : end);
  for (const path of scene.siblings(view.path).slice(0, SISTERS)) {
    if (path.id !== view.path.id) note(scene.view(path), scene.view(path).death?.time ?? path.lastTime);
  }
  return longest;
}

/** Another server that later connections to the same service were sent to, when none of them went to this one any more. */
export function laterServer(view: PathView, scene: Scene, after: number): { readonly server: string; readonly path: PathView } | null {
  const later = scene.siblings(view.path).filter((p) => p.id !== view.path.id && p.firstTime > after && p.dnat !== null);
  const [first] = later;
  if (!first || later.some((p) => p.server.address === view.path.server.address)) return null;
  return { server: first.server.address, path: scene.view(first) };
}
