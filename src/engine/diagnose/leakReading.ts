// Reads one leaked packet: where it stands in the stream, and which bound of the tracker that breaks.
import { J_LEAKED, type Leak } from '../model/correlation.ts';
import { ORIGINAL, REPLY, seqDistance } from '../model/units.ts';
import { hadTranslatedReply } from './handshake.ts';
import type { PathView, Silence } from './pathView.ts';

/** nf_conntrack_proto_tcp.c tcp_in_window(): an ACK may be this old, whatever the windows (MAXACKWINCONST). Octets. */
const ACK_SLACK = 66_000;

export type LeakKind =
  | 'reset' // a RST: never a cause, it answers something
  | 'bypass' // no reply of this path ever came translated
  | 'unseen-ack'
  | 'beyond-window'
  | 'old-segment'
  | 'late-ack'
  | 'after-silence'
  | 'unexplained';

export interface LeakReading {
  readonly leak: Leak;
  readonly kind: LeakKind;
  /** The replay broke the same bound; null where the path was not replayed. */
  readonly confirmed: boolean | null;
  /** Octets: how far behind (old segment, late ACK) or ahead (unseen ACK, beyond window) of the bound's reference. */
  readonly distance: number;
  /** Octets: the window or slack that it was measured against. */
  readonly window: number;
  /** The silence that ended with the first packet of the run of leaks. */
  readonly silence: Silence | null;
  /** Every reply since that silence leaked, this many. */
  readonly run: number;
}

const known = new WeakMap<PathView, readonly LeakReading[]>();

/** Readings of all leaks of a path, by time. */
export function leakReadings(view: PathView): readonly LeakReading[] {
  const cached = known.get(view);
  if (cached) return cached;
  const readings = view.leaks.map((leak) => read(view, leak));
  known.set(view, readings);
  return readings;
}

/** The reading of a kind that matters most: of the leak whose RST killed, else of the first before the death. */
export function leakOfKind(view: PathView, kind: LeakKind): LeakReading | null {
  const readings = leakReadings(view).filter((r) => r.kind === kind);
  const deadly = view.death?.leak;
  return readings.find((r) => r.leak === deadly) ?? readings.find((r) => !view.afterDeath(view.time(r.leak.journey))) ?? null;
}

function read(view: PathView, leak: Leak): LeakReading {
  const verdict = view.verdict(leak.journey);
  const reason = verdict && view.isInvalid(leak.journey) ? verdict.reason : '';
  const silence = silenceOf(view, leak);
  const base = { leak, silence: silence.silence, run: silence.run };
  const at = view.time(leak.journey);
  const result = (kind: LeakKind, pattern: RegExp | null, distance: number, window: number): LeakReading => ({
    ...base,
    kind,
    confirmed: verdict === null || pattern === null ? null : pattern.test(reason),
    distance,
    window,
  });
  if (leak.kind === 'rst') return result('reset', null, 0, 0);
  if (leak.direction === ORIGINAL) return result('unexplained', null, 0, 0);
  if (leak.kind === 'syn-ack' || !hadTranslatedReply(view, at)) return result('bypass', null, 0, 0);
  const arrival = view.lastTime(leak.journey);
  const seen = clientEndAtNode(view, arrival);
  const unseen = seen === null ? 0 : seqDistance(view.ackEdge(leak.journey), seen);
  if (unseen > 0 || /ACK is over/.test(reason)) return result('unseen-ack', /ACK is over/, unseen, 0);
  const allowed = view.allowedEnd(REPLY, arrival);
  const beyond = allowed === null ? 0 : seqDistance(leak.seq, allowed);
  if (leak.length > 0 && (beyond > 0 || /SEQ is over/.test(reason)))
    return result('beyond-window', /SEQ is over/, beyond, view.maxWindow(ORIGINAL));
  const behind = leak.bytesBehind ?? 0;
  const window = view.maxWindow(ORIGINAL);
  if ((leak.length > 0 && behind - leak.length > window) || /SEQ is under/.test(reason))
    return result('old-segment', /SEQ is under/, behind, window);
  const slack = Math.max(ACK_SLACK, view.maxWindow(REPLY));
  const clientEnd = view.highestEnd(ORIGINAL, arrival);
  const late = clientEnd === null ? 0 : seqDistance(clientEnd, view.ackEdge(leak.journey));
  if (late > slack || /ACK is under/.test(reason)) return result('late-ack', /ACK is under/, late, slack);
  if (silence.silence) return result('after-silence', null, silence.silence.length, 0);
  return result('unexplained', null, 0, 0);
}

/**
 * Highest number of the client that the node can have seen: only what a tap next to the NAT saw on the client's side counts.
 * Null without such a tap, where all that the client sent may have passed the node.
 */
function clientEndAtNode(view: PathView, before: number): number | null {
  const leg = view.path.natBefore > 1 ? view.path.legs[view.path.natBefore - 1] : view.nodeLegs[0];
  if (!leg || view.scene.correlation.positions[leg.tap] === 'client') return null;
  let highest: number | null = null;
  for (let j = view.from; j < view.to && view.time(j) < before; j++) {
    if (view.direction(j) !== ORIGINAL || view.isReset(j) || view.rowOn(j, leg) === null) continue;
    const end = view.end(j);
    if (highest === null || seqDistance(end, highest) > 0) highest = end;
  }
  return highest;
}

/**
 * The silence before the run of leaks that a leak belongs to: going back from it over leaked replies, and over packets of the client
 * that no translated reply answered. Only a silence that stands out counts: longer than every one before it.
 */
function silenceOf(view: PathView, leak: Leak): { silence: Silence | null; run: number } {
  let first: number = leak.journey;
  let run = 1;
  for (let j = leak.journey - 1; j >= view.from; j--) {
    const reply = view.direction(j) === REPLY;
    if (reply && !view.has(j, J_LEAKED)) break;
    if (!reply && !view.isReset(j) && view.arrived(j)) break;
    if (reply) run++;
    first = j;
  }
  const silences = view.silences;
  let best: Silence | null = null;
  let longestBefore = 0;
  for (const s of silences) {
    if (s.before < first) longestBefore = Math.max(longestBefore, s.length);
    else if (s.before <= leak.journey && (!best || s.length > best.length)) best = s;
  }
  return { silence: best && best.length > longestBefore && best.length > MIN_SILENCE ? best : null, run };
}

/** A silence shorter than the shortest timer of the tracker that can be set (one second) cannot have lost an entry. Nanos. */
const MIN_SILENCE = 1e9;
