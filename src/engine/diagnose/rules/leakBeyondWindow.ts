// A4: a segment that starts beyond what the receiver ever allowed is INVALID (from 6.1 only when one further window beyond).
import { J_LEAKED } from '../../model/correlation.ts';
import { ORIGINAL, seqDistance } from '../../model/units.ts';
import { confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind, leakReadings } from '../leakReading.ts';
import type { PathView } from '../pathView.ts';
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
      confidence: confidence(scaleKnown && distance > 0 && !wasOverrun(view, leak.journey), reading.confirmed === true),
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

/** Had the server gone beyond what the client was seen to allow before, and was translated all the same? Then not all acknowledgements were captured. */
function wasOverrun(view: PathView, leak: number): boolean {
  let allowed: number | null = null;
  for (let j = view.from; j < leak; j++) {
    if (view.isReset(j)) continue;
    if (view.direction(j) === ORIGINAL) {
      if (!view.hasAck(j)) continue;
      const edge = view.allowedBy(j);
      if (allowed === null || seqDistance(edge, allowed) > 0) allowed = edge;
    } else if (allowed !== null && !view.has(j, J_LEAKED) && seqDistance(view.seq(j), allowed) > 0) return true;
  }
  return false;
}
