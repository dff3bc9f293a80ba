// When the entries of a path changed their state: as taken down while it was replayed, or by replaying it once more.
import type { Correlation, Workspace } from '../model/correlation.ts';
import type { PathReplay, StateChanges } from '../model/verdict.ts';
import { workOfPath } from './replayPaths.ts';
import { run } from './run.ts';

/** Of all paths that share the tracker; the path's own are those of its `groupIndex`. Null: it crosses no NAT. */
export function stateChanges(workspace: Workspace, correlation: Correlation, { path, verdicts }: PathReplay): StateChanges | null {
  if (verdicts.changes) return verdicts.changes;
  const work = workOfPath(workspace, correlation, path);
  if (work === null) return null;
  const order = work.orders[verdicts.orderIndex];
  return run(work.arrivals, order, workspace, verdicts.profile, verdicts.settings, null, null, true).changes;
}
