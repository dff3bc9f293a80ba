// The window that single packets were judged against: the run again, with an eye on the journeys asked for.
import { sentencesOf } from '../conntrack/messages.ts';
import { FITS, type Judgement, type Outcome } from '../conntrack/outcome.ts';
import { SWITCHES } from '../conntrack/profiles.ts';
import { STATE_NAMES } from '../conntrack/states.ts';
import { ackWindow, boundOf } from '../conntrack/window.ts';
import type { Correlation, Workspace } from '../model/correlation.ts';
import { type Direction, type JourneyId, journeyId } from '../model/units.ts';
import { type PathReplay, type Profile, type TrackerSettings, V_IGNORED, type WindowJudgement } from '../model/verdict.ts';
import { workOfPath } from './replayPaths.ts';
import { run } from './run.ts';

const CONDITIONS = [null, 'I', 'II', 'III', 'IV'] as const;

/** @returns one judgement per journey that reached the node; under the replay's profile and settings unless others are given */
export function judgeJourneys(
  workspace: Workspace,
  correlation: Correlation,
  replay: PathReplay,
  journeys: ReadonlySet<JourneyId>,
  other: { readonly profile?: Profile; readonly settings?: TrackerSettings } = {},
): ReadonlyMap<JourneyId, WindowJudgement> {
  const found = new Map<JourneyId, WindowJudgement>();
  const work = workOfPath(workspace, correlation, replay.path);
  if (work === null) return found;
  const profile = other.profile ?? replay.verdicts.profile;
  const settings = other.settings ?? replay.verdicts.settings;
  const { arrivals: a } = work;
  const order = work.orders[replay.verdicts.orderIndex];
  run(a, order, workspace, profile, settings, (at, out) => {
    const id = journeyId(a.journey[at]);
    if (journeys.has(id)) found.set(id, judgementOf(id, a.direction[at] as Direction, out, profile, settings));
    return found.size === journeys.size;
  });
  return found;
}

function judgementOf(journey: JourneyId, direction: Direction, out: Outcome, profile: Profile, settings: TrackerSettings): WindowJudgement {
  const j = out.judgement;
  const broken = j.broken;
  return {
    journey,
    profile,
    settings,
    direction,
    state: STATE_NAMES[j.state],
    seq: j.seq,
    end: j.end,
    ack: j.ack,
    sender: { end: j.senderEnd, maxend: j.senderMaxend, maxwin: j.senderMaxwin, scale: j.senderScale },
    receiver: { end: j.receiverEnd, maxend: j.receiverMaxend, maxwin: j.receiverMaxwin, scale: j.receiverScale },
    bounds: {
      seqUpper: (j.senderMaxend + 1) >>> 0,
      seqLower: (j.senderEnd - j.receiverMaxwin - 1) >>> 0,
      ackUpper: (j.receiverEnd + 1) >>> 0,
      ackLower: (j.receiverEnd - ackWindow(j.senderMaxwin) - 1) >>> 0,
    },
    broken: CONDITIONS[broken],
    by: broken === FITS ? 0 : beyond(j),
    verdict: out.isIgnored ? V_IGNORED : out.verdict,
    isDecisive: j.isDecisive,
    hasRecords: j.hasRecords,
    log: sentencesOf(out, SWITCHES[profile])[0] ?? null,
  };
}

/** Octets from the bound to the number that broke it. */
function beyond(j: Judgement): number {
  const bound = boundOf(j, j.broken);
  const number = j.broken === 1 ? j.seq : j.broken === 2 ? j.end : j.ack;
  return Math.abs((number - bound) | 0);
}

/** What the report says of one leak. */
export interface LeakVerdict {
  readonly journey: JourneyId;
  readonly judgement: WindowJudgement | null;
  /** `INVALID`, `NEW` (picked up in the reply direction), `ESTABLISHED`; null where it did not pass the node, or the replay contradicts. */
  readonly verdict: 'INVALID' | 'NEW' | 'ESTABLISHED' | null;
  /** The kernel's own sentence, or what the kernel would have no sentence for. */
  readonly reason: string | null;
  /** Octets below the lower bound of the window; null where another rule decided. */
  readonly bytesBelowWindow: number | null;
}

const VERDICT_NAMES = [null, 'NEW', 'ESTABLISHED', 'ESTABLISHED', 'INVALID', 'INVALID'] as const;

/** Verdict, reason and window of every leak of one path. */
export function judgeLeaks(workspace: Workspace, correlation: Correlation, replay: PathReplay): readonly LeakVerdict[] {
  const leaks = correlation.leaks.filter((leak) => leak.path === replay.path);
  const judgements = judgeJourneys(workspace, correlation, replay, new Set(leaks.map((leak) => leak.journey)));
  const first = correlation.journeysOf(replay.path).pathStart[replay.path];
  const disagreeing = new Set(replay.verdicts.agreement.disagreeing);
  return leaks.map(({ journey }) => {
    const at = journey - first;
    const { verdict, reason, reasons, arrived } = replay.verdicts;
    const judgement = judgements.get(journey) ?? null;
    const hasArrived = arrived[at] === 1;
    // A leak that the model would have translated: the node knew less, or other things, than the capture points show.
    const isKnown = hasArrived && !disagreeing.has(journey);
    return {
      journey,
      judgement,
      verdict: isKnown ? VERDICT_NAMES[verdict[at]] : null,
      reason: isKnown ? (judgement?.log ?? (reasons[reason[at]] || null)) : null,
      bytesBelowWindow: isKnown && judgement?.broken === 'II' && judgement.isDecisive ? judgement.by : null,
    };
  });
}

/** The same of every leak of a session, by journey. */
export function judgeAllLeaks(
  workspace: Workspace,
  correlation: Correlation,
  replays: readonly (PathReplay | null)[],
): ReadonlyMap<JourneyId, LeakVerdict> {
  const found = new Map<JourneyId, LeakVerdict>();
  for (const path of new Set(correlation.leaks.map((leak) => leak.path))) {
    const replay = replays[path];
    if (replay) for (const leak of judgeLeaks(workspace, correlation, replay)) found.set(leak.journey, leak);
  }
  return found;
}
