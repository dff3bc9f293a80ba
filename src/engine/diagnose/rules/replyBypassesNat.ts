// A9: replies go around the node that translates: from the handshake on, only the backend's own address ever answers.
import { formatEndpoint } from '../../model/address.ts';
import { ORIGINAL } from '../../model/units.ts';
import { hadTranslatedReply, handshakeOf } from '../handshake.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import { leakStory } from '../leakCase.ts';
import { type LeakReading, leakReadings } from '../leakReading.ts';
import type { PathView } from '../pathView.ts';
import { found, type Judgement, notFound, type Rule, undecided } from '../rule.ts';
import { say } from '../wording/render.ts';

export const replyBypassesNat: Rule = {
  slug: 'reply-bypasses-nat',
  tier: 1,
  needs: ['client'],
  rivals: ['leak-entry-gone', 'leak-unseen-ack', 'hairpin', 'connection-refused', 'forged-reset', 'stall-entry-gone'],
  judge: (view) => {
    const answers = leakReadings(view).filter((r) => r.kind === 'bypass');
    const [reading] = answers;
    const [seen] = reading?.leak.packets ?? [];
    if (!reading || !seen) {
      const h = handshakeOf(view);
      const refused = resetSynAck(view);
      if (refused !== null) return guessed(view, refused);
      const silent = h.syns.length > 1 && h.synAcks.length === 0 && h.refusal === null;
      if (silent && !view.clientSeen && view.resets.some((r) => r.direction === 0))
        return undecided(say('missing.client', { client: who(view).client }));
      return notFound(leakReadings(view).length > 0 ? say('not.bypass.translated') : null);
    }
    if (hadTranslatedReply(view, view.time(reading.leak.journey))) return changedPath(view, answers);
    if (hadTranslatedReply(view)) return notFound(say('not.bypass.translated'));
    const ends = who(view);
    const source = formatEndpoint(reading.leak.source);
    const { syns } = handshakeOf(view);
    const resets = view.resets.filter((r) => r.direction === 0);
    const firstReset = resets[0] ? origin(resets[0]) : null;
    const viaNode = view.nodeLegs.some((leg) => answers.some((a) => view.rowOn(a.leak.journey, leg) !== null));
    return found({
      severity: 'critical',
      confidence: confidence(true, view.path.legs.length > 1 && !viaNode),
      at: view.scene.time(seen),
      summary: [say('sum.reply-bypasses-nat', { ...ends, n: answers.length, source }), say('out.bypass', ends)],
      evidence: [
        evidence(seen, say('ev.synAckFromBackend', { source, service: ends.service })),
        ...(syns[0] !== undefined
          ? [evidence(view.firstSighting(syns[0]), say('ev.synToService', { service: ends.service, n: syns.length }))]
          : []),
        ...(firstReset ? [evidence(firstReset, say('ev.resetKills', { from: ends.client }))] : []),
      ],
      against: viaNode ? [evidence(seen, say('ev.passedNode'))] : [],
      chain: [
        step(
          say('step.syn', { client: ends.client, service: ends.service }),
          syns.slice(0, 1).map((j) => view.firstSighting(j)),
        ),
        step(say('step.aroundNode', { source }), reading.leak.packets),
        step(say('step.clientReset', { client: ends.client, source }), resets[0]?.packets ?? []),
        step(
          say('step.synAgain', { n: syns.length }),
          syns.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['masquerade', 'bridge-nf', 'symmetric'],
    });
  },
};

/**
 * The client's plain RST for a SYN/ACK after which it sent the same SYN again: it was still connecting, so what it had got did not come from
 * where it had asked. Only where no capture stands at the client, which would show the address itself, nor on the node, where it passed.
 */
function resetSynAck(view: PathView): number | null {
  const { syns, synAcks, completed } = handshakeOf(view);
  const [synAck] = synAcks;
  const again = syns[syns.length - 1];
  const watch = view.path.natBefore > 0 ? view.path.legs[view.path.natBefore - 1] : undefined;
  if (synAck === undefined || again === undefined || syns.length < 2 || completed !== null || (!watch && view.clientSeen)) return null;
  if (watch && synAcks.some((j) => view.rowOn(j, watch) !== null)) return null;
  for (let j = synAck; j < again; j++) {
    const plain = view.isReset(j) && !view.hasAck(j);
    if (plain && view.direction(j) === ORIGINAL && synAcks.some((k) => k < j && view.seq(j) === view.ack(k))) return j;
  }
  return null;
}

function guessed(view: PathView, reset: number): Judgement {
  const { syns, synAcks } = handshakeOf(view);
  const ends = who(view);
  const source = ends.server;
  return found({
    severity: 'critical',
    confidence: confidence(view.path.natBefore > 0, false),
    at: view.scene.time(view.firstSighting(synAcks[0] ?? reset)),
    summary: [say('sum.reply-bypasses-nat.guess', { ...ends, n: synAcks.length }), say('out.bypass', ends)],
    evidence: [
      evidence(view.firstSighting(reset), say('ev.resetKills', { from: ends.client })),
      evidence(view.firstSighting(syns[syns.length - 1] ?? reset), say('ev.synToService', { service: ends.service, n: syns.length })),
    ],
    chain: [
      step(
        say('step.syn', ends),
        syns.slice(0, 1).map((j) => view.firstSighting(j)),
      ),
      step(
        say('step.synAck', { server: ends.server }),
        synAcks.slice(0, 1).map((j) => view.firstSighting(j)),
      ),
      step(say('step.clientReset', { client: ends.client, source }), [view.firstSighting(reset)]),
      step(
        say('step.synAgain', { n: syns.length }),
        syns.map((j) => view.firstSighting(j)),
      ),
    ],
    remedies: ['masquerade', 'bridge-nf', 'symmetric'],
  });
}

/** The replies had passed the node, and from one of them on they went around it: a route changed in mid-connection. */
function changedPath(view: PathView, answers: readonly LeakReading[]): Judgement {
  const reading = answers.find((r) => r.leak === view.death?.leak) ?? answers[0];
  const [first] = answers[0]?.leak.packets ?? [];
  if (!reading || !first) return notFound();
  const ends = who(view);
  const source = formatEndpoint(reading.leak.source);
  const story = leakStory(view, reading, say('step.aroundNode', { source }));
  if (!story) return notFound();
  const watched = view.nodeLegs.length > 0;
  // Another number of hops alone is a weak sign: where nothing came of it, nothing is said.
  if (!watched && !story.killer) return notFound();
  return found({
    severity: story.severity,
    confidence: confidence(true, watched && view.serverLeg !== null),
    at: view.scene.time(first),
    summary: [say('sum.reply-bypasses-nat.changed', { ...ends, n: answers.length, source }), story.outcome],
    evidence: [
      story.evidence[0],
      evidence(first, watched ? say('ev.notOnNode') : say('ev.otherHops', { ttl: view.ttl(first) })),
      ...story.evidence.slice(1),
    ],
    // What goes around the node does not leave it.
    chain: story.chain.filter((s) => s.says.id !== 'step.leaked'),
    remedies: ['symmetric', 'masquerade'],
  });
}
