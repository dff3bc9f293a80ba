// C1: nobody listens: the SYN is answered by RST+ACK, or by an ICMP error where the service has no endpoint.

import { ACK } from '../../model/packetTable.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, legName, step, who } from '../kit.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { icmpAnswer } from './icmp.ts';

export const connectionRefused: Rule = {
  slug: 'connection-refused',
  tier: 4,
  needs: ['client'],
  rivals: ['forged-reset', 'ipvs-dying-backend', 'endpoint-terminating', 'server-aborted', 'syn-meets-live-entry'],
  judge: (view, scene) => {
    const { syns, refusal, synAcks } = handshakeOf(view);
    const syn = syns[0];
    if (syn === undefined) return notFound();
    if (refusal === null) {
      const icmp = synAcks.length === 0 ? icmpAnswer(view) : null;
      if (!icmp) return notFound(synAcks.length > 0 && view.death ? say('not.refused.later') : null);
      const ends = who(view);
      return found({
        severity: 'warning',
        confidence: confidence(true, !view.arrived(syn)),
        at: scene.time(view.firstSighting(syn)),
        summary: [say('sum.connection-refused.icmp', ends), say('out.refused', { client: ends.client, n: syns.length })],
        evidence: [
          evidence(icmp, say('ev.icmpUnreachable')),
          evidence(view.firstSighting(syn), say('ev.synToService', { service: ends.service, n: syns.length })),
        ],
        chain: [step(say('step.syn', ends), [view.firstSighting(syn)]), step(say('step.icmpUnreachable'), [icmp])],
        remedies: ['start-server', 'readiness'],
      });
    }
    if (!(view.flags(refusal) & ACK) || synAcks.length > 0) return notFound(say('not.refused.later'));
    const reset = view.resets.find((r) => r.journey === refusal);
    if (reset?.origin === 'middlebox') return notFound(say('not.refused.forged'));
    const ends = who(view);
    const leg = view.serverLeg;
    const atServer = leg !== null && view.rowOn(refusal, leg) !== null;
    return found({
      severity: 'warning',
      confidence: confidence(true, atServer),
      at: scene.time(view.firstSighting(syn)),
      summary: [say('sum.connection-refused', ends), say('out.refused', { client: ends.client, n: syns.length })],
      evidence: [
        evidence(view.firstSighting(refusal), atServer && leg ? say('ev.refusedAt', { tap: legName(view, leg) }) : say('ev.refused')),
        evidence(view.firstSighting(syn), say('ev.synToService', { service: ends.service, n: syns.length })),
      ],
      chain: [step(say('step.syn', ends), view.sightings(syn)), step(say('step.rstAck'), view.sightings(refusal))],
      remedies: ['start-server', 'readiness'],
    });
  },
};
