// How completely each capture point recorded what passed it: what it lacks although others saw it pass, or somebody acknowledges it. Where a
// capture loses packets, that it does not hold one shows nothing.
import type { Tap } from '../model/capture.ts';
import { ACKED_UNSEEN, UNSEEN_ACKED } from '../model/connection.ts';
import type { Completeness, Confidence } from '../model/correlation.ts';
import { RST } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { Stop } from './drafts.ts';
import { G_RANGE, G_REPLY } from './groups.ts';
import { rowCountOfLeg } from './legs.ts';
import { endsOf, legOfRow } from './roles.ts';
import { weaker } from './weaker.ts';

/** What is known of one capture point: packets that must have passed it, and those among them that it does not hold. */
interface Recorded {
  passed: number;
  missed: number;
  /** Of these, the answers. */
  missedReplies: number;
  /** When these passed, reference clock, ascending. */
  readonly times: number[];
  /** Packets that the capture itself says it dropped, nobody knows when, and their share of all. */
  dropped: number;
  droppedShare: number;
}

/** Captures of one incident lose alike: so many packets of a tap's own outweigh what the others tell of it. */
const OWN_WEIGHT = 100;
/** Chances of a loss up to which a capture point that does not hold a packet shows that it did not pass. */
const HARDLY_ANY = 0.0002;
const FEW = 0.001;
/** Packets of which none was lost, before that is taken for a rule. */
const ENOUGH = 50;
const SOME = 12;
/** Packets of a path by which its usual transit is measured. */
const TRANSITS = 256;
/** Losses come in bursts. Nanos. */
const BURST = 100e6;

export class MeasuredCompleteness implements Completeness {
  readonly #context: Context;
  #records: readonly Recorded[] | null = null;
  #pool = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  get records(): readonly Recorded[] {
    if (this.#records === null) {
      this.#records = count(this.#context);
      const sum = (of: (r: Recorded) => number): number => (this.#records ?? []).reduce((n, r) => n + of(r), 0);
      this.#pool =
        sum((r) => r.missed) /
        Math.max(
          1,
          sum((r) => r.passed),
        );
    }
    return this.#records;
  }

  absence(tap: number, times: readonly number[]): Confidence {
    const record = this.records[tap];
    const apart = times.filter((t) => !isInBurst(record, t)).length;
    if (apart === 0) return 'possible';
    // What was dropped may have been just these.
    const stated = apart <= record.dropped ? unplaced(record) : 'certain';
    return weaker(stated, this.#absence(record, apart));
  }

  #absence(record: Recorded, apart: number): Confidence {
    const lost = (record.missed + OWN_WEIGHT * this.#pool) / (record.passed + OWN_WEIGHT);
    if (apart > 1) return graded(Math.max(lost, 1 / (record.passed + 1)) ** apart);
    return record.passed >= ENOUGH ? graded(lost) : lost <= FEW && record.passed >= SOME ? 'likely' : 'possible';
  }

  presence(tap: number, time: number): Confidence {
    const record = this.records[tap];
    if (isInBurst(record, time)) return 'possible';
    return weaker(unplaced(record), record.missed === 0 ? 'certain' : graded(record.missed / record.passed));
  }

  isLossy(tap: number): boolean {
    return this.areLossy([tap]);
  }

  areLossy(taps: readonly number[]): boolean {
    let [missed, missedReplies, passed] = [0, 0, 0];
    for (const tap of new Set(taps)) {
      const record = this.records[tap];
      if (record.droppedShare > FEW) return true;
      missed += record.missed;
      missedReplies += record.missedReplies;
      passed += record.passed;
    }
    return Math.min(missedReplies, missed - missedReplies) > (passed * FEW) / 2;
  }
}

/** Drops come in bursts: few among many packets can still be several in a row. */
const unplaced = ({ dropped, droppedShare }: Recorded): Confidence =>
  dropped === 0 ? 'certain' : droppedShare <= HARDLY_ANY ? 'likely' : 'possible';

const graded = (lost: number): Confidence => (lost <= HARDLY_ANY ? 'certain' : lost <= FEW ? 'likely' : 'possible');

function isInBurst({ times }: Recorded, time: number): boolean {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= time - BURST) low = middle + 1;
    else high = middle;
  }
  return low < times.length && times[low] < time + BURST;
}

function count(context: Context): Recorded[] {
  const records = context.workspace.taps.map(
    (): Recorded => ({
      passed: 0,
      missed: 0,
      missedReplies: 0,
      times: [],
      dropped: 0,
      droppedShare: 0,
    }),
  );
  for (let path = 0; path < context.drafts.length; path++) countPath(context, path, records);
  context.workspace.flows.forEach(({ connections, segments }, tap) => {
    const { flags, length } = connections;
    let unseen = 0;
    for (let c = 0; c < length; c++) {
      if ((flags[c] & UNSEEN_ACKED) === 0) continue;
      for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++)
        if ((segments.marks[segments.rows[i]] & ACKED_UNSEEN) !== 0) unseen++;
    }
    const record = records[tap];
    record.passed = Math.max(record.passed, unseen);
    record.missed = Math.max(record.missed, unseen);
  });
  for (const [t, tap] of context.workspace.taps.entries()) countStated(tap, records[t], (own) => context.referenceOf(t, own));
  for (const { times } of records) times.sort((a, b) => a - b);
  return records;
}

/** What the files say of themselves: some packets were lost before a record, others at no stated time. */
function countStated({ files, packets }: Tap, record: Recorded, referenceOf: (own: number) => number): void {
  let placed = 0;
  for (const { time, packets: lost } of files.flatMap((f) => f.losses ?? [])) {
    placed += lost;
    record.times.push(referenceOf(time));
  }
  record.dropped = Math.max(
    0,
    files.reduce((sum, f) => sum + (f.dropped ?? 0), -placed),
  );
  record.droppedShare = record.dropped / Math.max(1, record.dropped + packets.length);
}

function countPath(context: Context, path: number, records: readonly Recorded[]): void {
  const { groups, drafts, legs, tapOfPoint } = context;
  const { stops } = drafts[path];
  const n = stops.length;
  if (groups.whole[path] === 1 || n === 1) {
    for (let k = 0; k < n; k++) {
      const { point, main } = stops[k];
      for (let m = 0; m < main.length; m++) records[tapOfPoint[point]].passed += rowCountOfLeg(legs, main[m].leg);
    }
    return;
  }
  const taps = stops.map((s) => tapOfPoint[s.point]);
  // Of a packet that was seen several times in one capture, one time may be wanting without any loss.
  const isAsked = stops.map(
    ({ point, main }) => main.length > 0 && !(legs.points[point].isPart && legs.points[point].encapsulations === null),
  );
  let everywhere = 0;
  let inFlight = -1;
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
    if ((groups.flags[g] & G_RANGE) !== 0) continue;
    const at = groups.sightOf(path, g, n);
    let times = 0;
    for (let k = 0; k < n; k++) if (groups.sight[at + k] !== 0) times++;
    // Most are seen everywhere.
    if (times === n) {
      everywhere++;
      continue;
    }
    const reply = (groups.flags[g] & G_REPLY) !== 0;
    const seen = stops.flatMap((_, k) => (groups.sight[at + k] !== 0 ? [k] : []));
    if (seen.length === 0 || seen.some((k) => isAstray(context, stops[k], groups.sight[at + k] - 1))) continue;
    // What was seen on both sides passed in between; and it was sent, unless it is a RST, which anybody may have made.
    const isMade = (groups.kind[g] & RST) !== 0;
    const [first, last] = [seen[0], seen[seen.length - 1]];
    const [from, to] = isMade ? [first, last] : reply ? [first, n - 1] : [0, last];
    const time = context.timeOf(taps[seen[0]], groups.sight[at + seen[0]] - 1);
    // What was under way when a capture began or ended need not be in it.
    if (inFlight < 0) inFlight = 2 * usualTransit(context, path);
    const lacking: number[] = [];
    for (let k = from; k <= to; k++) {
      if (!isAsked[k]) continue;
      if (groups.sight[at + k] !== 0) records[taps[k]].passed++;
      else if (
        isDue(context, path, k, seen) &&
        time - inFlight > context.capturedFrom[taps[k]] &&
        time + inFlight < context.capturedUntil[taps[k]]
      )
        lacking.push(taps[k]);
    }
    // What several captures in a row lack hardly got lost in each of them: it took another way.
    if (lacking.length !== 1) continue;
    const record = records[lacking[0]];
    record.passed++;
    record.missed++;
    if (reply) record.missedReplies++;
    record.times.push(time);
  }
  for (let k = 0; k < n; k++) if (isAsked[k]) records[taps[k]].passed += everywhere;
}

/** Median of how long packets take between the first and the last of a path's stops that saw them. Nanos. */
function usualTransit({ groups, drafts, tapOfPoint, timeOf }: Context, path: number): number {
  const { stops } = drafts[path];
  const transits: number[] = [];
  const step = Math.max(1, Math.floor((groups.pathStart[path + 1] - groups.pathStart[path]) / TRANSITS));
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g += step) {
    if ((groups.flags[g] & G_RANGE) !== 0) continue;
    const at = groups.sightOf(path, g, stops.length);
    let [first, last] = [Infinity, -Infinity];
    for (let k = 0; k < stops.length; k++) {
      if (groups.sight[at + k] === 0) continue;
      const time = timeOf(tapOfPoint[stops[k].point], groups.sight[at + k] - 1);
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
    if (last > first) transits.push(last - first);
  }
  transits.sort((a, b) => a - b);
  return transits[transits.length >> 1] ?? 0;
}

function isAstray({ workspace, legs }: Context, stop: Stop, row: number): boolean {
  if (stop.strays.length === 0) return false;
  const { connection } = workspace.flows[legs.points[stop.point].tap].segments;
  const leg = legOfRow(legs, connection, stop, row);
  return leg === undefined || stop.strays.includes(leg);
}

/** Stops on one side of the NAT that see another tuple of the path (another server) need not see it. */
function isDue({ drafts, roles, legs }: Context, path: number, k: number, seen: readonly number[]): boolean {
  const { stops } = drafts[path];
  const { side } = roles[path];
  const own = endsOf(legs, stops[k].main[0]);
  return seen.every((s) => {
    const [main] = stops[s].main;
    if (side[s] !== side[k] || main === undefined) return true;
    const ends = endsOf(legs, main);
    return ends.client === own.client && ends.server === own.server;
  });
}
