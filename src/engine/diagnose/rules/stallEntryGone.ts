// A6: the entry was gone and loose pick-up is off: what the client sends is INVALID, stays addressed to the service and vanishes.

import type { PacketRef } from '../../model/units.ts';
import { hadTranslatedReply } from '../handshake.ts';
import { confidence, evidence, legName, step, sysctlNumber, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { carriesData, fatalStall, type Stall } from '../stalls.ts';
import { say } from '../wording/render.ts';
import { wasShortened } from './entryShortenedByReset.ts';
import { icmpAnswer } from './icmp.ts';
import { middleboxIdleTimeout } from './middleboxIdleTimeout.ts';
import { needsServerSide } from './needs.ts';
import { silenceBeforeStall, vanishedAtNat } from './silence.ts';

export const stallEntryGone: Rule = {
  slug: 'stall-entry-gone',
  tier: 1,
  needs: ['client', 'server'],
  rivals: [
    'ipvs-backend-removed-silent',
    'mtu-black-hole',
    'stall-invalid-dropped',
    'middlebox-idle-timeout',
    'leak-entry-gone',
    'ipvs-idle-expired',
  ],
  judge: (view, scene) => {
    const stall = fatalStall(view);
    if (stall?.direction !== 0) return notFound(stall && hadTranslatedReply(view) ? say('not.stall-entry-gone.answers') : null);
    const silence = silenceBeforeStall(view, stall);
    const refused = unreachable(view, stall);
    if (!silence && !refused)
      return notFound(say('not.stall-entry-gone.noSilence', { gap: view.longestSilence(stall.start)?.length ?? 0 }));
    if (silence && wasShortened(view, silence)) return notFound(say('not.entry-gone.shortened'));
    const missing = needsServerSide(view);
    if (missing) return missing;
    if (stall.delivered > 0) return notFound(say('not.stall-entry-gone.arrived', { n: stall.delivered }));
    const passed = stall.attempts.some(
      (j) => view.path.natBefore > 0 && view.path.legs.slice(view.path.natBefore).some((leg) => view.rowOn(j, leg) !== null),
    );
    if (passed) return notFound(say('not.stall-entry-gone.translated'));
    const loose = sysctlNumber(view, 'net.netfilter.nf_conntrack_tcp_loose');
    const atNat = vanishedAtNat(view, stall.attempts);
    // Nothing shows that the node is the place, and several died of one limit: that is what a device does.
    if (!atNat && !refused && loose !== 0 && middleboxIdleTimeout.judge(view, scene).kind === 'found')
      return notFound(say('not.stall-entry-gone.device'));
    const first = view.firstSighting(stall.attempts[0]);
    const last = view.firstSighting(stall.attempts[stall.attempts.length - 1]);
    const lost = view.vanished(stall.attempts[0]);
    const ends = who(view);
    return found({
      severity: carriesData(view, stall) ? 'critical' : 'warning',
      confidence: lost?.isUnwatched ? 'possible' : confidence(loose !== 1 && (atNat || refused !== null || loose === 0), true),
      at: view.scene.time(first),
      summary: [
        silence ? say('sum.stall-entry-gone', { ...ends, gap: silence.length }) : say('sum.stall-entry-gone.sudden', ends),
        say('out.stallLost', { client: ends.client, n: stall.attempts.length, span: stall.end - stall.start }),
      ],
      evidence: [
        evidence(
          first,
          silence ? say('ev.firstAfterSilence', { server: ends.client, gap: silence.length }) : say('ev.sentFrom', { client: ends.client }),
        ),
        ...(refused ? [evidence(refused, say('ev.icmpUntranslated', { service: ends.service }))] : []),
        ...(lost
          ? [
              evidence(
                last,
                say('ev.vanished', { n: stall.attempts.length, seen: legName(view, lost.seen), missing: legName(view, lost.missing) }),
              ),
            ]
          : []),
      ],
      against: loose === 1 ? [evidence(first, say('ev.looseIsOn'))] : [],
      chain: [
        ...(silence ? [step(say('step.silence', { gap: silence.length }), [view.firstSighting(silence.before)])] : []),
        step(say('step.clientSpeaks', { client: ends.client }), [first]),
        step(say('step.notTranslated', { service: ends.service }), [first]),
        step(
          say('step.retransmitted', { n: stall.attempts.length, span: stall.end - stall.start }),
          stall.attempts.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['keepalive', 'no-flush', 'timeouts', 'loose-1'],
    });
  },
};

/**
 * An ICMP error of the stall's time that quotes the stalled client's packet with the service address, on a connection that worked: the node
 * routed it as it came, which it does where no entry translates it.
 */
function unreachable(view: PathView, stall: Stall): PacketRef | null {
  if (!view.path.dnat || !hadTranslatedReply(view, stall.start)) return null;
  const answer = icmpAnswer(view, stall.start);
  return answer && view.clientLeg && answer.tap === view.clientLeg.tap ? answer : null;
}
