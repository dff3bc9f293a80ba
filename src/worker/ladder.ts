// Questions about ladders. What was built for one stays for the next question, as long as its analysis is in force.
import type { Analysis } from '../engine/model/analysis.ts';
import { nanos, type PathId } from '../engine/model/units.ts';
import type { Assumption } from '../engine/model/whatIf.ts';
import { buildLadder, type LadderSource } from '../engine/query/ladder/buildLadder.ts';
import type { EngineQueries } from './api.ts';
import { pathOfPacket } from './framePlaces.ts';
import type { Session } from './session.ts';

const KEPT = 4;
const built = new WeakMap<Analysis, Map<string, LadderSource | null>>();

function sourceOf(session: Session, path: PathId | null, assumption: Assumption | null = null): LadderSource | null {
  const { analysis } = session;
  if (!analysis) return null;
  const known = built.get(analysis) ?? new Map<string, LadderSource | null>();
  built.set(analysis, known);
  const key = JSON.stringify([path, assumption]);
  if (!known.has(key)) {
    const oldest = known.keys().next();
    if (known.size >= KEPT && !oldest.done) known.delete(oldest.value);
    known.set(key, buildLadder(analysis, path, assumption));
  }
  return known.get(key) ?? null;
}

type LadderQuery = 'ladder' | 'ladderWindow' | 'ladderSpan' | 'ladderDensity' | 'ladderTotals' | 'ladderPlace';

export const ladderQueries: {
  readonly [K in LadderQuery]: (session: Session, ...args: Parameters<EngineQueries[K]>) => ReturnType<EngineQueries[K]>;
} = {
  ladder: (session, path, assumption) => sourceOf(session, path, assumption)?.ladder ?? null,
  ladderWindow: (session, path, first, count, assumption) =>
    sourceOf(session, path, assumption)?.window(first, count) ?? { first, packets: [] },
  ladderSpan: (session, path, from, to, most, assumption) =>
    sourceOf(session, path, assumption)?.span(nanos(from), nanos(to), most) ?? { first: 0, packets: [], count: 0 },
  ladderDensity: (session, path, from, to, bins) => sourceOf(session, path)?.density(nanos(from), nanos(to), bins) ?? null,
  ladderTotals: (session, path, from, to) => sourceOf(session, path)?.totals(nanos(from), nanos(to)) ?? null,
  ladderPlace: (session, path, packet) => {
    const here = sourceOf(session, path)?.find(packet);
    if (here) return { kind: 'here', ...here };
    const other = pathOfPacket(session, packet);
    return other === null || other === path ? null : { kind: 'elsewhere', path: other };
  },
};
