// A9: replies go around the node that translates: from the handshake on, only the backend's own address ever answers.
import { formatEndpoint } from '../../model/address.ts';
import { hadTranslatedReply, handshakeOf } from '../handshake.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
import { leakReadings } from '../leakReading.ts';
import { found, notFound, type Rule, undecided } from '../rule.ts';
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
      const silent = h.syns.length > 1 && h.synAcks.length === 0 && h.refusal === null;
      if (silent && !view.clientSeen && view.resets.some((r) => r.direction === 0))
        return undecided(say('missing.client', { client: who(view).client }));
      return notFound(leakReadings(view).length > 0 ? say('not.bypass.translated') : null);
    }
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
