// What harmed no connection and has no cause of its own, and is still worth a sentence: connects that took seconds, requests on a closed connection.
import { formatEndpoint } from '../model/address.ts';
import type { Sentence } from '../model/finding.ts';
import { ORIGINAL, seqDistance } from '../model/units.ts';
import { handshakeOf } from './handshake.ts';
import { who } from './kit.ts';
import { isCalm } from './outline.ts';
import type { PathView } from './pathView.ts';
import type { Scene } from './scene.ts';
import { say } from './wording/render.ts';

/** A SYN is repeated after a second at the earliest (RFC 6298 §2.1); what took less was answered late. Nanos. */
const DELAYED = 0.9e9;

/** The sentence that the verdict adds where no finding says more; null where there is nothing to add. */
export function observationOf(scene: Scene): Sentence | null {
  let [slow, delay, closed]: [PathView | null, number, PathView | null] = [null, DELAYED, null];
  let [delayed, late] = [0, 0];
  let [strange, ignored]: [PathView | null, number] = [null, 0];
  for (const path of scene.correlation.paths) {
    if (isCalm(scene, path)) continue;
    const view = scene.passing(path);
    const took = connectDelay(view);
    if (took >= DELAYED) delayed++;
    if (took > delay) [slow, delay] = [view, took];
    const old = ignoredResets(view);
    ignored += old;
    if (old > 0) strange ??= view;
    if (knewItClosed(view)) {
      late++;
      closed ??= view;
    }
  }
  if (slow) return delaySentence(slow, delay, delayed);
  if (closed) return say('verdict.wroteAfterClose', { ...who(closed), n: late });
  return strange && say('verdict.ignoredResets', { ...who(strange), n: ignored });
}

/** RSTs without a socket behind them that came to the client in mid-connection, did not fit, and were followed by data of both ends. */
function ignoredResets(view: PathView): number {
  if (view.death !== null || view.serverLeg) return 0;
  const { fin } = handshakeOf(view);
  const end = Math.min(...fin.map((j) => (j === null ? Number.POSITIVE_INFINITY : view.time(j))));
  let [count, last] = [0, 0];
  for (const r of view.resets) {
    const [first] = r.packets;
    const time = view.resetTime(r);
    if (!first || r.direction === ORIGINAL || r.effect === 'kills' || view.hasAck(r.journey ?? view.from) || time >= end) continue;
    count++;
    last = time;
  }
  if (count === 0) return 0;
  const goesOn = [false, false];
  for (let j = view.to - 1; j >= view.from && view.time(j) > last; j--) goesOn[view.direction(j)] ||= !view.isReset(j);
  return goesOn[0] && goesOn[1] ? count : 0;
}

/** From the first SYN to the packet that completed the handshake, where one of its packets had to be repeated. Nanos. */
function connectDelay(view: PathView): number {
  const { syns, synAcks, completed } = handshakeOf(view);
  const [first] = syns;
  if (first === undefined || completed === null || syns.length + synAcks.length < 3) return 0;
  return view.time(completed) - view.time(first);
}

function delaySentence(view: PathView, delay: number, n: number): Sentence {
  const { syns, synAcks } = handshakeOf(view);
  const values = { client: formatEndpoint(view.path.client), delay, n };
  const syn = syns.map((j) => view.vanished(j)).find((v) => v !== null);
  if (syn) return say('verdict.synLost', { ...values, ...between(view, syn), tries: syns.length });
  const answer = synAcks.map((j) => view.vanished(j)).find((v) => v !== null);
  if (answer) return say('verdict.synAckLost', { ...values, ...between(view, answer), tries: synAcks.length });
  return say('verdict.connectDelayed', { ...values, tries: Math.max(syns.length, synAcks.length) });
}

const between = (
  view: PathView,
  gone: NonNullable<ReturnType<PathView['vanished']>>,
): { readonly seen: string; readonly missing: string } => ({
  seen: view.scene.tapName(gone.seen.tap),
  missing: view.scene.tapName(gone.missing.tap),
});

/**
 * Did the RST that ended it answer data which the client sent after it had acknowledged the server's FIN? Then it wrote to a connection that
 * it knew to be closed by the other end, and the RST says no more than that.
 */
export function knewItClosed(view: PathView): boolean {
  const { death } = view;
  const serverFin = handshakeOf(view).fin[1];
  if (death?.toward !== 'client' || serverFin === null || view.time(serverFin) > death.time) return false;
  const [reset] = death.reset.packets;
  if (!reset) return false;
  const end = view.end(serverFin);
  const number = view.table(reset.tap).seq[reset.row];
  if (seqDistance(number, end) !== 0) return false;
  for (let j = serverFin; j < view.to && view.time(j) < death.time; j++) {
    if (view.direction(j) === ORIGINAL && view.length(j) > 0 && seqDistance(view.ack(j), end) < 0) return false;
  }
  return true;
}
