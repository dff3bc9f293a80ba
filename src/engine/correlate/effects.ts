// What a RST did at its receiver: kills only where that end had this connection, it was alive and not closing, and the number was right.
import type { Confidence, ResetReason } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { DraftLeg } from './drafts.ts';
import type { Gaps } from './gaps.ts';
import { G_RANGE, G_REPLY, type Groups } from './groups.ts';
import { connectionOfLeg, type LegIndex } from './legs.ts';
import { Receiver } from './receiver.ts';
import type { ResetGroup } from './resetGroup.ts';
import { endsOf, legOfRow } from './roles.ts';
import { AT_SENDER_NANOS, roundTrip } from './roundTrip.ts';
import { initialTtl } from './ttl.ts';
import { weaker } from './weaker.ts';

export interface Effect {
  readonly kills: boolean;
  readonly because: ResetReason;
  /** The path of the connection that it killed, where that is an older one of the same tuple. */
  readonly path: number | null;
  /** Certain only from a capture point at the receiver itself; possible from beyond the NAT. */
  readonly confidence: Confidence;
}

type Verdict = Omit<Effect, 'confidence'>;

/** One end of the path as the nearest stop that saw the RSTs towards it tells. */
class End {
  readonly receiver = new Receiver();
  isDead = false;
  /** By a RST of which it is not sure when it came. */
  isDoubtful = false;
  /** It answered with a RST of no socket: what it says afterwards shows that only that segment found none (a leak). */
  isSilent = false;
  isClosing = false;
  /** Acknowledged by its FIN. */
  closedAt = 0;
  /** It closed its half only: it goes on acknowledging what comes. */
  isReading = false;
  /** It sent a SYN and waits. */
  synSent: number | null = null;
}

/**
 * @param times of the RSTs' first sightings, reference clock
 * @param forged groups that their claimed sender did not send
 * @param repeated RSTs that others may have been
 */
export function effectsOf(
  context: Context,
  path: number,
  resets: readonly ResetGroup[],
  hops: Int16Array,
  times: readonly number[],
  gaps: Gaps,
  forged: ReadonlySet<number>,
  repeated: readonly boolean[],
): Effect[] {
  const effects: Effect[] = resets.map(() => ({ kills: false, because: { kind: 'notSeenToArrive' }, path: null, confidence: 'possible' }));
  for (const towards of [0, 1] as const) {
    // A RST in direction `towards` (0 original) is received by the server (0) or the client (1).
    const mine = resets.map((r, i) => ({ r, i })).filter(({ r }) => r.reply === towards);
    if (mine.length === 0) continue;
    const { stops } = context.drafts[path];
    // What the receiver's own capture can't tell, the next one towards the sender does as far as it can.
    let open: readonly { r: ResetGroup; i: number }[] = mine;
    for (let count = stops.length; count > 0 && open.length > 0; count--)
      open = judge(context, path, towards, open, effects, hops, times, count, gaps, forged, repeated);
  }
  return effects;
}

/**
 * Judges by the stop nearest the receiver of the `count` ones nearest the sender.
 * @returns RSTs that this stop may have missed: it was not capturing then, or has gaps
 */
function judge(
  context: Context,
  path: number,
  towards: 0 | 1,
  mine: readonly { r: ResetGroup; i: number }[],
  effects: Effect[],
  hops: Int16Array,
  times: readonly number[],
  count: number,
  gaps: Gaps,
  forged: ReadonlySet<number>,
  repeated: readonly boolean[],
): { r: ResetGroup; i: number }[] {
  const { groups, drafts, roles, legs, workspace, tapOfPoint } = context;
  const { stops } = drafts[path];
  const n = stops.length;
  const role = roles[path];
  // The stop nearest to the receiver that belongs to its own tuple.
  let stop = towards === 0 ? count - 1 : n - count;
  const own = towards === 0 ? role.far : role.near;
  const isOwn = (d: DraftLeg): boolean => {
    const e = endsOf(legs, d);
    return e.client === own.client && e.server === own.server;
  };
  const step = towards === 0 ? -1 : 1;
  let seesOwn = false;
  for (let k = stop; k >= 0 && k < n; k += step) {
    if (stops[k].main.some(isOwn)) {
      stop = k;
      seesOwn = true;
      break;
    }
  }
  const { packets } = legs.points[stops[stop].point];
  const { connection } = workspace.flows[tapOfPoint[stops[stop].point]].segments;
  const sightBase = groups.sightStart[path] + stop - n * groups.pathStart[path];
  const seen = groups.inFileOrder(path, stop, n);
  const resetOf = new Map<number, number>();
  for (const { r, i } of mine) resetOf.set(r.group, i);
  const itsTtl = hops[2 * stop + 1 - towards];
  const wait = roundTrip(context, path, stop);
  const isThere = itsTtl === initialTtl(itsTtl) && (towards === 0 ? wait.server : wait.client) < AT_SENDER_NANOS;
  // Short of the receiver's side of the NAT, or of knowing where that is, what became of a RST is not seen.
  const isOnItsSide = role.hasNat && role.side[stop] === 1 - towards;
  const hasGaps = gaps.acknowledgesUnseen(stop);
  const confidence: Confidence =
    !seesOwn || itsTtl < 0 || count < n || hasGaps ? 'possible' : isThere ? 'certain' : isOnItsSide ? 'likely' : 'possible';
  const nearest = towards === 0 ? stop === count - 1 : stop === n - count;
  const { kind, seq, ack, length, sight, flags } = groups;
  const end = new End();
  const isAlone = stops[stop].main.length === 1 && stops[stop].strays.length === 0;
  for (let i = 0; i < seen.length; i++) {
    if (isAlone) i = followFrom(end, groups, seen, i, towards);
    if (i === seen.length) break;
    const g = seen[i];
    const row = sight[sightBase + n * g] - 1;
    const leg = legOfRow(legs, connection, stops[stop], row);
    const isItsOwn = leg !== undefined && (stops[stop].main.includes(leg) || isOwn(leg));
    const reset = (kind[g] & RST) === 0 ? undefined : resetOf.get(g);
    if (reset !== undefined) {
      const through = leg !== undefined && ['port-changed', 'rebalanced'].includes(role.strayKind.get(leg.leg) ?? '');
      const verdict: Verdict =
        isItsOwn || through || isAddressed(legs, leg, towards, own.client, own.server, role.hasNat)
          ? arrive(context, path, stop, end, packets, row)
          : { kills: false, because: { kind: 'noConnection' }, path: null };
      const isDoubtful = repeated[reset] || end.isDoubtful;
      effects[reset] = { ...verdict, confidence: isDoubtful ? 'possible' : weaker(confidence, gaps.presence(stop, times[reset])) };
      if (effects[reset].kills && effects[reset].path === null) {
        end.isDead = true;
        end.isDoubtful = repeated[reset];
      }
      continue;
    }
    if (!isItsOwn || forged.has(g)) continue;
    const isIncoming = (flags[g] & G_REPLY) === towards;
    // As the group has it, whose columns lie side by side; of one that was cut or merged, as the packet has it.
    if ((flags[g] & G_RANGE) === 0) follow(end, kind[g], seq[g], ack[g], length[g], isIncoming);
    else follow(end, packets.flags[row], packets.seq[row], packets.ack[row], packets.payloadLength[row], isIncoming);
  }
  if (!nearest) return [];
  const missed: { r: ResetGroup; i: number }[] = [];
  for (const one of mine) {
    const { r, i } = one;
    if (sight[sightBase + n * r.group] !== 0) continue;
    const surely = gaps.absence(stop, times[i]);
    const isTold = r.leaked || (!hasGaps && surely !== 'possible' && gaps.isCovered(stop, towards, times[i]));
    const because: ResetReason = { kind: r.leaked ? 'noConnection' : 'notSeenAtReceiver' };
    effects[i] = {
      kills: false,
      because,
      path: null,
      confidence: !isTold ? 'possible' : r.leaked ? confidence : weaker(confidence, surely),
    };
    if (!isTold) missed.push(one);
  }
  return missed;
}

/**
 * Follows what passed a stop that knows one tuple, up to the next RST or segment that was cut or merged. A loop over all segments is a function of
 * its own: of what is done for the few RSTs nothing need be compiled for it. @returns the place of that one in `seen`
 */
function followFrom(end: End, { kind, flags, seq, ack, length }: Groups, seen: readonly number[], from: number, towards: 0 | 1): number {
  let i = from;
  for (; i < seen.length; i++) {
    const g = seen[i];
    if ((kind[g] & RST) !== 0 || (flags[g] & G_RANGE) !== 0) break;
    follow(end, kind[g], seq[g], ack[g], length[g], (flags[g] & G_REPLY) === towards);
  }
  return i;
}

/** A RST under a tuple that is not the path's at this stop reaches the receiver only if that tuple is the receiver's own. */
function isAddressed(legs: LegIndex, leg: DraftLeg | undefined, towards: 0 | 1, client: number, server: number, hasNat: boolean): boolean {
  if (leg === undefined || !hasNat) return false;
  const ends = endsOf(legs, leg);
  return towards === 0 && ends.client === client && ends.server === server;
}

/** @param f flags @param incoming the segment travels towards this end */
function follow(end: End, f: number, seq: number, ack: number, length: number, incoming: boolean): void {
  if (incoming) {
    if ((f & SYN) !== 0) {
      end.receiver.reset(seq);
      if ((f & ACK) === 0) end.isDead = end.isSilent = false;
      end.synSent = null;
      if (length > 0) end.receiver.receive(seq + 1, length, false);
    } else end.receiver.receive(seq, length, (f & FIN) !== 0);
    return;
  }
  if ((f & SYN) !== 0) {
    end.isDead = end.isDoubtful = false;
    end.isSilent = false;
    end.isClosing = false;
    end.isReading = false;
    if ((f & ACK) === 0) end.synSent = (seq + 1) >>> 0;
  } else if ((f & RST) !== 0) {
    // From a live socket, or because there is none: either way nothing is left to kill. A SYN_SENT socket survives its own RST.
    if (end.synSent !== null) return;
    if ((f & ACK) === 0 && !end.isDead) end.isSilent = true;
    else end.isDead = true;
  } else {
    end.isSilent = false;
    if ((f & ACK) !== 0) end.receiver.acknowledge(ack);
    if (end.isClosing) end.isReading ||= (f & ACK) !== 0 && ((ack - end.closedAt) | 0) > 0;
    else if ((f & FIN) !== 0) {
      end.isClosing = true;
      end.closedAt = ack;
    }
  }
}

function arrive(
  context: Context,
  path: number,
  stop: number,
  end: End,
  packets: Context['legs']['points'][number]['packets'],
  row: number,
): Verdict {
  const seq = packets.seq[row];
  if (end.isDead || end.isSilent) return { kills: false, because: { kind: 'alreadyDead' }, path: null };
  if (end.isClosing && !(end.isReading && !end.receiver.hasFin)) return { kills: false, because: { kind: 'alreadyClosing' }, path: null };
  if (end.synSent !== null && end.receiver.next === null) {
    const acceptable = (packets.flags[row] & ACK) !== 0 && packets.ack[row] === end.synSent;
    return { kills: acceptable, because: { kind: acceptable ? 'refusesOpening' : 'notForTheSyn' }, path: null };
  }
  const next = end.receiver.next;
  if (next === null) return { kills: true, because: { kind: 'nothingElseCaptured' }, path: null };
  if (seq === next) return { kills: true, because: { kind: 'exactNext', seq }, path: null };
  if (end.receiver.hasFin && seq === (next - 1) >>> 0) return { kills: true, because: { kind: 'finInCloseWait', seq }, path: null };
  const older = olderConnection(context, path, stop, packets, row);
  if (older !== null) return older;
  const distance = (seq - next) | 0;
  return {
    kills: false,
    because: { kind: distance > 0 ? 'beyondNext' : 'belowNext', octets: Math.abs(distance) },
    path: null,
  };
}

/** The port was used again, but the receiver still has the connection of before: the number then fits that one. */
function olderConnection(
  context: Context,
  path: number,
  stop: number,
  packets: Context['legs']['points'][number]['packets'],
  row: number,
): Verdict | null {
  const { drafts, legs, pathOfLeg } = context;
  const point = legs.points[drafts[path].stops[stop].point];
  const flow = legs.flows[point.tap];
  const main = drafts[path].stops[stop].main[0];
  if (main === undefined) return null;
  const d = packets.tuple[row] & 1;
  const before = context.previous[point.tap][connectionOfLeg(legs, main.leg)];
  if (before < 0 || flow.sndNxt[2 * before + d] !== packets.seq[row]) return null;
  return { kills: true, because: { kind: 'olderConnection' }, path: pathOfLeg[point.legBase + before] };
}
