// C10: the accept queue was full: the server ignored the client's ACK and data, and sent its SYN/ACK again.

import { ACK, SYN } from '../../model/packetTable.ts';
import { ORIGINAL } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';

export const acceptQueueOverflow: Rule = {
  slug: 'accept-queue-overflow',
  tier: 4,
  needs: ['server'],
  rivals: ['syn-cookies-failed', 'connection-refused', 'reply-bypasses-nat'],
  judge: (view, scene) => {
    const { synAcks, data } = handshakeOf(view);
    const [first, again] = synAcks;
    if (first === undefined || again === undefined) return notFound();
    const leg = view.serverLeg;
    let final: number | null = null;
    for (let j = view.from; j < view.to && final === null; j++) {
      if (
        view.direction(j) === ORIGINAL &&
        view.flags(j) & ACK &&
        !(view.flags(j) & SYN) &&
        !view.isReset(j) &&
        view.ack(j) === view.end(first) &&
        view.lastTime(j) < view.time(synAcks[synAcks.length - 1])
      )
        final = j;
    }
    if (final === null || (leg && view.rowOn(final, leg) === null)) return notFound(say('not.accept.noAck'));
    if (!leg) return notFound();
    const recovered = data[1] !== null || view.path.payloadBytes[1] > 0;
    const ends = who(view);
    return found({
      severity: recovered ? 'warning' : 'critical',
      confidence: confidence(true, synAcks.length > 2),
      at: scene.time(view.firstSighting(first)),
      summary: [
        say('sum.accept-queue-overflow', { ...ends, n: synAcks.length }),
        say(recovered ? 'out.acceptedLate' : 'out.neverAccepted', ends),
      ],
      evidence: [
        evidence(view.firstSighting(again), say('ev.synAckAgain', { n: synAcks.length })),
        evidence(view.lastSighting(final), say('ev.ackArrived')),
      ],
      chain: [
        step(say('step.synAck', { server: ends.server }), [view.firstSighting(first)]),
        step(say('step.ackIgnored', { server: ends.server }), view.sightings(final)),
        step(
          say('step.synAckAgain', { n: synAcks.length }),
          synAcks.map((j) => view.firstSighting(j)),
        ),
      ],
      remedies: ['backlog'],
    });
  },
};
