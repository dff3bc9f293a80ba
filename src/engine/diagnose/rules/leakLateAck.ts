// A2: an ACK older than one window is INVALID before 6.1 and leaks. Its RST carries the same old number, so it never kills by itself.
import { REPLY } from '../../model/units.ts';
import { confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind, leakReadings } from '../leakReading.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { needsClientSide } from './needs.ts';

export const leakLateAck: Rule = {
  slug: 'leak-late-ack',
  tier: 1,
  needs: ['client'],
  rivals: ['leak-unseen-ack', 'leak-entry-gone', 'leak-old-segment', 'forged-reset'],
  judge: (view) => {
    const reading = leakOfKind(view, 'late-ack');
    if (!reading) {
      const leaks = leakReadings(view).some((r) => r.kind !== 'reset');
      return leaks ? notFound(say('not.late-ack.current')) : (needsClientSide(view) ?? notFound());
    }
    const { leak, distance, window } = reading;
    const reason = view.verdict(leak.journey)?.reason ?? '';
    const story = leakStory(
      view,
      reading,
      reading.confirmed ? say('step.invalid', { reason }) : say('step.invalidLateAck', { bytes: distance, window }),
    );
    if (!story) return notFound();
    const [first] = leak.packets;
    // Without the server's SYN its windows may have been up to 2¹⁴ times larger, and the ACK within them.
    const scaleKnown = view.path.windowScale[REPLY] !== null;
    const count = leakReadings(view).filter((r) => r.kind === 'late-ack').length;
    return found({
      severity: story.severity,
      confidence: confidence(scaleKnown, reading.confirmed === true),
      at: view.scene.time(first ?? view.firstSighting(leak.journey)),
      summary: [say('sum.leak-late-ack', { ...who(view), n: count, bytes: distance, window }), story.outcome],
      evidence: [
        story.evidence[0],
        ...(first ? [evidence(first, say('ev.lateAck', { bytes: distance, window }))] : []),
        ...story.evidence.slice(1),
      ],
      against: first && !scaleKnown ? [evidence(first, say('ev.scaleUnknown'))] : [],
      chain: story.chain,
      remedies: ['be-liberal', 'kernel-6.1', 'drop-invalid', 'rss'],
    });
  },
};
