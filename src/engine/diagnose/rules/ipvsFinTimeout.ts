// B3: the client closed its half, IPVS kept the connection only for its FIN time, and the server went on sending.

import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind } from '../leakReading.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
import { say } from '../wording/render.ts';
import { ipvsFinSeconds, isIpvs, isNotIpvs } from './ipvs.ts';
import { isHalfClosed } from './leakEntryGone.ts';

export const ipvsFinTimeout: Rule = {
  slug: 'ipvs-fin-timeout',
  tier: 2,
  needs: ['client', 'server'],
  rivals: ['half-closed-expired', 'leak-entry-gone', 'keepalive-race'],
  judge: (view, scene) => {
    const reading = leakOfKind(view, 'after-silence');
    const fin = handshakeOf(view).fin[0];
    if (!reading?.silence || fin === null) return notFound();
    if (!isHalfClosed(view, reading) || isNotIpvs(scene))
      return notFound(say('not.ipvs.mode', { mode: scene.facts.proxyMode?.mode ?? '' }));
    const limit = ipvsFinSeconds(scene);
    if (reading.silence.length / 1e9 < limit) return notFound(say('not.ipvs-fin.gap', { gap: reading.silence.length, limit }));
    if (!isIpvs(scene)) return undecided(say('missing.proxyMode'));
    const story = leakStory(view, reading, say('step.ipvsForgotReply'));
    const [first] = reading.leak.packets;
    if (!story || !first) return notFound();
    const ends = who(view);
    return found({
      severity: story.severity,
      confidence: confidence(true, reading.leak.sentAs !== null),
      at: scene.time(first),
      summary: [say('sum.ipvs-fin-timeout', { ...ends, gap: reading.silence.length, limit }), story.outcome],
      evidence: [
        story.evidence[0],
        evidence(view.firstSighting(fin), say('ev.halfClosed', { who: ends.client })),
        ...story.evidence.slice(1),
      ],
      chain: [step(say('step.halfClosed'), [view.firstSighting(fin)]), ...story.chain],
      remedies: ['ipvs-tcpfin', 'no-half-close'],
    });
  },
};
