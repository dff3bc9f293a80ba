// A13: a port is used again while the other end still has the old connection: the SYN is answered by a plain ACK of the old numbers.
import { sameEndpoint } from '../../model/address.ts';
import type { Path } from '../../model/correlation.ts';
import { ACK, RST } from '../../model/packetTable.ts';
import { ORIGINAL } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { firstAfter, type Scene } from '../scene.ts';
import { say } from '../wording/render.ts';

export const synMeetsLiveEntry: Rule = {
  slug: 'syn-meets-live-entry',
  tier: 4,
  needs: ['client'],
  rivals: ['time-wait-reuse', 'client-aborted', 'forged-reset', 'connection-refused'],
  judge: (view, scene) => {
    const { syns, synAcks, strangeAnswer } = handshakeOf(view);
    const answer = strangeAnswer ?? null;
    if (answer === null) return notFound(synAcks.length > 0 && view.death ? say('not.syn-live.synAck') : null);
    const syn = syns[0];
    if (syn === undefined || !view.hasAck(answer) || isOwnNumber(view, view.ack(answer))) return notFound();
    const reset = clientReset(view, view.ack(answer));
    if (reset === null) return notFound();
    const before = previousUse(scene, view);
    if (before && wasClosed(before)) return notFound(say('not.syn-live.closed'));
    const ends = who(view);
    const accepted = synAcks[0];
    return found({
      severity: accepted !== undefined ? 'warning' : 'critical',
      confidence: confidence(true, view.path.legs.length > 1 && before !== null),
      at: scene.time(view.firstSighting(syn)),
      summary: [
        say('sum.syn-meets-live-entry', ends),
        say(accepted !== undefined ? 'out.synAcceptedLater' : 'out.synNeverAccepted', {
          ...ends,
          delay: accepted === undefined ? 0 : view.time(accepted) - view.time(syn),
        }),
      ],
      evidence: [
        evidence(view.firstSighting(answer), say('ev.oldAck')),
        evidence(view.firstSighting(syn), say('ev.synReuse', { client: ends.client })),
        evidence(view.firstSighting(reset), say('ev.resetOfOld')),
        ...(accepted !== undefined ? [evidence(view.firstSighting(accepted), say('ev.synAckAtLast'))] : []),
      ],
      chain: [
        step(say('step.synReuse', ends), [view.firstSighting(syn)]),
        step(say('step.oldAck', ends), view.sightings(answer)),
        step(say('step.resetOfOld', ends), view.sightings(reset)),
        ...(accepted !== undefined
          ? [step(say('step.synAccepted', { n: syns.length }), [view.firstSighting(syns[syns.length - 1]), view.firstSighting(accepted)])]
          : []),
      ],
      remedies: ['port-range', 'kernel-6.2', 'timeouts'],
    });
  },
};

/** The same client port may lead elsewhere too: so many of its uses are looked at. */
const EARLIER = 50;

/** Does it acknowledge what the client sent on this very connection? */
function isOwnNumber(view: PathView, number: number): boolean {
  for (let j = view.from; j < view.to; j++) if (view.direction(j) === ORIGINAL && !view.isReset(j) && view.end(j) === number) return true;
  return false;
}

/** Plain RST of the client whose number is the one that the strange answer acknowledged. */
function clientReset(view: PathView, number: number): number | null {
  for (let j = view.from; j < view.to; j++) {
    if (view.direction(j) === ORIGINAL && view.flags(j) & RST && !(view.flags(j) & ACK) && view.seq(j) === number) return j;
  }
  return null;
}

/** The connection that used the same port to the same service, or server, before, if it was captured. */
export function previousUse(scene: Scene, view: PathView): PathView | null {
  const uses = scene.sameClient(view.path);
  for (let i = firstAfter(uses, view.path.firstTime) - 1, looked = 0; i >= 0 && looked < EARLIER; i--, looked++) {
    const use = uses[i];
    if (use.id === view.path.id || use.firstTime >= view.path.firstTime) continue;
    if (isSameServer(use, view.path) && scene.areRelated(use, view.path)) return scene.view(use);
  }
  return null;
}

/** What NAT chose may be another; what the client addresses is the same. */
const isSameServer = (a: Path, b: Path): boolean =>
  sameEndpoint(a.service ?? a.server, b.service ?? b.server) || sameEndpoint(a.server, b.server);

/** Had a connection been closed by FINs of both ends? */
export const wasClosed = (view: PathView): boolean => handshakeOf(view).fin.every((j) => j !== null);
