// C9: the listen queue was full: a SYN cookie could not be redeemed, or the overflow was answered by a RST.
import { findRow } from '../../model/packetTable.ts';
import { ORIGINAL } from '../../model/units.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, isSeenAtOrigin, origin, step, who } from '../kit.ts';
import type { PathView } from '../pathView.ts';
import { found, notFound, type Rule } from '../rule.ts';
import { say } from '../wording/render.ts';

const NO_SCALE = 255;
const SACK_PERMITTED = 1;

export const synCookiesFailed: Rule = {
  slug: 'syn-cookies-failed',
  tier: 4,
  needs: ['server'],
  rivals: ['server-restarted', 'accept-queue-overflow', 'server-aborted', 'connection-refused'],
  judge: (view, scene) => {
    const { death } = view;
    const { synAcks, data } = handshakeOf(view);
    const synAck = synAcks[0];
    if (
      death?.toward !== 'client' ||
      !death.plain ||
      synAck === undefined ||
      death.reset.origin === 'node' ||
      death.reset.origin === 'middlebox'
    )
      return notFound();
    if (data[1] !== null && view.time(data[1]) < death.time) return notFound(say('not.cookies.worked'));
    const plain = hasPlainSynAck(view);
    if (!plain && !refusesFinalAck(view)) return notFound(say('not.cookies.options'));
    const first = origin(death.reset);
    if (!first) return notFound();
    const ends = who(view);
    const atServer = isSeenAtOrigin(view, death.reset, 'server');
    return found({
      ...(plain ? {} : { title: say('title.syn-cookies-failed.ack') }),
      severity: 'critical',
      confidence: confidence(true, atServer),
      at: scene.time(view.firstSighting(synAck)),
      summary: plain
        ? [say('sum.syn-cookies-failed', ends), say('out.cookiesFailed', ends)]
        : [say('sum.syn-cookies-failed.ack', ends), say('out.neverConnected', ends)],
      evidence: [
        evidence(first, say('ev.plainResetByServer', { server: ends.server, tap: scene.tapName(first.tap) })),
        ...(plain ? [evidence(view.firstSighting(synAck), say('ev.noOptions'))] : []),
      ],
      chain: [
        step(say(plain ? 'step.cookieSynAck' : 'step.synAck', { server: ends.server }), [view.firstSighting(synAck)]),
        step(say('step.clientSpeaks', { client: ends.client }), [death.reset.cause.packet]),
        step(say('step.noSocketReset', { server: ends.server }), death.reset.packets),
      ],
      remedies: ['backlog'],
    });
  },
};

/** Did the server never come to have the connection, although it had answered the SYN? */
export const looksLikeCookies = (view: PathView): boolean => hasPlainSynAck(view) || refusesFinalAck(view);

/**
 * Is the very ACK that completes the handshake answered with a RST, and nothing of the client ever acknowledged? A server that had the
 * connection and lost it would have taken that ACK in silence: so many packets as the client sent, so many RSTs.
 */
function refusesFinalAck(view: PathView): boolean {
  const { death } = view;
  const { synAcks, completed } = handshakeOf(view);
  const last = synAcks[synAcks.length - 1];
  if (!death || last === undefined || completed === null || view.length(completed) > 0) return false;
  let [sent, answered] = [0, 0];
  for (let j = completed; j < view.to; j++) {
    if (view.direction(j) === ORIGINAL) sent++;
    else if (!view.isReset(j)) return false;
    else if (view.seq(j) === view.end(last)) answered++;
  }
  const { packet } = death.reset.cause;
  return answered >= sent || (packet !== null && view.isSeenAs(completed, packet));
}

/** A SYN/ACK without window scale and SACK in answer to a SYN that offered them, and no data of the server ever. */
function hasPlainSynAck(view: PathView): boolean {
  const { syns, synAcks, data } = handshakeOf(view);
  const [syn, synAck] = [syns[0], synAcks[0]];
  if (syn === undefined || synAck === undefined || data[1] !== null) return false;
  const [offered, answered] = [optionsOf(view, syn), optionsOf(view, synAck)];
  if (!offered || !answered) return false;
  const plain = answered.scale === NO_SCALE && !(answered.present & SACK_PERMITTED);
  return plain && (offered.scale !== NO_SCALE || (offered.present & SACK_PERMITTED) !== 0);
}

function optionsOf(view: PathView, j: number): { scale: number; present: number } | null {
  const ref = view.firstSighting(j);
  const { synOptions } = view.table(ref.tap);
  const i = findRow(synOptions.row, synOptions.length, ref.row);
  return i < 0 ? null : { scale: synOptions.windowScale[i], present: synOptions.present[i] };
}
