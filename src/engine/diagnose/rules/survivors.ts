// How long other connections to the same service were silent and went on: what refutes an idle limit below that.

import type { Evidence } from '../../model/finding.ts';
import { evidence } from '../kit.ts';
import { outlineOf } from '../outline.ts';
import type { PathView } from '../pathView.ts';
import { perPath } from '../perPath.ts';
import { firstAfter, type Scene } from '../scene.ts';
import { say } from '../wording/render.ts';

/** Looking at so many sisters is enough to find a survivor. */
const SISTERS = 200;

/** Later connections looked at to learn where the service sends them. */
const LATER = 50;

/** The same for a whole path, up to its death. */
const survivedToTheEnd = perPath((view: PathView): number => survived(view, view.death?.time ?? view.path.lastTime));

/** Longest silence, Nanos, that a connection to the same service survived; null where none was silent. The path's own earlier ones count. */
export function longestSurvived(view: PathView, scene: Scene): number | null {
  const end = view.death?.time ?? view.path.lastTime;
  const last = view.longestSilence(end);
  let longest = survived(view, last ? view.time(last.before) : end);
  for (const path of scene.siblings(view.path).slice(0, SISTERS)) {
    if (path.id === view.path.id) continue;
    longest = Math.max(longest, survivedToTheEnd(scene.view(path)));
  }
  return longest > 0 ? longest : null;
}

/** Longest silence before a time after which the other end answered; 0 where there is none. */
function survived(view: PathView, before: number): number {
  let longest = 0;
  for (const s of view.silences) {
    if (view.time(s.before) >= before) break;
    const next = s.before + 1;
    const answered = next < view.to && view.time(next) < before && !view.isReset(next) && view.direction(next) !== view.direction(s.before);
    if (answered) longest = Math.max(longest, s.length);
  }
  return longest;
}

/** Where later connections to the same service went, when none of them went to this server any more; `server` null: elsewhere. */
export function laterServer(
  view: PathView,
  scene: Scene,
  after: number,
): { readonly server: string | null; readonly path: PathView } | null {
  const siblings = scene.siblings(view.path);
  const from = firstAfter(siblings, after);
  const later = siblings.slice(from, from + LATER).filter((p) => p.id !== view.path.id && outlineOf(scene, p).isCompleted);
  const [first] = later;
  const here = view.serverLeg;
  if (!first || later.some((p) => p.server.address === view.path.server.address)) return null;
  // Of a path seen on the client's side only its own server is not known: nothing tells that the later ones went elsewhere.
  if (first.dnat && view.path.service !== null) return { server: first.server.address, path: scene.view(first) };
  return here && !later.some((p) => p.legs.some((leg) => leg.tap === here.tap)) ? { server: null, path: scene.view(first) } : null;
}

/** Evidence of that. */
export const laterEvidence = (moved: NonNullable<ReturnType<typeof laterServer>>): Evidence =>
  evidence(
    moved.path.firstSighting(moved.path.from),
    moved.server === null ? say('ev.laterElsewhere') : say('ev.laterServer', { server: moved.server }),
  );
