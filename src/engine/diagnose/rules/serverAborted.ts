// C3: the server application closed with unread data or with SO_LINGER 0: its socket was alive and says RST+ACK.

import { ORIGINAL } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, isSeenAtOrigin, origin, step, tapOf, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';
import { probesUnanswered } from './keepaliveFailed.ts';

export const serverAborted: Rule = {
  slug: 'server-aborted',
  tier: 5,
  isWhatIsLeft: true,
  needs: ['server'],
  rivals: ['leak-old-segment', 'forged-reset', 'server-restarted', 'keepalive-failed', 'endpoint-terminating', 'ipvs-idle-expired'],
  findsInLoneReset: true,
  judge: (view, scene) => {
    const { death } = view;
    if (!death) return notFound(view.resets.length > 0 ? say('not.server-aborted.ignored') : null);
    if (death.leak) return notFound(say('not.server-aborted.leak'));
    if (death.toward !== 'client') return notFound(say('not.server-aborted.direction', { server: who(view).server }));
    if (death.reset.origin === 'node' || death.reset.origin === 'middlebox')
      return notFound(say('not.server-aborted.absent', { server: who(view).server }));
    if (death.plain) return notFound(say('not.server-aborted.plain'));
    // Number 0 answers a SYN, or a segment without ACK: no socket of this connection made it.
    if (death.reset.cause.kind === 'no-socket') return notFound(say('not.server-aborted.handshake'));
    if (handshakeOf(view).synAcks.length === 0 && handshakeOf(view).syns.length > 0) return notFound(say('not.server-aborted.handshake'));
    if (probesUnanswered(view) !== null) return notFound();
    const first = origin(death.reset);
    if (!first) return notFound();
    const atServer = isSeenAtOrigin(view, death.reset, 'server');
    const ends = who(view);
    const unread = triggerData(view, death.time);
    // A client that has closed its half alone, and still takes what comes, is not done.
    const { fin } = handshakeOf(view);
    const closing = fin[1] !== null && view.time(fin[1]) < death.time;
    return found({
      severity: closing ? 'info' : 'critical',
      confidence: confidence(death.reset.origin === 'server', atServer),
      at: scene.time(first),
      summary: [say(unread === null ? 'sum.server-aborted' : 'sum.server-aborted.unread', ends), say('out.serverAborted')],
      evidence: [
        evidence(first, say('ev.liveReset', { server: ends.server, tap: tapOf(view, first) })),
        ...(unread === null ? [] : [evidence(view.lastSighting(unread), say('ev.dataJustBefore', { bytes: view.length(unread) }))]),
      ],
      chain: [
        ...(unread === null
          ? []
          : [step(say('step.clientSent', { client: ends.client, bytes: view.length(unread) }), [view.firstSighting(unread)])]),
        step(say('step.serverCloses', { server: ends.server }), [first]),
        step(say('step.clientTook', { client: ends.client, service: ends.service }), death.reset.packets.slice(-1)),
      ],
      remedies: ['app-fix', 'retry'],
    });
  },
};

/** The client's last word, where that is data and the server has said nothing since: what was left unread. An answer shows that it was read. */
function triggerData(view: PathView, until: number): number | null {
  for (let j = view.to - 1; j >= view.from; j--) {
    if (view.time(j) >= until || view.isReset(j)) continue;
    if (view.direction(j) === ORIGINAL) return view.length(j) > 0 ? j : null;
    if (view.length(j) > 0) return null;
  }
  return null;
}
