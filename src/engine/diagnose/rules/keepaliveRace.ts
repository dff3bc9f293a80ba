// C6: the server's idle timer closed the connection while the client's next request was on its way.
import { RST } from '../../model/packetTable.ts';
import { ORIGINAL, REPLY, seqDistance } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';

export const keepaliveRace: Rule = {
  slug: 'keepalive-race',
  tier: 5,
  needs: ['client'],
  rivals: ['server-restarted', 'forged-reset', 'server-aborted', 'ipvs-idle-expired', 'leak-old-segment', 'endpoint-terminating'],
  judge: (view, scene) => {
    const { fin } = handshakeOf(view);
    const [clientFin, serverFin] = fin;
    if (serverFin === null) return notFound(view.death?.toward === 'client' ? say('not.race.noFin', { server: who(view).server }) : null);
    if (clientFin !== null && view.time(clientFin) < view.time(serverFin)) return notFound();
    const request = crossing(view, serverFin);
    if (request === null) return notFound(afterFin(view, serverFin) !== null ? say('not.race.acked') : null);
    const reset = resetOf(view, request, serverFin);
    if (reset === null) return notFound();
    const idle = idleBefore(view, serverFin, request);
    const ends = who(view);
    const arrival = view.lastTime(serverFin);
    return found({
      severity: 'critical',
      confidence: confidence(true, view.path.legs.length > 1),
      at: scene.time(view.firstSighting(serverFin)),
      summary: [say('sum.keepalive-race', { ...ends, idle }), say('out.requestLost', { ...ends, bytes: view.length(request) })],
      evidence: [
        evidence(view.firstSighting(serverFin), say('ev.finAfterIdle', { server: ends.server, idle })),
        evidence(view.firstSighting(request), say('ev.crossed', { early: Math.max(0, arrival - view.time(request)) })),
        evidence(view.firstSighting(reset), say('ev.resetOfRequest')),
      ],
      chain: [
        step(say('step.serverFin', { server: ends.server, idle }), view.sightings(serverFin)),
        step(say('step.requestSent', { client: ends.client }), view.sightings(request)),
        step(say('step.closedSocketReset', { server: ends.server }), view.sightings(reset)),
        step(say('step.requestLost', { client: ends.client }), view.sightings(reset).slice(-1)),
      ],
      remedies: ['idle-order', 'retry'],
    });
  },
};

/** How long nothing had been sent when the server closed, the crossing request left aside. Nanos. */
function idleBefore(view: PathView, serverFin: number, request: number): number {
  for (let j = Math.min(serverFin, request) - 1; j >= view.from; j--) {
    if (!view.isReset(j)) return view.time(serverFin) - view.lastTime(j);
  }
  return 0;
}

/** Data of the client that set out before the server's FIN got to it and that does not acknowledge the FIN. */
function crossing(view: PathView, serverFin: number): number | null {
  const { direction, payloadLength } = view.journeys;
  const finEnd = view.end(serverFin);
  const taken = view.ack(serverFin);
  for (let j = view.from; j < view.to; j++) {
    if (payloadLength[j] === 0 || direction[j] !== ORIGINAL || view.isReset(j)) continue;
    // The server had not taken it when it closed: its FIN does not acknowledge these octets.
    if (seqDistance(view.end(j), taken) <= 0 || seqDistance(view.ack(j), finEnd) >= 0) continue;
    return j;
  }
  return null;
}

/** Data of the client that does acknowledge the FIN: it wrote to a connection that it knew to be half closed. */
function afterFin(view: PathView, serverFin: number): number | null {
  for (let j = serverFin; j < view.to; j++) {
    if (view.direction(j) === ORIGINAL && view.length(j) > 0 && seqDistance(view.ack(j), view.end(serverFin)) >= 0) return j;
  }
  return null;
}

/** The server's RST for the request: plain, with the request's ACK number. Only after its FIN is its socket closed. */
function resetOf(view: PathView, request: number, serverFin: number): number | null {
  for (let j = serverFin + 1; j < view.to; j++) {
    if (view.direction(j) === REPLY && view.flags(j) & RST && view.seq(j) === view.ack(request)) return j;
  }
  return null;
}
