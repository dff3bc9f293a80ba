// The states that the conntrack entries of a ladder's paths went through, and what brought each about.

import { STATE_NAMES } from '../../conntrack/states.ts';
import type { Analysis } from '../../model/analysis.ts';
import { type LadderState, MAX_STATES } from '../../model/ladder.ts';
import { type Direction, journeyId, nanos, type PathId } from '../../model/units.ts';
import { C_EXPIRED, C_REMOVED } from '../../model/verdict.ts';
import { stateChanges } from '../../replay/stateChanges.ts';
import { namedPacket } from './namedPacket.ts';

const WHY: Readonly<Record<number, LadderState['why']>> = { [C_EXPIRED]: 'expired', [C_REMOVED]: 'removed' };

export function statesOf(analysis: Analysis, paths: readonly PathId[]): LadderState[] {
  const last = Math.max(...paths.map((p) => analysis.correlation.paths[p].lastTime));
  return paths.flatMap((path, index) => {
    const replay = analysis.replays[path];
    const changes = replay && stateChanges(analysis.workspace, analysis.correlation, replay);
    if (!changes) return [];
    const { groupIndex } = replay.verdicts;
    const found: Omit<LadderState, 'to'>[] = [];
    for (let i = 0; i < changes.path.length && found.length < MAX_STATES; i++) {
      if (changes.path[i] !== groupIndex) continue;
      const journey = changes.journey[i];
      found.push({
        path: index,
        state: STATE_NAMES[changes.state[i]] ?? 'NONE',
        why: WHY[changes.why[i]] ?? 'packet',
        by: journey < 0 ? null : namedPacket(analysis, journeyId(journey)),
        direction: journey < 0 ? null : (analysis.correlation.journeys.direction[journey] as Direction),
        from: nanos(changes.time[i]),
        timeoutSeconds: changes.seconds[i],
        isReversed: changes.reversed[i] === 1,
      });
    }
    return found.map((state, i) => ({ ...state, to: found[i + 1]?.from ?? nanos(last) }));
  });
}
