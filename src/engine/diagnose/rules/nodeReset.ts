// A RST made by the node itself: what kind of packet made it do so.
import type { Reset } from '../../model/correlation.ts';
import { ORIGINAL, type PacketRef } from '../../model/units.ts';
import type { Death, PathView } from '../pathView.ts';
import type { Silence } from '../silences.ts';
import { standingSilence } from './silence.ts';

export interface NodeReset {
  readonly death: Death;
  /** The segment that the node answered. */
  readonly trigger: PacketRef | null;
  readonly triggerJourney: number | null;
  /** A reply delivered to the node's own address; a client's packet that the tracker refused; one after a silence; or neither. */
  readonly kind: 'reply' | 'invalid' | 'silence' | 'sudden';
  readonly silence: Silence | null;
}

/** Null where the path did not die of a RST of the node. */
export function nodeReset(view: PathView): NodeReset | null {
  const { death } = view;
  if (death?.reset.origin !== 'node' || reverseTwin(view, death.reset)) return null;
  const trigger = death.reset.cause.packet;
  const triggerJourney = trigger ? journeyOf(view, trigger, death.time) : null;
  const base = { death, trigger, triggerJourney };
  if (death.toward === 'server') return { ...base, kind: 'reply', silence: null };
  // Where one of several may have provoked it, the silence that the last of them ended is the one that counts.
  const last = triggerJourney ?? lastRequest(view, death.time);
  const silence = last === null ? null : standingSilence(view, last);
  if (silence) return { ...base, kind: 'silence', silence };
  const verdict = triggerJourney === null ? null : view.verdict(triggerJourney);
  const outOfWindow =
    verdict !== null && view.isInvalid(triggerJourney ?? view.from) === true && /upper|lower|over|under/.test(verdict.reason);
  return { ...base, kind: outOfWindow ? 'invalid' : 'sudden', silence: null };
}

/** Two RSTs by one hand come at once. Nanos. */
const AT_ONCE = 100e6;

/** A RST towards the other end at the same moment that its claimed sender did not make either: a node that answers has no reason for it. */
export const reverseTwin = (view: PathView, reset: Reset): Reset | null =>
  view.resets.find((r) => {
    const made = r.origin === 'middlebox' || r.origin === 'node';
    return made && r.direction !== reset.direction && Math.abs(view.resetTime(r) - view.resetTime(reset)) < AT_ONCE;
  }) ?? null;

/** The last packet of the client before a time. */
function lastRequest(view: PathView, before: number): number | null {
  for (let j = view.to - 1; j >= view.from; j--) if (view.time(j) < before && view.direction(j) === ORIGINAL && !view.isReset(j)) return j;
  return null;
}

/** The journey of a packet, searched back from a time; null where none has it. */
export function journeyOf(view: PathView, ref: PacketRef, around: number): number | null {
  let fallback: number | null = null;
  for (let j = view.to - 1; j >= view.from; j--) {
    if (view.isSeenAs(j, ref)) return j;
    if (fallback === null && view.time(j) < around && view.direction(j) === ORIGINAL) fallback = j;
  }
  return fallback;
}
