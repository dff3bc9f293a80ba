// A19: packets of one flow on several CPUs are tracked out of order: INVALID for moments, though the captured order is valid.
import { confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind, leakReadings } from '../leakReading.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { say } from '../wording/render.ts';

/** Two CPUs overtake each other by so much, not more. Nanos. */
const NEIGHBOURHOOD = 200e3;
const PERSISTENT = 5;

export const parallelHandling: Rule = {
  slug: 'parallel-handling',
  tier: 1,
  needs: ['node'],
  rivals: ['conntrack-bypassed', 'leak-unseen-ack', 'leak-old-segment', 'leak-entry-gone'],
  judge: (view, scene) => {
    const reading = leakOfKind(view, 'unexplained');
    if (!reading || reading.leak.direction === 0)
      return notFound(leakReadings(view).some((r) => r.kind !== 'reset') ? say('not.parallel.invalid') : null);
    const count = leakReadings(view).filter((r) => r.kind === 'unexplained').length;
    if (count >= PERSISTENT) return notFound(say('not.parallel.persistent', { n: count }));
    if (view.nodeLegs.length === 0) return undecided(say('missing.node', { server: who(view).server }));
    const neighbour = closeNeighbour(view, reading.leak.journey);
    const verdict = view.verdict(reading.leak.journey);
    if (neighbour === null && verdict?.orderDependent !== true) return notFound(say('not.parallel.alone'));
    const story = leakStory(view, reading, say('step.parallel'));
    const [first] = reading.leak.packets;
    if (!story || !first) return notFound();
    return found({
      severity: story.severity,
      confidence: confidence(verdict?.orderDependent === true, false),
      at: scene.time(first),
      summary: [say('sum.parallel-handling', who(view)), story.outcome],
      evidence: [
        story.evidence[0],
        ...(neighbour === null ? [] : [evidence(view.firstSighting(neighbour), say('ev.neighbour'))]),
        ...story.evidence.slice(1),
      ],
      chain: story.chain,
      remedies: ['rss', 'be-liberal'],
    });
  },
};

/** A packet of the other direction next to the leak on the node's own clock: the one that would have made it valid. */
function closeNeighbour(view: PathView, leak: number): number | null {
  for (const j of [leak - 1, leak + 1, leak - 2, leak + 2]) {
    if (j < view.from || j >= view.to || view.direction(j) === view.direction(leak)) continue;
    for (const leg of view.nodeLegs) {
      const [a, b] = [view.rowOn(j, leg), view.rowOn(leak, leg)];
      if (a !== null && b !== null && Math.abs(view.table(leg.tap).time[a] - view.table(leg.tap).time[b]) <= NEIGHBOURHOOD) return j;
    }
  }
  return null;
}
