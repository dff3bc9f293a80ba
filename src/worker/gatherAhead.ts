// While the worker rests: what the connection list's slower columns say, before somebody sorts by one of them.
import type { Analysis } from '../engine/model/analysis.ts';
import { pathId } from '../engine/model/units.ts';
import { gatherFacts } from '../engine/query/connectionList.ts';
import type { Session } from './session.ts';

/** Packets looked at in one go: some milliseconds, so that a question need not wait. */
const AT_ONCE = 20_000;

const begun = new WeakSet<Analysis>();

/** Goes on by itself until all is known or another analysis is in force. */
export function gatherAhead(session: Session): void {
  const { analysis } = session;
  if (!analysis || begun.has(analysis)) return;
  begun.add(analysis);
  let next = pathId(0);
  const goOn = (): void => {
    if (session.analysis !== analysis) return;
    next = gatherFacts(analysis, next, AT_ONCE);
    if (next < analysis.correlation.paths.length) setTimeout(goOn);
  };
  setTimeout(goOn);
}
