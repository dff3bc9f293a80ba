// C1: nobody listens: the SYN is answered by RST+ACK, or by an ICMP error where the service has no endpoint.

import { sameEndpoint } from '../../model/address.ts';
import type { Leg } from '../../model/correlation.ts';
import type { Sentence } from '../../model/finding.ts';
import { ACK } from '../../model/packetTable.ts';
import { handshakeOf, wasEstablished } from '../handshake.ts';
import { confidence, evidence, legName, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { icmpAnswer } from './icmp.ts';
import { lostSyns } from './lostSyns.ts';

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
    const scanned = scene.portsScanned(view.path);
    const atServer = leg !== null && view.rowOn(refusal, leg) !== null;
    const before = atServer ? null : refusedBefore(view);
    return found({
      severity: scanned === null ? 'warning' : 'info',
      confidence: confidence(true, atServer || before !== null),
      at: scene.time(view.firstSighting(syn)),
      summary: [
        summaryOf(view, atServer, before),
        scanned === null
          ? say('out.refused', { client: ends.client, n: syns.length })
          : say('out.scanned', { client: view.path.client.address, server: view.path.server.address, n: scanned }),
      ],
      evidence: [
        evidence(view.firstSighting(refusal), atServer && leg ? say('ev.refusedAt', { tap: legName(view, leg) }) : say('ev.refused')),
        evidence(
          view.firstSighting(syn),
          before
            ? say('ev.neverSeenAt', { tap: legName(view, before) })
            : say('ev.synToService', { service: ends.service, n: syns.length }),
        ),
      ],
      chain: [step(say('step.syn', ends), view.sightings(syn)), step(say('step.rstAck'), view.sightings(refusal))],
      remedies: atServer && !acceptsOthers(view) ? ['start-server', 'readiness'] : ['start-server', 'readiness', 'device-policy'],
    });
  },
};

function summaryOf(view: PathView, atServer: boolean, before: Leg | null): Sentence {
  const ends = who(view);
  if (atServer) return say(acceptsOthers(view) ? 'sum.connection-refused.rule' : 'sum.connection-refused', ends);
  return before
    ? say('sum.connection-refused.before', { ...ends, tap: legName(view, before) })
    : say('sum.connection-refused.somewhere', ends);
}

/** The capture beyond the NAT where SYNs of other connections to the same service were seen, and these were not: refused before that. */
function refusedBefore(view: PathView): Leg | null {
  const { syns } = handshakeOf(view);
  const lost = lostSyns(view);
  return lost !== null && lost.passed === null && lost.lost.length === syns.length ? lost.missing : null;
}

/** Sisters looked at to learn whether somebody listens there. */
const SISTERS = 200;

/** Did the server have other connections to the same port while it refused this one? */
function acceptsOthers(view: PathView): boolean {
  const { server, firstTime } = view.path;
  return view.scene
    .siblings(view.path)
    .slice(0, SISTERS)
    .some((p) => sameEndpoint(p.server, server) && p.firstTime < firstTime && p.lastTime > firstTime && wasEstablished(view.scene.view(p)));
}
