// Which segment a RST answers. Linux answers at once and in order, so of several equal ones the last before each RST is meant.
import { sortBy } from '../../base/sortBy.ts';
import type { Tap } from '../model/capture.ts';
import type { ResetOrigin } from '../model/correlation.ts';
import { ACK, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { type PacketRef, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import type { Ends } from './ends.ts';
import type { Gaps } from './gaps.ts';
import { G_REPLY, type Groups } from './groups.ts';
import type { Repeated } from './repeatedResets.ts';
import type { ResetGroup } from './resetGroup.ts';
import { legOfRow } from './roles.ts';
import { AT_SENDER_NANOS, roundTrip } from './roundTrip.ts';
import { initialTtl } from './ttl.ts';

/** Both null: it answers one of several segments, and nothing tells which. */
export interface Provoker {
  readonly group: number | null;
  readonly packet: PacketRef | null;
  /** It passed where the RST was seen first. */
  readonly isBeside: boolean;
  /** The capture it was looked for in loses packets: another may be meant. */
  readonly isLossy: boolean;
}

/** What the attribution of a path's RSTs tells: who made each, and the stop that the one made in between must have passed and did not (−1). */
export interface Maker {
  readonly origin: ResetOrigin;
  readonly passedBy: number;
}

/** A RST came this share of the round trip after what it answers, or more: its sender is the whole way off. */
const MIN_ROUND_TRIP = 0.8;
/** A host answers a segment that finds no socket before it does anything else: what came longer ago was not it, where others may be meant. */
const AT_ONCE_NANOS = 10e6;
/** Candidates tried per RST. */
const LOOK_BACK = 1_024;

/**
 * For each RST the packet it answers, where it was last seen before it: at the stop that saw the RST first, else at a later one. Away
 * from the RST's maker the order of packets is not the order in which they arrived there: several may be meant.
 */
export function provokers(
  context: Context,
  path: number,
  resets: readonly ResetGroup[],
  makers: readonly Maker[],
  gaps: Gaps,
  ends: Ends,
  repeated: Repeated,
): (Provoker | null)[] {
  const result: (Provoker | null)[] = resets.map(() => null);
  const { kind, seq } = context.groups;
  // What may be another once more answers what that one does.
  const isOneMore = (i: number): boolean => repeated.isAgain[i] && repeated.first[i] !== i;
  const longest = resets.reduce((most, r) => Math.max(most, r.travel.length), 0);
  for (let n = 0; n < longest; n++) {
    // One with ACK comes from a live socket and answers nothing, unless it refuses a SYN.
    const open = resets.map(({ group, travel }, i) =>
      result[i] === null && !isOneMore(i) && ((kind[group] & ACK) === 0 || seq[group] === 0) ? (travel[n] ?? -1) : -1,
    );
    if (open.some((stop) => stop >= 0)) provokersAt(context, path, resets, makers, open, result, n === 0, gaps, ends);
  }
  for (const i of result.keys()) if (isOneMore(i)) result[i] = result[repeated.first[i]];
  return result;
}

/** Looks at stop `at[i]` for what RST i answers; −1: not asked. */
function provokersAt(
  context: Context,
  path: number,
  resets: readonly ResetGroup[],
  makers: readonly Maker[],
  at: readonly number[],
  result: (Provoker | null)[],
  isFirst: boolean,
  gaps: Gaps,
  ends: Ends,
): void {
  const { groups, drafts, legs, workspace, tapOfPoint } = context;
  const { stops } = drafts[path];
  for (const stop of new Set(at.filter((k) => k >= 0))) {
    const { packets } = legs.points[stops[stop].point];
    const { connection } = workspace.flows[tapOfPoint[stops[stop].point]].segments;
    const rowOf = (g: number): number => groups.sight[groups.sightOf(path, g, stops.length) + stop] - 1;
    const legOf = (row: number): number => legOfRow(legs, connection, stops[stop], row)?.leg ?? -1;
    const list = [...at.keys()].filter((i) => at[i] === stop).sort((x, y) => rowOf(resets[y].group) - rowOf(resets[x].group));
    const numbers = new Set(list.map((i) => answeredNumber(packets, rowOf(resets[i].group))));
    /** By what a RST answers: the packets that may be meant, in file order, and how many RSTs ask for one. */
    const wanted = new Map<string, { groups: number[]; asking: number; rows: number[]; isMixed: boolean }>();
    for (const i of list) {
      const row = rowOf(resets[i].group);
      const key = answeredKey(packets, row, legOf(row));
      const known = wanted.get(key);
      if (known === undefined) wanted.set(key, { groups: [], asking: 1, rows: [row], isMixed: false });
      else {
        known.asking++;
        known.rows.push(row);
      }
    }
    /** Numbers that also packets had which came another way, by `2 × number + reply`. */
    const elsewhere = new Set<number>();
    for (const g of groupsNumbered(groups, path, numbers)) {
      const row = rowOf(g);
      const isOpening = (groups.kind[g] & (SYN | ACK)) === SYN;
      const key = row < 0 ? '' : `${legOf(row)} ${packets.tuple[row] & 1} ${numberOf(groups, g)}${isOpening ? ' syn' : ''}`;
      if (row >= 0) wanted.get(key)?.groups.push(g);
      else if ((groups.kind[g] & (RST | ACK)) === ACK) elsewhere.add(2 * groups.ack[g] + (groups.flags[g] & G_REPLY));
    }
    const tap = workspace.taps[tapOfPoint[stops[stop].point]];
    for (const candidates of wanted.values()) {
      sortBy(candidates.groups, rowOf);
      if (candidates.groups.length > 1) candidates.isMixed = isOutOfOrder(tap, [...candidates.groups.map(rowOf), ...candidates.rows]);
    }
    const wait = roundTrip(context, path, stop);
    const lastAsking = (before: readonly number[], key: string): number => {
      const same = before.map((i) => rowOf(resets[i].group)).find((row) => answeredKey(packets, row, legOf(row)) === key);
      return same ?? -1;
    };
    // What went on beyond the node is not what the node refused.
    const wentOn = (g: number, { origin, passedBy }: Maker): boolean =>
      origin === 'node' && passedBy >= 0 && groups.sight[groups.sightOf(path, g, stops.length) + passedBy] !== 0;
    const isLossy = gaps.presence(stop, -Infinity) === 'possible';
    const hasGaps =
      isLossy || gaps.acknowledgesUnseen(stop) || stops.some((_, k) => k !== stop && gaps.lacks(stop, k, 0) && gaps.lacks(stop, k, 1));
    // The last RST takes the last candidate before it, and so on backwards.
    for (const [n, i] of list.entries()) {
      const row = rowOf(resets[i].group);
      const candidates = wanted.get(answeredKey(packets, row, legOf(row)));
      if (candidates === undefined) continue;
      const earlier = candidates.groups;
      let next = Infinity;
      while (earlier.length > 0 && (rowOf(earlier.at(-1) ?? 0) > row || wentOn(earlier.at(-1) ?? 0, makers[i]))) {
        const later = rowOf(earlier.pop() ?? 0);
        if (later > row) next = packets.time[later] - packets.time[row];
      }
      const asking = candidates.asking--;
      if (earlier.length === 0) continue;
      const away = resets[i].reply === 0 ? wait.client : wait.server;
      const isFresh = packets.ttl[row] === initialTtl(packets.ttl[row]);
      const least = away < AT_SENDER_NANOS || isFresh || makers[i].origin === 'node' ? 0 : away * MIN_ROUND_TRIP;
      const fits = (g: number): boolean => packets.time[row] - packets.time[rowOf(g)] >= least && !wentOn(g, makers[i]);
      const found = findLast(earlier, fits);
      const rivals = makers[i].origin === 'node' ? earlier.slice(-LOOK_BACK).filter((g) => !wentOn(g, makers[i])).length : earlier.length;
      const isPrompt = found >= 0 && packets.time[row] - packets.time[rowOf(earlier[found])] < AT_ONCE_NANOS;
      const isFirstHand = isFirst && isFresh;
      const answersAtOnce = (): boolean => ends.answersAt(stop, resets[i].reply === 0 ? 'client' : 'server');
      const isAtMaker = isFirstHand && isPrompt && (makers[i].origin !== 'node' || answersAtOnce());
      const cameElsewhere = makers[i].origin !== 'node' && elsewhere.has(2 * answeredNumber(packets, row) + 1 - resets[i].reply);
      // Where what it answers may be missing, or stands in another place, only one that came alone since the RST before is sure to be it.
      const isUnsure = hasGaps || candidates.isMixed;
      // Copies, or several processors, may have written it behind its answer.
      const isBehind = isFirstHand && !isPrompt && next < AT_ONCE_NANOS;
      const since = isUnsure ? lastAsking(list.slice(n + 1), answeredKey(packets, row, legOf(row))) : -1;
      const isAlone = !isUnsure || (found >= 0 && rowOf(earlier[found]) > since && !(rowOf(earlier[found - 1] ?? -1) > since));
      const isSure = isAtMaker && isAlone;
      // Where its maker answers at once, what came longer ago is not what it answers.
      const isLate = isFirstHand && found >= 0 && !isPrompt && makers[i].origin !== 'node' && answersAtOnce();
      if (isLate || (!isSure && (isLossy || found < 0 || rivals > asking || cameElsewhere || !isAlone || isBehind))) {
        result[i] = { group: null, packet: null, isBeside: isFirst && !isLate, isLossy };
      } else if (found >= 0) {
        const [g] = earlier.splice(found, 1);
        result[i] = { group: g, packet: { tap: tapId(tapOfPoint[stops[stop].point]), row: rowId(rowOf(g)) }, isBeside: isFirst, isLossy };
      }
    }
  }
}

/** What a RST that answers a segment starts with: what that acknowledges, or the number behind a SYN. */
const numberOf = ({ kind, seq, length, ack }: Groups, g: number): number =>
  (kind[g] & (SYN | ACK)) === SYN ? (seq[g] + length[g] + 1) >>> 0 : ack[g];

/** Segments that a RST with one of these numbers may answer. As the groups have it: the packets themselves lie far apart in memory. */
function groupsNumbered(groups: Groups, path: number, numbers: ReadonlySet<number>): number[] {
  const { kind, pathStart } = groups;
  const found: number[] = [];
  for (let g = pathStart[path]; g < pathStart[path + 1]; g++)
    if ((kind[g] & (SYN | ACK)) !== 0 && numbers.has(numberOf(groups, g))) found.push(g);
  return found;
}

/** Did the order of some packets have to be guessed: do their times, or their places in the file, contradict it? */
function isOutOfOrder({ files, packets }: Tap, rows: number[]): boolean {
  sortBy(rows, (row) => row);
  const frame = (row: number): number => {
    const file = files.find((f) => f.frames !== undefined && row >= f.firstRow && row < f.firstRow + f.rowCount);
    return file?.frames === undefined ? row : file.firstRow + file.frames[row - file.firstRow];
  };
  return rows.some((row, i) => i > 0 && (packets.time[row] < packets.time[rows[i - 1]] || frame(row) < frame(rows[i - 1])));
}

/** Place of the last that fits, among the last few; −1 none. */
function findLast(groups: readonly number[], fits: (g: number) => boolean): number {
  for (let at = groups.length - 1; at >= Math.max(0, groups.length - LOOK_BACK); at--) if (fits(groups[at])) return at;
  return -1;
}

/** A RST starts where what it answers acknowledged; with ACK and number 0 it answers a SYN, whose number it acknowledges. */
const answersSyn = (packets: PacketTable, row: number): boolean => (packets.flags[row] & ACK) !== 0 && packets.seq[row] === 0;
const answeredNumber = (packets: PacketTable, row: number): number => (answersSyn(packets, row) ? packets.ack[row] : packets.seq[row]);

/** Leg, direction and number of what a RST answers. A RST with ACK comes from a live socket and answers nothing. */
function answeredKey(packets: PacketTable, row: number, leg: number): string {
  const opposite = 1 - (packets.tuple[row] & 1);
  if (answersSyn(packets, row)) return `${leg} ${opposite} ${packets.ack[row]} syn`;
  return (packets.flags[row] & ACK) !== 0 ? 'live socket' : `${leg} ${opposite} ${packets.seq[row]}`;
}
