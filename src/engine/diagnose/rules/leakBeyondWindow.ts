// A4: a segment that starts beyond what the receiver ever allowed is INVALID (from 6.1 only when one further window beyond).
import { confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind, leakReadings } from '../leakReading.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { needsClientSide } from './needs.ts';

export const leakBeyondWindow: Rule = {
  slug: 'leak-beyond-window',
  tier: 1,
  needs: ['client'],
  rivals: ['leak-old-segment', 'leak-entry-gone', 'leak-unseen-ack', 'forged-reset'],
  judge: (view) => {
    const reading = leakOfKind(view, 'beyond-window');
    if (!reading) {
      const leaks = leakReadings(view).some((r) => r.kind !== 'reset');
      return leaks ? notFound(say('not.beyond-window.inside')) : (needsClientSide(view) ?? notFound());
    }
    const { leak, distance, window } = reading;
    const scaleKnown = view.path.windowScale[0] !== null;
    const reason = view.verdict(leak.journey)?.reason ?? '';
    const story = leakStory(
      view,
      reading,
      reading.confirmed ? say('step.invalid', { reason }) : say('step.invalidBeyond', { bytes: distance }),
    );
    if (!story) return notFound();
    const [first] = leak.packets;
    return found({
      severity: story.severity,
      confidence: confidence(scaleKnown, reading.confirmed === true),
      at: view.scene.time(first ?? view.firstSighting(leak.journey)),
      summary: [say('sum.leak-beyond-window', { ...who(view), bytes: Math.max(0, distance) }), story.outcome],
      evidence: [
        story.evidence[0],
        ...(first && distance > 0 ? [evidence(first, say('ev.beyond', { bytes: distance, window }))] : []),
        ...story.evidence.slice(1),
      ],
      against: first && !scaleKnown ? [evidence(first, say('ev.scaleUnknown'))] : [],
      chain: story.chain,
      remedies: ['be-liberal', 'fix-window'],
    });
  },
};
