// A11: one end closed its half, the short timers of a closing connection ran out, and the other end went on.
import { FIN } from '../../model/packetTable.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind } from '../leakReading.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { carriesData, fatalStall } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { isIpvs } from './ipvs.ts';
import { isHalfClosed } from './leakEntryGone.ts';
import { silenceBeforeStall } from './silence.ts';

export const halfClosedExpired: Rule = {
  slug: 'half-closed-expired',
  tier: 1,
  needs: ['client', 'server'],
  rivals: ['leak-entry-gone', 'leak-old-segment', 'keepalive-race', 'ipvs-fin-timeout'],
  judge: (view, scene) => {
    const fins = handshakeOf(view).fin.filter((j) => j !== null);
    const fin = fins.length > 0 ? fins.reduce((a, b) => (view.time(a) <= view.time(b) ? a : b)) : null;
    if (fin === null) return notFound(view.leaks.length > 0 ? say('not.half-closed.open') : null);
    const reading = leakOfKind(view, 'after-silence');
    const ends = who(view);
    const closed = evidence(view.firstSighting(fin), say('ev.halfClosed', { who: view.direction(fin) === 0 ? ends.client : ends.server }));
    if (reading?.silence && isHalfClosed(view, reading)) {
      if (isIpvs(scene)) return notFound(say('not.half-closed.ipvs'));
      const story = leakStory(view, reading, say('step.newInReverse'));
      const [seen] = reading.leak.packets;
      if (!story || !seen) return notFound();
      return found({
        severity: story.killer && !(view.flags(reading.leak.journey) & FIN) ? 'critical' : 'warning',
        confidence: confidence(true, reading.leak.sentAs !== null),
        at: scene.time(seen),
        summary: [say('sum.half-closed-expired', { ...ends, gap: reading.silence.length }), story.outcome],
        evidence: [story.evidence[0], closed, ...story.evidence.slice(1)],
        chain: [
          step(say('step.halfClosed'), [closed.packet]),
          step(say('step.silence', { gap: reading.silence.length }), [view.firstSighting(reading.silence.before)]),
          ...story.chain,
        ],
        remedies: ['timeout-close-wait', 'keepalive', 'no-half-close'],
      });
    }
    const stall = fatalStall(view);
    const silence = stall ? silenceBeforeStall(view, stall) : null;
    if (!stall || !silence || silence.start < view.time(fin) || stall.delivered > 0 || view.path.legs.length < 2) return notFound();
    const first = view.firstSighting(stall.attempts[0]);
    return found({
      severity: carriesData(view, stall) ? 'critical' : 'warning',
      confidence: 'likely',
      at: scene.time(first),
      summary: [
        say('sum.half-closed-expired', { ...ends, gap: silence.length }),
        say('out.stallLost', {
          client: stall.direction === 0 ? ends.client : ends.server,
          n: stall.attempts.length,
          span: stall.end - stall.start,
        }),
      ],
      evidence: [
        evidence(first, say('ev.firstAfterSilence', { server: stall.direction === 0 ? ends.client : ends.server, gap: silence.length })),
        closed,
      ],
      chain: [
        step(say('step.halfClosed'), [closed.packet]),
        step(say('step.silence', { gap: silence.length }), [first]),
        step(
          say('step.retransmitted', { n: stall.attempts.length, span: stall.end - stall.start }),
          stall.attempts.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['timeout-close-wait', 'keepalive', 'no-half-close'],
    });
  },
};
