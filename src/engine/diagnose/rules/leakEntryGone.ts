// A5: the entry was gone when the server spoke first: its packet starts a new entry in reverse and leaves untranslated, without being INVALID.
import { formatEndpoint } from '../../model/address.ts';
import { J_LEAKED, type Leg } from '../../model/correlation.ts';
import { ORIGINAL, REPLY } from '../../model/units.ts';
import { wentAround } from '../around.ts';
import { hadTranslatedReply, handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, sysctlNumber, unlessUnheard, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { type LeakReading, leakOfKind, leakReadings } from '../leakReading.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule } from '../rule.ts';
import type { Silence } from '../silences.ts';
import { say } from '../wording/render.ts';
import { wasShortened } from './entryShortenedByReset.ts';
import { ipvsIdleSeconds, isIpvs } from './ipvs.ts';
import { isPersistent } from './leakUnseenAck.ts';
import { needsClientSide } from './needs.ts';

/** net.netfilter.nf_conntrack_tcp_timeout_unacknowledged, the shortest default that an open connection can meet. Seconds. */
const SHORTEST_DEFAULT = 300;

export const leakEntryGone: Rule = {
  slug: 'leak-entry-gone',
  tier: 1,
  needs: ['client'],
  rivals: ['leak-old-segment', 'leak-unseen-ack', 'leak-late-ack', 'forged-reset', 'ipvs-idle-expired', 'server-restarted'],
  judge: (view) => {
    const reading = leakOfKind(view, 'after-silence');
    if (!reading?.silence) {
      const leaks = leakReadings(view).filter((r) => r.kind !== 'reset');
      if (leaks.length === 0) return needsClientSide(view) ?? notFound(view.death ? say('not.entry-gone.noLeak') : null);
      return (
        lostInHandshake(view) ??
        suddenLoss(view) ??
        notFound(say('not.entry-gone.alive', { gap: view.longestSilence(view.time(leaks[0]?.leak.journey ?? view.to))?.length ?? 0 }))
      );
    }
    if (isHalfClosed(view, reading)) return notFound(say('not.entry-gone.halfClosed'));
    if (isIpvs(view.scene) && reading.silence.length / 1e9 >= ipvsIdleSeconds(view.scene)) return notFound(say('not.entry-gone.ipvs'));
    if (wasShortened(view, reading.silence)) return notFound(say('not.entry-gone.shortened'));
    if (isIntoTheVoid(view, reading.silence)) return notFound(say('not.entry-gone.clientFirst', who(view)));
    const { leak, silence } = reading;
    const seconds = silence.length / 1e9;
    const configured = sysctlNumber(view, 'net.netfilter.nf_conntrack_tcp_timeout_established');
    const story = leakStory(view, reading, say('step.newInReverse'));
    if (!story) return notFound();
    const [first] = leak.packets;
    const witnessed = view.path.legs.length > 1 && leak.sentAs !== null;
    return found({
      severity: story.severity,
      confidence: unlessUnheard(view, confidence(true, witnessed || (configured !== null && seconds >= configured)), silence),
      at: view.scene.time(first ?? view.firstSighting(leak.journey)),
      summary: [say('sum.leak-entry-gone', { ...who(view), gap: silence.length, source: formatEndpoint(leak.source) }), story.outcome],
      evidence: [
        story.evidence[0],
        evidence(view.firstSighting(silence.before), say('ev.firstAfterSilence', { server: who(view).server, gap: silence.length })),
        ...story.evidence.slice(1),
      ],
      against:
        first && configured === null && seconds < SHORTEST_DEFAULT
          ? [evidence(first, say('ev.gapBelowDefaults', { gap: silence.length, limit: SHORTEST_DEFAULT }))]
          : [],
      chain: [{ says: say('step.silence', { gap: silence.length }), packets: [view.firstSighting(silence.before)] }, ...story.chain],
      remedies: ['keepalive', 'no-flush', 'timeouts', 'loose-0'],
    });
  },
};

/** Was it the client that spoke first, without its packet getting through? Then the entry was gone for it already (A6). */
const isIntoTheVoid = (view: PathView, silence: Silence): boolean =>
  view.direction(silence.before) === ORIGINAL && view.vanished(silence.before) !== null && view.serverLeg !== null;

/** A SYN/ACK left untranslated and the client refused it; its next SYN made a new entry, whose answer came translated. */
function lostInHandshake(view: PathView): Judgement | null {
  const reading = leakReadings(view).find((r) => r.leak.kind === 'syn-ack');
  const { syns, completed } = handshakeOf(view);
  const [first] = reading?.leak.packets ?? [];
  const [syn] = syns;
  if (!reading || !first || syn === undefined || isIpvs(view.scene) || wentAround(view, reading.leak)) return null;
  // Where no answer ever came translated, the way back is another one (A9).
  if (!hadTranslatedReply(view)) return null;
  const story = leakStory(view, reading, say('step.entryGoneInHandshake'));
  if (!story) return null;
  return found({
    severity: completed === null ? 'critical' : 'warning',
    confidence: confidence(view.nodeLegs.length > 1, false),
    at: view.scene.time(first),
    summary: [
      say('sum.leak-entry-gone.handshake', { ...who(view), source: formatEndpoint(reading.leak.source) }),
      completed === null
        ? say('out.synUnanswered', { ...who(view), n: syns.length })
        : say('out.connectDelayed', { delay: view.time(completed) - view.time(syn) }),
    ],
    evidence: story.evidence,
    chain: [step(say('step.syn', who(view)), [view.firstSighting(syn)]), ...story.chain],
    remedies: ['no-flush'],
  });
}

/**
 * No silence, and no number that breaks a bound: yet from this reply on nothing is translated any more, until the client has spoken. Then
 * somebody removed the entry. Where data of the client got through since the last translated reply it may as well be that the node never saw
 * that data (A3), unless a capture on the node has it.
 */
export function suddenLoss(view: PathView): Judgement | null {
  const reading = leakOfKind(view, 'unexplained');
  if (!reading || reading.leak.direction !== REPLY || isIpvs(view.scene)) return null;
  const first = leakReadings(view).find((r) => r.kind !== 'reset');
  if (first?.kind !== 'unexplained') return null;
  const since = first.leak.journey;
  const ending = endOfTranslation(view, since);
  if (ending === 'none' || (ending === 'unproven' && isPersistent(view))) return null;
  const story = leakStory(view, reading, say('step.newInReverse'));
  const [packet] = reading.leak.packets;
  // Where data of the client had just got through, one harmless leak may be a race on the node (A19) as well.
  if (!story || !packet || (ending !== 'silent' && !story.killer)) return null;
  // Where one capture holds both sides and names no interface, it may have been taken at the ends.
  const nodeSeen = view.nodeLegs.length > 1 && view.nodeLegs.every((leg) => leg.rows === null);
  return found({
    severity: story.severity,
    confidence: confidence(ending !== 'unproven' && nodeSeen && view.isInvalid(since) === false, false),
    at: view.scene.time(packet),
    summary: [say('sum.leak-entry-gone.sudden', { ...who(view), source: formatEndpoint(reading.leak.source) }), story.outcome],
    evidence: story.evidence,
    chain: story.chain,
    remedies: ['no-flush', 'loose-0'],
  });
}

/**
 * Is this reply the first of the only run of untranslated ones? After the run replies may come translated again once the client has spoken:
 * its packet makes a new entry. A reply that leaks although the client has got through meanwhile is none of that. Silent: no data of the client
 * had been delivered since the last translated reply; shown: it had, and the node saw it; unproven: it had, and nothing shows that.
 */
function endOfTranslation(view: PathView, leak: number): 'silent' | 'shown' | 'unproven' | 'none' {
  const node = beforeNat(view);
  let [delivered, unseen, spoken, over] = [true, true, false, false];
  let heard = Number.POSITIVE_INFINITY;
  for (let j = view.from; j < view.to; j++) {
    if (view.isReset(j)) continue;
    if (view.direction(j) === ORIGINAL) {
      if (j > leak) {
        spoken = true;
        if (view.arrived(j)) heard = Math.min(heard, view.lastTime(j));
      } else if (view.length(j) > 0 && view.arrived(j)) {
        delivered = true;
        unseen ||= !(node && view.rowOn(j, node) !== null);
      }
    } else if (view.has(j, J_LEAKED)) {
      if (over || view.time(j) > heard) return 'none';
    } else if (j < leak) [delivered, unseen] = [false, false];
    else if (spoken) over = true;
    else return 'none';
  }
  if (!delivered) return 'silent';
  return unseen ? 'unproven' : 'shown';
}

/** What the node itself saw of the client: the leg just before the NAT, unless that is the client's own. */
function beforeNat(view: PathView): Leg | null {
  const { legs, natBefore } = view.path;
  const leg = natBefore > 0 ? legs[natBefore - 1] : undefined;
  return leg && view.positionAt(leg) !== 'client' ? leg : null;
}

/** Had one end closed its half before the silence? Then the short timers of A11 apply, or IPVS's (B3). */
export function isHalfClosed(view: PathView, reading: LeakReading): boolean {
  const { silence } = reading;
  if (!silence) return false;
  return handshakeOf(view).fin.some((j) => j !== null && view.time(j) <= silence.start);
}
