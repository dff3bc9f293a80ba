// What would have become of every packet of a path under other parameters, and what follows from that.
//
// The replay takes recorded packets. A packet is predicted only as long as its sender had seen nothing else than what was recorded:
//     leak ─▶ RST that answers it ─▶ socket gone ─▶ RSTs from where it was
// If the first would not have happened, the others would not have been sent; whatever else its ends sent from then on is unknown.
import { groupBy } from '../../base/groupBy.ts';
import { sortedIndex } from '../../base/sortedIndex.ts';
import { type Correlation, J_LEAKED, J_LOST, type Reset, type Workspace } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import type { PathId } from '../model/units.ts';
import { type PathReplay, type Profile, type TrackerSettings, V_DROPPED, V_INVALID } from '../model/verdict.ts';
import type { Fate } from '../model/whatIf.ts';
import { A_YES, type Arrivals, O_PORT_CHANGED, O_TRANSLATED, O_UNKNOWN, O_UNTRANSLATED, O_VANISHED, type Work } from './arrivals.ts';
import { F_ELSEWHERE, F_UNTRANSLATED_OR_GONE, type RunResult, run } from './run.ts';

/** Values of `Consequences.would`. */
export const W_SAME = 0;
/** It would have been sent, and fared otherwise at the node. */
export const W_OTHERWISE = 1;
/** It would not have been sent: it answers what would not have happened. */
export const W_NOT_SENT = 2;
/** Its sender had by then seen something else than what was recorded: whether and how it would have been sent, nobody can say. */
export const W_UNKNOWN = 3;

/** Parallel to the path's journeys. */
export interface Consequences {
  readonly path: PathId;
  readonly would: Uint8Array;
  /** The journey from which it follows that this one is W_NOT_SENT or W_UNKNOWN; −1 none. */
  readonly because: Int32Array;
  /** Arrivals of the group, this path's from `from` on; both runs are parallel to them. */
  readonly arrivals: Arrivals;
  readonly from: number;
  readonly before: RunResult;
  readonly after: RunResult;
  /** When the first of its ends would have seen something else; infinite: never. */
  readonly openFrom: number;
}

const FATES: Readonly<Record<number, Fate>> = {
  [O_TRANSLATED]: 'translated',
  [O_UNTRANSLATED]: 'untranslated',
  [O_PORT_CHANGED]: 'port-changed',
  [O_VANISHED]: 'gone',
  [F_UNTRANSLATED_OR_GONE]: 'gone',
  [F_ELSEWHERE]: 'elsewhere',
};
export const fateOf = (code: number): Fate => FATES[code] ?? 'unknown';

/** Rounds until what is not sent no longer changes what is judged: each can only find what an earlier one brought about. */
const MAX_ROUNDS = 4;

/** @param replays those paths of the group that were asked about. @returns one for each */
export function foresee(
  work: Work,
  replays: readonly PathReplay[],
  workspace: Workspace,
  correlation: Correlation,
  profile: Profile,
  settings: TrackerSettings,
): Consequences[] {
  const { arrivals: a } = work;
  const [first] = replays;
  if (!first) return [];
  const order = work.orders[first.verdicts.orderIndex];
  const before = run(a, order, workspace, first.verdicts.profile, first.verdicts.settings);
  let skip: Uint8Array | null = null;
  for (let round = 1; ; round++) {
    const after: RunResult = run(a, order, workspace, profile, settings, null, skip);
    const found = replays.map((replay) => follow(a, replay, workspace, correlation, before, after));
    const notSent = notSentOf(a.length, found);
    if (round === MAX_ROUNDS || isSame(notSent, skip)) return found;
    skip = notSent;
  }
}

function notSentOf(length: number, found: readonly Consequences[]): Uint8Array {
  const skip = new Uint8Array(length);
  for (const { would, from } of found) for (let i = 0; i < would.length; i++) skip[from + i] = would[i] === W_NOT_SENT ? 1 : 0;
  return skip;
}

const isSame = (a: Uint8Array, b: Uint8Array | null): boolean => (b === null ? !a.includes(1) : a.every((value, i) => value === b[i]));

/** Causes of RSTs that come from where there is no socket any more. */
const FROM_NO_SOCKET: ReadonlySet<Reset['cause']['kind']> = new Set(['no-socket', 'leaked-packet', 'entry-gone']);

/** One end of the path: what it would have seen otherwise, and since when. Index: direction of the packets it sends. */
interface End {
  /** From here on it would have seen something else; infinite: never. */
  openFrom: number;
  openedBy: number;
  /** Its socket would have outlived the RST that closed it; infinite: it did not die, or would have as well. */
  livesFrom: number;
  savedBy: number;
  /** Closed by a RST that would have come all the same. */
  isDead: boolean;
  /** Highest octet and ACK number that reached the other end; hold once something was delivered. */
  high: number;
  highAck: number;
  isHeard: boolean;
  /** Least time on the way to the other end, Nanos. */
  transit: number;
}

const newEnd = (): End => ({
  openFrom: Number.POSITIVE_INFINITY,
  openedBy: -1,
  livesFrom: Number.POSITIVE_INFINITY,
  savedBy: -1,
  isDead: false,
  high: 0,
  highAck: 0,
  isHeard: false,
  transit: 0,
});

/** What a packet meets behind the node. */
type Destiny = 'socket' | 'nobody' | 'stranger' | 'unknown';

function destinyOf(a: Arrivals, r: RunResult, at: number): Destiny {
  if (r.verdict[at] === V_DROPPED) return 'nobody';
  if (a.due[at] === 0) return 'socket';
  const fate = r.fate[at];
  if (fate === O_TRANSLATED) return 'socket';
  if (fate === O_UNKNOWN) return 'unknown';
  return fate === O_VANISHED || fate === F_UNTRANSLATED_OR_GONE ? 'nobody' : 'stranger';
}

/** Sendings and arrivals of one path in order of time: what is decided when a packet is sent tells at its arrival. */
function follow(
  a: Arrivals,
  replay: PathReplay,
  workspace: Workspace,
  correlation: Correlation,
  before: RunResult,
  after: RunResult,
): Consequences {
  const { journeys } = correlation;
  const index = a.paths.findIndex((p) => p.id === replay.path);
  const [from, to] = [a.pathStart[index], a.pathStart[index + 1]];
  const path: PathRuns = {
    a,
    from,
    first: journeys.pathStart[replay.path],
    workspace,
    correlation,
    before,
    after,
    would: new Uint8Array(to - from),
    because: new Int32Array(to - from).fill(-1),
    resets: resetsByJourney(correlation, replay.path),
    unexplained: new Set<number>(replay.verdicts.agreement.disagreeing),
    ends: [newEnd(), newEnd()],
  };
  setTransits(path.ends, correlation, replay.path);
  const arriving = sortedIndex(journeys.lastTime.subarray(path.first, path.first + path.would.length));
  for (let sent = 0, come = 0; come < arriving.length; ) {
    const isSendingNext = sent < arriving.length && journeys.firstTime[path.first + sent] <= journeys.lastTime[path.first + arriving[come]];
    if (isSendingNext) send(path, sent++);
    else arrive(path, arriving[come++]);
  }
  const openFrom = Math.min(path.ends[0].openFrom, path.ends[1].openFrom);
  return { path: replay.path, would: path.would, because: path.because, arrivals: a, from, before, after, openFrom };
}

interface PathRuns {
  readonly a: Arrivals;
  /** Entry of the arrivals, and journey, that stand for index 0. */
  readonly from: number;
  readonly first: number;
  readonly workspace: Workspace;
  readonly correlation: Correlation;
  readonly before: RunResult;
  readonly after: RunResult;
  readonly would: Uint8Array;
  readonly because: Int32Array;
  readonly resets: ReadonlyMap<number, PathReset>;
  /** Journeys that the replay contradicts: it has no business predicting them. */
  readonly unexplained: ReadonlySet<number>;
  readonly ends: readonly [End, End];
}

function send(path: PathRuns, i: number): void {
  const { a, from, first, correlation, before, after, would, because } = path;
  const at = from + i;
  const j = first + i;
  const sender = path.ends[a.direction[at] === 0 ? 0 : 1];
  const time = correlation.journeys.firstTime[j];
  const reset = path.resets.get(j);
  if (reset) {
    const { cause } = reset;
    const isSpared = cause >= 0 && would[cause] === W_OTHERWISE && isAstray(a, before, from + cause) && !isAstray(a, after, from + cause);
    const isOrphan = cause >= 0 && would[cause] === W_NOT_SENT;
    const isOfTheDead = FROM_NO_SOCKET.has(reset.of.cause.kind) && time >= sender.livesFrom;
    if (isSpared || isOrphan || isOfTheDead) {
      would[i] = W_NOT_SENT;
      because[i] = isSpared || isOrphan ? first + cause : sender.savedBy;
      return;
    }
  }
  if (time > sender.openFrom || path.unexplained.has(j)) {
    would[i] = W_UNKNOWN;
    because[i] = time > sender.openFrom ? sender.openedBy : -1;
    return;
  }
  const isJudged = a.arrived[at] === A_YES || before.fate[at] !== O_UNKNOWN;
  if (isJudged && faresOtherwise(a, before, after, at)) would[i] = W_OTHERWISE;
}

function arrive(path: PathRuns, i: number): void {
  const { a, from, first, correlation, before, after, would, because } = path;
  const at = from + i;
  const j = first + i;
  const sender = path.ends[a.direction[at] === 0 ? 0 : 1];
  const receiver = path.ends[a.direction[at] === 0 ? 1 : 0];
  const time = correlation.journeys.lastTime[j];
  const kills = path.resets.get(j)?.of.effect === 'kills';
  if (would[i] === W_NOT_SENT) {
    if (kills) save(receiver, sender, j, time);
    return;
  }
  if (would[i] === W_UNKNOWN) {
    open(receiver, sender, because[i], time);
    return;
  }
  const isOld = hasNothingNew(sender, path, at);
  if (destinyOf(a, after, at) === 'socket' || would[i] === W_SAME) noteDelivered(sender, path, at);
  if (would[i] === W_SAME) {
    receiver.isDead ||= kills;
    return;
  }
  const [was, is] = [destinyOf(a, before, at), destinyOf(a, after, at)];
  // What reached no socket before and does not now, and what the receiver has already, teaches it nothing.
  if ((was === 'socket') !== (is === 'socket') && !isOld && !receiver.isDead) open(receiver, sender, j, time);
  // A host that knows no such connection answers with a RST that nobody recorded.
  if (is === 'stranger' && was !== 'stranger') open(sender, receiver, j, time);
}

/** Did it, or may it have come to a host that knows no such connection and says so: the client's, another server, the node itself? */
const isAstray = (a: Arrivals, r: RunResult, at: number): boolean =>
  destinyOf(a, r, at) === 'stranger' || (r.verdict[at] === V_INVALID && r.fate[at] === F_UNTRANSLATED_OR_GONE);

/** An end that would have lived on would have seen and said other things from then on; the other one hears of it at the earliest. */
function save(saved: End, other: End, by: number, time: number): void {
  if (time < saved.livesFrom) [saved.livesFrom, saved.savedBy] = [time, by];
  open(saved, other, by, time);
}

function open(end: End, other: End, by: number, time: number): void {
  if (time < end.openFrom) [end.openFrom, end.openedBy] = [time, by];
  const heard = time + end.transit;
  if (heard < other.openFrom) [other.openFrom, other.openedBy] = [heard, by];
}

function faresOtherwise(a: Arrivals, before: RunResult, after: RunResult, at: number): boolean {
  if (isRefused(before, at) !== isRefused(after, at)) return true;
  const [was, is] = [destinyOf(a, before, at), destinyOf(a, after, at)];
  return was !== is || (a.due[at] === 1 && fateOf(before.fate[at]) !== fateOf(after.fate[at]));
}

export const isRefused = (r: RunResult, at: number): boolean => r.verdict[at] === V_INVALID || r.verdict[at] === V_DROPPED;

const topOf = ({ correlation: { journeys } }: PathRuns, j: number): number => {
  const flags = journeys.tcpFlags[j];
  return (journeys.seq[j] + journeys.payloadLength[j] + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0)) >>> 0;
};
const ackOf = ({ a, workspace }: PathRuns, at: number): number => workspace.taps[a.tap[at]].packets.ack[a.row[at]];
const isBeyond = (x: number, y: number): boolean => ((x - y) | 0) > 0;

/** Does the other end have all of it already, octets and ACK number? */
function hasNothingNew(end: End, path: PathRuns, at: number): boolean {
  const j = path.a.journey[at];
  const flags = path.correlation.journeys.tcpFlags[j];
  if (flags & RST || !end.isHeard) return false;
  return !isBeyond(topOf(path, j), end.high) && !(flags & ACK && isBeyond(ackOf(path, at), end.highAck));
}

function noteDelivered(end: End, path: PathRuns, at: number): void {
  const { journeys } = path.correlation;
  const j = path.a.journey[at];
  const flags = journeys.tcpFlags[j];
  if (flags & RST || journeys.flags[j] & (J_LOST | J_LEAKED)) return;
  const top = topOf(path, j);
  const ack = ackOf(path, at);
  if (!end.isHeard || isBeyond(top, end.high)) end.high = top;
  if (flags & ACK && (!end.isHeard || isBeyond(ack, end.highAck))) end.highAck = ack;
  end.isHeard = true;
}

interface PathReset {
  readonly of: Reset;
  /** Index among the path's journeys of the packet that provoked it; −1 unknown, or of another path. */
  readonly cause: number;
}

/** RSTs of each path, grouped once for every correlation. */
const grouped = new WeakMap<Correlation, ReadonlyMap<PathId | null, readonly Reset[]>>();

function resetsByJourney(correlation: Correlation, path: PathId): ReadonlyMap<number, PathReset> {
  const { journeys, resets } = correlation;
  const byPath = grouped.get(correlation) ?? groupBy(resets, (r) => r.path);
  grouped.set(correlation, byPath);
  const own = (byPath.get(path) ?? []).filter((r) => r.journey !== null);
  const key = (tap: number, row: number): number => tap * 2 ** 32 + row;
  const causes = new Map(own.flatMap(({ cause: { packet } }) => (packet ? [[key(packet.tap, packet.row), -1]] : [])));
  const [first, last] = [journeys.pathStart[path], journeys.pathEnd[path]];
  if (causes.size > 0)
    for (let s = journeys.start[first], j = first; j < last; j++)
      for (; s < journeys.start[j + 1]; s++) {
        const of = key(journeys.sightingTap[s], journeys.sightingRow[s]);
        if (causes.has(of)) causes.set(of, j - first);
      }
  return new Map(
    own.map((of) => {
      const { packet } = of.cause;
      return [of.journey as number, { of, cause: packet ? (causes.get(key(packet.tap, packet.row)) ?? -1) : -1 }];
    }),
  );
}

function setTransits(ends: readonly [End, End], { journeys }: Correlation, path: PathId): void {
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let j = journeys.pathStart[path]; j < journeys.pathEnd[path]; j++) {
    if (journeys.start[j + 1] - journeys.start[j] < 2) continue;
    const d = journeys.direction[j];
    least[d] = Math.min(least[d], journeys.lastTime[j] - journeys.firstTime[j]);
  }
  ends.forEach((end, d) => {
    if (Number.isFinite(least[d])) end.transit = Math.max(0, least[d]);
  });
}
