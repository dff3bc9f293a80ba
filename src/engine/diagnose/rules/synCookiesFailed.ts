// C9: the listen queue was full: a SYN cookie could not be redeemed, or the overflow was answered by a RST.
import { findRow } from '../../model/packetTable.ts';
import { handshakeOf } from '../handshake.ts';
import { confidence, evidence, origin, step, who } from '../kit.ts';
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
    if (!looksLikeCookies(view)) return notFound(say('not.cookies.options'));
    const first = origin(death.reset);
    if (!first) return notFound();
    const ends = who(view);
    const atServer = view.serverLeg !== null && first.tap === view.serverLeg.tap;
    return found({
      severity: 'critical',
      confidence: confidence(true, atServer),
      at: scene.time(view.firstSighting(synAck)),
      summary: [say('sum.syn-cookies-failed', ends), say('out.cookiesFailed', ends)],
      evidence: [
        evidence(view.firstSighting(synAck), say('ev.noOptions')),
        evidence(first, say('ev.plainResetByServer', { server: ends.server, tap: scene.tapName(first.tap) })),
      ],
      chain: [
        step(say('step.cookieSynAck', { server: ends.server }), [view.firstSighting(synAck)]),
        step(say('step.clientSpeaks', { client: ends.client }), [death.reset.cause.packet]),
        step(say('step.noSocketReset', { server: ends.server }), death.reset.packets),
      ],
      remedies: ['backlog'],
    });
  },
};

/** A SYN/ACK without window scale and SACK in answer to a SYN that offered them, and no data of the server ever. */
export function looksLikeCookies(view: PathView): boolean {
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
