// How a path began: its SYNs, what answered them, whether it came to a connection.
import { J_DUPLICATED, J_LEAKED } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import { ORIGINAL } from '../model/units.ts';
import type { PathView } from './pathView.ts';
import { perPath } from './perPath.ts';

export interface Handshake {
  /** Journeys: SYN of the client, every transmission. */
  readonly syns: readonly number[];
  readonly synAcks: readonly number[];
  /** First RST+ACK of the server before any SYN/ACK. */
  readonly refusal: number | null;
  /** First bare ACK of the server before any SYN/ACK. */
  readonly strangeAnswer: number | null;
  /** First packet of the client after a SYN/ACK that acknowledges it. */
  readonly completed: number | null;
  /** The capture starts in mid-connection: neither SYN nor SYN/ACK was seen. */
  readonly unseen: boolean;
  /** First FIN by direction, or null. */
  readonly fin: readonly [number | null, number | null];
  /** First segment with payload by direction, or null. */
  readonly data: readonly [number | null, number | null];
}

export const handshakeOf = perPath(readHandshake);

/** A hot loop over all segments, hence on the columns themselves. */
function readHandshake(view: PathView): Handshake {
  const { tcpFlags, direction: directions, payloadLength, flags: marks } = view.journeys;
  const syns: number[] = [];
  const synAcks: number[] = [];
  let refusal: number | null = null;
  let strangeAnswer: number | null = null;
  let completed: number | null = null;
  let serverEnd = 0;
  const fin: [number | null, number | null] = [null, null];
  const data: [number | null, number | null] = [null, null];
  for (let j = view.from; j < view.to; j++) {
    const flags = tcpFlags[j];
    const direction = directions[j];
    if (flags & SYN) {
      if (marks[j] & J_DUPLICATED) continue;
      if (direction === ORIGINAL) {
        if (!(flags & ACK)) syns.push(j);
      } else if (flags & ACK) {
        synAcks.push(j);
        serverEnd = view.end(j);
      }
    } else if (direction !== ORIGINAL && synAcks.length === 0 && syns.length > 0) {
      if (flags & RST) refusal ??= j;
      else if (!(flags & FIN) && payloadLength[j] === 0) strangeAnswer ??= j;
    } else if (direction === ORIGINAL && completed === null && synAcks.length > 0 && !(flags & RST) && flags & ACK) {
      if (view.ack(j) === serverEnd) completed = j;
    }
    if (flags & FIN) fin[direction] ??= j;
    if (payloadLength[j] > 0) data[direction] ??= j;
  }
  return {
    syns,
    synAcks,
    refusal,
    strangeAnswer,
    completed,
    unseen: syns.length === 0 && synAcks.length === 0,
    fin,
    data,
  };
}

/** Was it ever a working connection: completed, or data went both ways where the start was not captured? */
export const wasEstablished = (view: PathView): boolean => {
  const h = handshakeOf(view);
  return h.completed !== null || (h.unseen && (h.data[0] !== null || h.data[1] !== null));
};

/** Did any answer of the server reach the client's side under the right address? */
export const hadTranslatedReply = (view: PathView, before = Number.POSITIVE_INFINITY): boolean => translatedReplyOf(view) < before;

/**
 * When, Nanos on the reference clock; infinite where there was none. What the client acknowledges under its own tuple it was given under it: where
 * the capture at its side began later than that connection, before all that was seen.
 */
const translatedReplyOf = perPath((view: PathView): number => {
  const { legs, natBefore } = view.path;
  const near = natBefore > 0 ? legs.slice(0, natBefore) : view.clientLeg ? [view.clientLeg] : [];
  for (let j = view.from; j < view.to; j++) {
    const isReply = view.direction(j) !== ORIGINAL;
    if (view.has(j, J_LEAKED) || (!isReply && (view.isReset(j) || !view.hasAck(j)))) continue;
    const leg = near.find((l) => view.rowOn(j, l) !== null);
    if (leg === undefined && near.length > 0) continue;
    const isOpened = isReply || leg === undefined || handshakeOf(view).syns.some((syn) => view.rowOn(syn, leg) !== null);
    return isOpened ? view.time(j) : Number.NEGATIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
});
