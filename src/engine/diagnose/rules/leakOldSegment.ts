// A1: an old retransmission, more than one window behind, is INVALID before 6.1 and leaves the node untranslated.
import { confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind, leakReadings } from '../leakReading.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { needsClientSide } from './needs.ts';

export const leakOldSegment: Rule = {
  slug: 'leak-old-segment',
  tier: 1,
  needs: ['client'],
  rivals: [
    'forged-reset',
    'ipvs-idle-expired',
    'leak-entry-gone',
    'server-aborted',
    'server-restarted',
    'leak-unseen-ack',
    'stall-invalid-dropped',
  ],
  judge: (view) => {
    const reading = leakOfKind(view, 'old-segment');
    if (!reading) {
      const others = leakReadings(view).find((r) => r.kind !== 'reset');
      if (others) return notFound(say('not.old-segment.position', { bytes: Math.max(0, others.leak.bytesBehind ?? 0) }));
      return needsClientSide(view) ?? notFound(view.death ? say('not.old-segment.none') : null);
    }
    const { leak, distance, window } = reading;
    const reason = view.verdict(leak.journey)?.reason ?? '';
    const story = leakStory(
      view,
      reading,
      reading.confirmed ? say('step.invalid', { reason }) : say('step.invalidByDistance', { bytes: distance, window }),
    );
    if (!story) return notFound();
    const [first] = leak.packets;
    const list = first && distance > 0 ? [evidence(first, say('ev.behind', { bytes: distance, window }))] : [];
    return found({
      severity: story.severity,
      confidence: confidence(true, reading.confirmed === true || (leak.sentAs !== null && reading.confirmed === null)),
      at: view.scene.time(leak.packets[0] ?? view.firstSighting(leak.journey)),
      summary: [say('sum.leak-old-segment', { ...who(view), bytes: distance, window }), story.outcome],
      evidence: [story.evidence[0], ...list, ...story.evidence.slice(1)],
      chain: story.chain,
      remedies: ['be-liberal', 'kernel-6.1', 'drop-invalid', 'find-delay'],
    });
  },
};
