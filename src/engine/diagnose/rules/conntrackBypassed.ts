// A17: packets that the node's captures do show were not tracked: an offload, a flowtable or another zone had them.
import { confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind, leakReadings } from '../leakReading.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { say } from '../wording/render.ts';
import { suddenLoss } from './leakEntryGone.ts';

/** Fewer leaks may be parallel handling (A19); a missing entry goes on leaking. */
const PERSISTENT = 5;

export const conntrackBypassed: Rule = {
  slug: 'conntrack-bypassed',
  tier: 1,
  isWhatIsLeft: true,
  needs: ['client', 'node'],
  rivals: ['leak-unseen-ack', 'parallel-handling', 'leak-entry-gone', 'leak-old-segment'],
  judge: (view, scene) => {
    const reading = leakOfKind(view, 'unexplained');
    if (!reading || reading.leak.direction === 0) {
      const other = leakReadings(view).find((r) => r.kind !== 'reset');
      return notFound(other ? say('not.bypassed.explained') : null);
    }
    const count = leakReadings(view).filter((r) => r.kind === 'unexplained').length;
    if (view.nodeLegs.length === 0) return undecided(say('missing.nodeClientSide', { client: who(view).client }));
    if (count < PERSISTENT) return notFound(say('not.bypassed.short', { n: count }));
    if (suddenLoss(view) !== null) return notFound(say('not.bypassed.removed'));
    const verdict = view.verdict(reading.leak.journey);
    const story = leakStory(view, reading, say('step.notTracked'));
    const [first] = reading.leak.packets;
    if (!story || !first) return notFound();
    // One capture parted by the age of its packets may be two, taken at the ends. What the tracker held of a connection whose start nobody saw, nobody knows.
    const isModelled = verdict !== null && view.path.isn.every((isn) => isn !== null);
    return found({
      severity: story.severity,
      confidence: confidence(isModelled && view.nodeLegs.every((leg) => leg.rows === null), false),
      at: scene.time(first),
      summary: [say('sum.conntrack-bypassed', { ...who(view), n: count }), story.outcome],
      evidence: [story.evidence[0], evidence(first, say('ev.modelAccepts')), ...story.evidence.slice(1)],
      chain: story.chain,
      remedies: ['disable-offload', 'zones', 'be-liberal'],
    });
  },
};
