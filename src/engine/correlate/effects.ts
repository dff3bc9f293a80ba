// What each RST did at its receiver, as the capture point nearest to it tells.
import type { Confidence, ResetReason } from '../model/correlation.ts';
import { FIN, RST, SYN } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { DraftLeg } from './drafts.ts';
import type { Ends } from './ends.ts';
import type { Gaps } from './gaps.ts';
import { G_RANGE, G_REPLY, type Groups } from './groups.ts';
import { connectionOfLeg, type LegIndex } from './legs.ts';
import { ReceivingEnd, type Verdict } from './receivingEnd.ts';
import type { Repeated } from './repeatedResets.ts';
import type { ResetGroup } from './resetGroup.ts';
import { endsOf, legOfRow } from './roles.ts';
import { initialTtl } from './ttl.ts';
import { weaker } from './weaker.ts';

export interface Effect extends Pick<Verdict, 'kills' | 'because' | 'path'> {
  /** Certain only from a capture point at the receiver itself; possible from beyond the NAT. */
  readonly confidence: Confidence;
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
  ends: Ends,
  forged: ReadonlySet<number>,
  repeated: Repeated,
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
      open = judge(context, path, towards, open, effects, hops, times, count, gaps, ends, forged, repeated);
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
  ends: Ends,
  forged: ReadonlySet<number>,
  repeated: Repeated,
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
  const isThere = itsTtl === initialTtl(itsTtl) && ends.answersAt(stop, towards === 0 ? 'server' : 'client');
  // Short of the receiver's side of the NAT, or of knowing where that is, what became of a RST is not seen.
  const isOnItsSide = role.hasNat && role.side[stop] === 1 - towards;
  const hasGaps = gaps.acknowledgesUnseen(stop);
  const confidence: Confidence =
    !seesOwn || itsTtl < 0 || count < n || hasGaps ? 'possible' : isThere ? 'certain' : isOnItsSide ? 'likely' : 'possible';
  const nearest = towards === 0 ? stop === count - 1 : stop === n - count;
  const { kind, seq, ack, length, sight, flags } = groups;
  const rowOf = (g: number): number => sight[sightBase + n * g] - 1;
  const isTheirs = (leg: DraftLeg | undefined): boolean => leg !== undefined && (stops[stop].main.includes(leg) || isOwn(leg));
  const isAlone = stops[stop].main.length === 1 && stops[stop].strays.length === 0;
  const follows = (order: Uint32Array): Map<number, Verdict> => {
    const verdicts = new Map<number, Verdict>();
    const end = new ReceivingEnd();
    const take = (g: number, f: number, s: number, a: number, l: number): void => {
      if ((flags[g] & G_REPLY) === towards) end.hear(f, s, l);
      else end.say(f, s, a, l);
    };
    for (const g of earlier) take(g, kind[g], seq[g], ack[g], length[g]);
    const closing = closesLater(
      groups,
      order,
      towards,
      (g) => !forged.has(g) && isTheirs(legOfRow(legs, connection, stops[stop], rowOf(g))),
    );
    /** Place of the last that the receiver said, but for RSTs. */
    let last: number | null = null;
    const lastSaid = (): number => {
      last ??= order.findLastIndex((g) => (kind[g] & RST) === 0 && (flags[g] & G_REPLY) !== towards && !forged.has(g));
      return last;
    };
    for (let i = 0; i < order.length; i++) {
      if (isAlone) i = followFrom(end, groups, order, i, towards);
      if (i === order.length) break;
      const g = order[i];
      const row = rowOf(g);
      const leg = legOfRow(legs, connection, stops[stop], row);
      const reset = (kind[g] & RST) === 0 ? undefined : resetOf.get(g);
      if (reset === undefined) {
        if (!isTheirs(leg) || forged.has(g)) continue;
        // As the group has it, whose columns lie side by side; of one that was cut or merged, as the packet has it.
        if ((flags[g] & G_RANGE) === 0) take(g, kind[g], seq[g], ack[g], length[g]);
        else take(g, packets.flags[row], packets.seq[row], packets.ack[row], packets.payloadLength[row]);
        continue;
      }
      const through = leg !== undefined && ['port-changed', 'rebalanced'].includes(role.strayKind.get(leg.leg) ?? '');
      let verdict: Verdict = { kills: false, because: { kind: 'noConnection' }, path: null, isOpen: false };
      if (isTheirs(leg) || through || isAddressed(legs, leg, towards, own.client, own.server, role.hasNat))
        verdict = end.judge(packets.flags[row], packets.seq[row], packets.ack[row], () =>
          olderConnection(context, path, stop, packets, row),
        );
      // Who was killed sends no FIN: it was under way already.
      if (verdict.kills && verdict.path === null && closing[i] === 1)
        verdict = { kills: false, because: { kind: 'alreadyClosing' }, path: null, isOpen: true };
      // Who does not follow RFC 5961 takes what lies in its window: that it took no notice shows where it goes on.
      if (verdict.because.kind === 'beyondNext' && i > lastSaid()) verdict = { ...verdict, isOpen: true };
      verdicts.set(reset, verdict);
      if (verdict.kills && verdict.path === null) end.die(repeated.isAgain[reset]);
    }
    return verdicts;
  };
  const earlier = beforeCapture(context, path, stop, forged);
  const inFile = follows(seen);
  // Several processors write records out of order; what came first their times tell better than their places, and what depends on it is open.
  const timeAt = (g: number): number => packets.time[rowOf(g)];
  const verdicts = isInTimeOrder(groups, seen, sightBase, n)
    ? inFile
    : follows(seen.toSorted((a, b) => timeAt(a) - timeAt(b) || rowOf(a) - rowOf(b)));
  for (const [reset, { kills, because, path: killed, isOpen }] of verdicts) {
    const isDoubtful = isOpen || repeated.isAgain[reset] || kills !== inFile.get(reset)?.kills;
    effects[reset] = {
      kills,
      because,
      path: killed,
      confidence: isDoubtful ? 'possible' : weaker(confidence, gaps.presence(stop, times[reset])),
    };
  }
  if (!nearest) return [];
  const isWatched = gaps.sees(stop, towards);
  const seenHere = new Set(mine.filter(({ r }) => sight[sightBase + n * r.group] !== 0).map(({ i }) => repeated.first[i]));
  const missed: { r: ResetGroup; i: number }[] = [];
  for (const one of mine) {
    const { r, i } = one;
    if (sight[sightBase + n * r.group] !== 0) continue;
    const surely = gaps.absence(stop, times[i]);
    const isTold =
      r.leaked ||
      (isWatched && !seenHere.has(repeated.first[i]) && !hasGaps && surely !== 'possible' && gaps.isCovered(stop, towards, times[i]));
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

/** A loop over all segments, hence on the column itself. */
function isInTimeOrder({ time }: Groups, seen: Uint32Array, sightBase: number, n: number): boolean {
  for (let i = 1; i < seen.length; i++) if (time[sightBase + n * seen[i]] < time[sightBase + n * seen[i - 1]]) return false;
  return true;
}

/**
 * Follows what passed a stop that knows one tuple, up to the next RST or segment that was cut or merged. A loop over all segments is a function of
 * its own: of what is done for the few RSTs nothing need be compiled for it. @returns the place of that one in `seen`
 */
function followFrom(end: ReceivingEnd, { kind, flags, seq, ack, length }: Groups, seen: Uint32Array, from: number, towards: 0 | 1): number {
  let i = from;
  for (; i < seen.length; i++) {
    const g = seen[i];
    if ((kind[g] & RST) !== 0 || (flags[g] & G_RANGE) !== 0) break;
    if ((flags[g] & G_REPLY) === towards) end.hear(kind[g], seq[g], length[g]);
    else end.say(kind[g], seq[g], ack[g], length[g]);
  }
  return i;
}

/** A RST under a tuple that is not the path's at this stop reaches the receiver only if that tuple is the receiver's own. */
function isAddressed(legs: LegIndex, leg: DraftLeg | undefined, towards: 0 | 1, client: number, server: number, hasNat: boolean): boolean {
  if (leg === undefined || !hasNat) return false;
  const ends = endsOf(legs, leg);
  return towards === 0 && ends.client === client && ends.server === server;
}

/** By place in that order: does the end towards which RSTs go close its half later, before anybody opens again? */
function closesLater(groups: Groups, order: Uint32Array, towards: 0 | 1, isTheirs: (g: number) => boolean): Uint8Array {
  const closes = new Uint8Array(order.length);
  let later = 0;
  for (let i = order.length - 1; i >= 0; i--) {
    closes[i] = later;
    const g = order[i];
    const f = groups.kind[g] & (SYN | FIN | RST);
    if ((f & (SYN | FIN)) === 0 || (f & RST) !== 0 || !isTheirs(g)) continue;
    if ((f & SYN) !== 0) later = 0;
    else if ((groups.flags[g] & G_REPLY) !== towards) later = 1;
  }
  return closes;
}

/** What others saw of the connection, on its own tuple, before a stop's capture began: groups in order of time. */
function beforeCapture(context: Context, path: number, stop: number, forged: ReadonlySet<number>): readonly number[] {
  const { groups, drafts, legs, workspace, tapOfPoint, timeOf, capturedFrom } = context;
  const { stops } = drafts[path];
  const n = stops.length;
  const since = capturedFrom[tapOfPoint[stops[stop].point]];
  const found: { readonly g: number; readonly at: number }[] = [];
  for (let g = groups.pathStart[path]; n > 1 && g < groups.pathStart[path + 1]; g++) {
    const sights = groups.sightOf(path, g, n);
    if (groups.sight[sights + stop] !== 0 || (groups.kind[g] & RST) !== 0 || forged.has(g)) continue;
    let k = 0;
    while (groups.sight[sights + k] === 0) k++;
    const row = groups.sight[sights + k] - 1;
    const tap = tapOfPoint[stops[k].point];
    const at = timeOf(tap, row);
    if (at >= since) continue;
    const leg = legOfRow(legs, workspace.flows[tap].segments.connection, stops[k], row);
    if (leg !== undefined && stops[k].main.includes(leg)) found.push({ g, at });
  }
  return found.sort((a, b) => a.at - b.at).map(({ g }) => g);
}

/** The port was used again, but the receiver still has the connection of before: the number then fits that one, on the path that this returns. */
function olderConnection(
  context: Context,
  path: number,
  stop: number,
  packets: Context['legs']['points'][number]['packets'],
  row: number,
): number | null {
  const { drafts, legs, pathOfLeg } = context;
  const point = legs.points[drafts[path].stops[stop].point];
  const flow = legs.flows[point.tap];
  const main = drafts[path].stops[stop].main[0];
  if (main === undefined) return null;
  const d = packets.tuple[row] & 1;
  const before = context.previous[point.tap][connectionOfLeg(legs, main.leg)];
  if (before < 0 || flow.sndNxt[2 * before + d] !== packets.seq[row]) return null;
  return pathOfLeg[point.legBase + before];
}
