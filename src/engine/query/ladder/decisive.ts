// Which packets a ladder tells in full: handshake, leaks with their twins, RSTs with their causes, the findings' evidence, the end.
import type { Analysis } from '../../model/analysis.ts';
import type { LadderReason } from '../../model/ladder.ts';
import { ACK, FIN, RST, SYN } from '../../model/packetTable.ts';
import { type JourneyId, journeyId, ORIGINAL, type PacketRef, type PathId, seqBefore } from '../../model/units.ts';
import { journeysOf, packetKey } from './order.ts';
import type { Known } from './packets.ts';
import type { Predictions } from './predictions.ts';

/** So many rows tell an incident on one screen; what is beyond stays in folds, which say what is in them. */
const MAX_DECISIVE = 26;

/** Lower goes first when there are too many. Repetition costs: the tenth RST of a burst tells less than the first ACK. */
const WEIGHT: Readonly<Record<LadderReason, number>> = {
  leak: 0,
  reset: 2,
  cause: 4,
  original: 4,
  twin: 5,
  handshake: 6,
  evidence: 7,
  end: 9,
  context: 12,
  ordinary: 99,
};
/** From the n-th of its kind on, each weighs more. */
const FREE: Readonly<Record<LadderReason, number>> = {
  leak: 3,
  reset: 3,
  cause: 4,
  original: 3,
  twin: 3,
  handshake: 6,
  evidence: 8,
  end: 4,
  context: 3,
  ordinary: 0,
};
const REPETITION = 3;
/** What weighs more is left to the folds even when there is room. */
const HEAVIEST = 12;

export interface Decisive {
  readonly reasons: ReadonlyMap<JourneyId, LadderReason>;
  readonly known: Known;
  /** Journeys of each finding's evidence and chain, by index in the findings. */
  readonly findings: ReadonlyMap<number, readonly JourneyId[]>;
  /** Journeys of cause packets by the journey of the RST they caused. */
  readonly causes: ReadonlyMap<JourneyId, JourneyId>;
}

export function decisiveOf(analysis: Analysis, paths: readonly PathId[], predictions: Predictions | null = null): Decisive {
  const { correlation, diagnosis } = analysis;
  const leaks = correlation.leaks.filter((l) => paths.includes(l.path));
  const resets = correlation.resets.filter((r) => r.path !== null && r.journey !== null && paths.includes(r.path));
  const findings = diagnosis.findings
    .map((f, at) => ({ f, at }))
    .filter(({ f }) => f.path === null || paths.includes(f.path) || f.paths.some((p) => paths.includes(p)));
  const packetsOf = (f: (typeof findings)[number]['f']): PacketRef[] => [
    ...f.evidence.map((e) => e.packet),
    ...f.chain.flatMap((c) => c.packets),
  ];
  const lookUp = journeysOf(analysis, paths, [
    ...leaks.flatMap((l) => [...(l.twin ? [l.twin] : []), ...(l.sentAs ? [l.sentAs] : [])]),
    ...resets.flatMap((r) => (r.cause.packet ? [r.cause.packet] : [])),
    ...findings.flatMap(({ f }) => packetsOf(f)),
  ]);
  const journeyAt = (p: PacketRef | null): JourneyId | null => (p ? (lookUp.get(packetKey(p)) ?? null) : null);

  const ranked = new Map<JourneyId, { reason: LadderReason; rank: number }>();
  const seen = new Map<LadderReason, number>();
  const add = (j: JourneyId | null, reason: LadderReason, extra = 0): void => {
    if (j === null) return;
    const before = seen.get(reason) ?? 0;
    const rank = WEIGHT[reason] + extra + Math.max(0, before - FREE[reason] + 1) * REPETITION;
    const old = ranked.get(j);
    if (old && old.rank <= rank) return;
    seen.set(reason, before + 1);
    // What it is does not change with why else it matters.
    ranked.set(j, { reason: old && WEIGHT[old.reason] < WEIGHT[reason] ? old.reason : reason, rank });
  };

  const deadly = new Set(resets.filter((r) => r.effect === 'kills').map((r) => journeyAt(r.cause.packet)));
  for (const l of [...leaks].sort((a, b) => Number(deadly.has(b.journey)) - Number(deadly.has(a.journey)))) {
    add(l.journey, 'leak', (l.kind === 'rst' ? 8 : 0) + (deadly.has(l.journey) ? -2 : 0));
    if (l.kind === 'rst') continue;
    add(journeyAt(l.sentAs), 'original');
    add(journeyAt(l.twin), 'twin');
  }
  const causes = new Map<JourneyId, JourneyId>();
  const leaked = new Set(leaks.map((l) => l.journey));
  const judged = new Set([...leaked, ...resets.map((r) => r.journey)]);
  for (const r of [...resets].sort((a, b) => Number(b.effect === 'kills') - Number(a.effect === 'kills'))) {
    // One that leaked was weighed as a leak.
    if (r.effect === 'kills' || !leaked.has(r.journey as JourneyId)) add(r.journey, 'reset', r.effect === 'kills' ? -2 : 5);
    const cause = journeyAt(r.cause.packet);
    if (cause !== null && r.journey !== null && cause !== r.journey) causes.set(r.journey, cause);
    add(cause, 'cause', r.effect === 'kills' ? -1 : 9);
  }
  const byFinding = new Map<number, readonly JourneyId[]>();
  for (const { f, at } of findings) {
    const all = [
      ...new Set(
        packetsOf(f)
          .map(journeyAt)
          .filter((j) => j !== null),
      ),
    ];
    if (all.length > 0) byFinding.set(at, all);
    for (const j of all) if (!judged.has(j)) add(j, 'evidence', at * 2);
  }
  paths.forEach((p, i) => {
    handshakeAndEnd(analysis, p, (j, reason) => add(j, reason, i * 3));
  });
  const told = new Map<string, number>();
  for (const j of predictions?.remarkable ?? []) {
    const kind = predictions?.kindOf(j) ?? 'same';
    const before = told.get(kind) ?? 0;
    told.set(kind, before + 1);
    add(j, 'evidence', before * REPETITION - (kind === 'otherwise' ? 6 : kind === 'not-sent' ? 2 : 4));
  }
  for (const l of leaks.slice(0, 2)) add(ackOf(analysis, journeyAt(l.twin)), 'context');

  const kept = [...ranked]
    .filter(([, { rank }]) => rank <= HEAVIEST)
    .sort((a, b) => a[1].rank - b[1].rank || a[0] - b[0])
    .slice(0, MAX_DECISIVE);
  return {
    reasons: new Map(kept.map(([j, { reason }]) => [j, reason])),
    known: {
      leaks: new Map(leaks.map((leak) => [leak.journey, { leak, twin: journeyAt(leak.twin) }])),
      resets: new Map(resets.flatMap((r) => (r.journey === null ? [] : [[r.journey, r] as const]))),
    },
    findings: byFinding,
    causes,
  };
}

function handshakeAndEnd(analysis: Analysis, path: PathId, add: (j: JourneyId, reason: LadderReason) => void): void {
  const { journeys } = analysis.correlation;
  const [from, to] = [journeys.pathStart[path], journeys.pathEnd[path]];
  let [syn, synAck, acked, fins] = [false, false, false, 0];
  for (let j = from; j < to; j++) {
    const flags = journeys.tcpFlags[j];
    const id = journeyId(j);
    if ((flags & SYN) !== 0) {
      const answer = (flags & ACK) !== 0;
      if (answer ? !synAck : !syn) add(id, 'handshake');
      if (answer) synAck = true;
      else syn = true;
    } else if (synAck && !acked && journeys.direction[j] === ORIGINAL && (flags & (ACK | RST)) === ACK) {
      acked = true;
      add(id, 'handshake');
    }
    if ((flags & FIN) !== 0 && fins < 4) {
      fins++;
      add(id, 'end');
    }
  }
  if (to > from) add(journeyId(to - 1), 'end');
}

/** The first packet the other way that acknowledges all of it. */
function ackOf(analysis: Analysis, of: JourneyId | null): JourneyId | null {
  if (of === null) return null;
  const { journeys } = analysis.correlation;
  const { taps } = analysis.workspace;
  const end = (journeys.seq[of] + journeys.payloadLength[of]) >>> 0;
  const last = journeys.pathEnd[journeys.path[of]];
  for (let j = of + 1; j < Math.min(last, of + 5000); j++) {
    if (journeys.direction[j] === journeys.direction[of] || (journeys.tcpFlags[j] & ACK) === 0) continue;
    const s = journeys.start[j];
    if (!seqBefore(taps[journeys.sightingTap[s]].packets.ack[journeys.sightingRow[s]], end)) return journeyId(j);
  }
  return null;
}
