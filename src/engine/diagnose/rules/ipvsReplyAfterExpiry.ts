// B2: the server speaks after IPVS forgot the connection: its packet passes untranslated and the client resets it.
import { formatEndpoint } from '../../model/address.ts';
import { confidence, evidence, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { leakOfKind, leakReadings } from '../leakReading.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { ipvsIdleSeconds, isIpvs, isNotIpvs } from './ipvs.ts';
import { isHalfClosed } from './leakEntryGone.ts';

export const ipvsReplyAfterExpiry: Rule = {
  slug: 'ipvs-reply-after-expiry',
  tier: 2,
  needs: ['client'],
  rivals: ['leak-entry-gone', 'leak-old-segment', 'forged-reset'],
  judge: (view, scene) => {
    const reading = leakOfKind(view, 'after-silence');
    if (!reading?.silence) return notFound(leakReadings(view).some((r) => r.kind !== 'reset') ? say('not.ipvs-reply.noSilence') : null);
    if (isNotIpvs(scene)) return notFound(say('not.ipvs.mode', { mode: scene.facts.proxyMode?.mode ?? '' }));
    const limit = ipvsIdleSeconds(scene);
    const seconds = reading.silence.length / 1e9;
    if (seconds < limit) return notFound(say('not.ipvs-reply.gap', { gap: reading.silence.length, limit }));
    if (isHalfClosed(view, reading)) return notFound();
    const story = leakStory(view, reading, say('step.ipvsForgotReply'));
    const [first] = reading.leak.packets;
    if (!story || !first) return notFound();
    return found({
      severity: story.severity,
      confidence: isIpvs(scene) ? confidence(true, reading.leak.sentAs !== null) : 'possible',
      at: scene.time(first),
      summary: [
        say('sum.ipvs-reply-after-expiry', { ...who(view), gap: reading.silence.length, source: formatEndpoint(reading.leak.source) }),
        story.outcome,
      ],
      evidence: [
        story.evidence[0],
        evidence(
          view.firstSighting(reading.silence.before),
          say('ev.firstAfterSilence', { server: who(view).server, gap: reading.silence.length }),
        ),
        ...story.evidence.slice(1),
      ],
      chain: story.chain,
      remedies: ['keepalive-900', 'ipvs-timeout'],
    });
  },
};
