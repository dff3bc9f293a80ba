// Reads one leaked packet: where it stands in the stream, and which bound of the tracker that breaks.
import type { Leak } from '../model/correlation.ts';
import { ORIGINAL, REPLY, seqDistance } from '../model/units.ts';
import { wentAround } from './around.ts';
import { hadTranslatedReply } from './handshake.ts';
import { type Standing, sweepLeaks } from './leakSweep.ts';
import type { PathView } from './pathView.ts';
import { perPath } from './perPath.ts';
import type { Silence } from './silences.ts';

/** nf_conntrack_proto_tcp.c tcp_in_window(): an ACK may be this old, whatever the windows (MAXACKWINCONST). Octets. */
const ACK_SLACK = 66_000;

export type LeakKind =
  | 'reset' // a RST: never a cause, it answers something
  | 'bypass' // it took a way around the node, or no reply of this path ever came translated
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
}

/** Readings of all leaks of a path, by time. */
export const leakReadings = perPath((view: PathView): readonly LeakReading[] => {
  if (view.leaks.length === 0) return NONE;
  const standings = sweepLeaks(view);
  return view.leaks.map((leak) => read(view, leak, standings.get(leak) ?? NOWHERE));
});

/** The reading of a kind that matters most: of the leak whose RST killed, else of the first before the death. */
export function leakOfKind(view: PathView, kind: LeakKind): LeakReading | null {
  if (view.leaks.length === 0) return null;
  const readings = leakReadings(view).filter((r) => r.kind === kind);
  const deadly = view.death?.leak;
  return readings.find((r) => r.leak === deadly) ?? readings.find((r) => !view.afterDeath(view.time(r.leak.journey))) ?? null;
}

const NONE: readonly LeakReading[] = [];
const NOWHERE: Standing = { clientEnd: null, clientEndAtNode: null, allowed: null, silence: null };

function read(view: PathView, leak: Leak, standing: Standing): LeakReading {
  const verdict = view.verdict(leak.journey);
  const reason = verdict && view.isInvalid(leak.journey) ? verdict.reason : '';
  const { silence } = standing;
  const base = { leak, silence };
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
  const window = view.maxWindow(ORIGINAL);
  const { allowed, clientEnd, clientEndAtNode: seen } = standing;
  const unseen = seen === null ? 0 : seqDistance(view.ackEdge(leak.journey), seen);
  const beyond = leak.length === 0 || allowed === null ? 0 : seqDistance(leak.seq, allowed);
  const behind = leak.bytesBehind ?? 0;
  const slack = Math.max(ACK_SLACK, view.maxWindow(REPLY));
  const late = clientEnd === null ? 0 : seqDistance(clientEnd, view.ackEdge(leak.journey));
  const unseenAck = (): LeakReading => result('unseen-ack', /ACK is over/, unseen, 0);
  const beyondWindow = (): LeakReading => result('beyond-window', /SEQ is over/, beyond, window);
  const oldSegment = (): LeakReading => result('old-segment', /SEQ is under/, behind, window);
  const lateAck = (): LeakReading => result('late-ack', /ACK is under/, late, slack);
  // The numbers themselves tell better than a replay, which depends on the order in which packets reached the node; where they are known and
  // within a bound, nothing was over it.
  if (unseen > 0) return unseenAck();
  if (beyond > 0) return beyondWindow();
  if (leak.length > 0 && behind - leak.length > window) return oldSegment();
  if (late > slack) return lateAck();
  if (seen === null && /ACK is over/.test(reason)) return unseenAck();
  if (allowed === null && /SEQ is over/.test(reason)) return beyondWindow();
  if (/SEQ is under/.test(reason)) return oldSegment();
  if (/ACK is under/.test(reason)) return lateAck();
  if (wentAround(view, leak)) return result('bypass', null, 0, 0);
  if (silence) return result('after-silence', null, silence.length, 0);
  return result('unexplained', null, 0, 0);
}
