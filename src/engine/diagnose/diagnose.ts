// Runs every rule over every path that something happened to, and makes one answer of it: ranked findings, each once, with its rivals and its reach.
import { weaker } from '../correlate/weaker.ts';
import { type ContextFacts, NO_CONTEXT } from '../model/context.ts';
import type { Correlation, Path, Workspace } from '../model/correlation.ts';
import type { Diagnosis, Finding, Sentence, Undecided, VerdictText } from '../model/finding.ts';
import { SYN } from '../model/packetTable.ts';
import type { PathId } from '../model/units.ts';
import type { PathReplay } from '../model/verdict.ts';
import { blastOf } from './blast.ts';
import { captureNextOf } from './captureNext.ts';
import { loggedSteps, withContext } from './contextEvidence.ts';
import { contradictionsOf } from './contradictions.ts';
import { handshakeOf, wasEstablished } from './handshake.ts';
import { knewItClosed, observationOf } from './observations.ts';
import { isCalm, isLoneReset, isUnanswered } from './outline.ts';
import { PacketSet } from './packetSet.ts';
import type { PathView } from './pathView.ts';
import { type Match, mainCases, rank } from './rank.ts';
import { RULES } from './registry.ts';
import { remedyOf } from './remedies.ts';
import { rivalsOf } from './rivals.ts';
import type { Case, Judgement, Rule } from './rule.ts';
import { leavesUnanswered, mayHaveGone } from './rules/endpointTerminating.ts';
import { statedLifetime } from './rules/rebalancedEntryGone.ts';
import { type ChecksumOf, Scene } from './scene.ts';
import { SLUGS } from './slugs.ts';
import { carriesData, fatalStall } from './stalls.ts';
import { type SentenceId, say } from './wording/render.ts';

/** A rule that could not be decided on a path. */
interface Missing {
  readonly rule: Rule;
  readonly path: PathId;
  readonly missing: Sentence;
}

interface Found extends Match {
  readonly case: Case;
}

/** A path that came to harm for no reason that was found. */
interface Harmed {
  readonly path: Path;
  /** Which rules miss what there, as one text: of many paths that miss the same only the first is asked for the sentences. */
  readonly missing: string;
}

/** Judges an incident. @param checksumOf looks at a packet's bytes, which rules never do; without it A16 can't be decided */
export function diagnose(
  workspace: Workspace,
  correlation: Correlation,
  replays: readonly (PathReplay | null)[],
  facts: ContextFacts = NO_CONTEXT,
  checksumOf: ChecksumOf = () => 'unknown',
): Diagnosis {
  const scene = new Scene(workspace, correlation, replays, facts, checksumOf);
  const matches: Match[] = [];
  const told = new PacketSet(workspace);
  const harmed: Harmed[] = [];
  const longest = statedLifetime(scene) ?? Number.POSITIVE_INFINITY;
  const hasUnanswered = leavesUnanswered(scene);
  for (const path of correlation.paths) {
    if (!isSuspicious(scene, path, longest, hasUnanswered)) continue;
    const view = scene.passing(path);
    const { found, missing } = judge(scene, view);
    const kept = mainCases(found);
    for (const match of kept) {
      tell(told, match.case);
      const { rule, severity, confidence, at } = match;
      matches.push({ rule, path, severity, confidence, at });
    }
    const explained = kept.some((m) => m.severity === 'critical') || (kept.length > 0 && (view.death !== null || !wasEstablished(view)));
    if (!explained && isHarmed(view)) harmed.push({ path, missing: missing.map(keyOf).join() });
  }
  const unexplained = harmed.filter(({ path }) => !scene.view(path).death?.reset.packets.some((p) => told.has(p)));
  const findings = rank(matches).map((group) => toFinding(scene, group));
  return {
    verdict: verdictOf(scene, findings, unexplained.length),
    findings,
    undecided: undecidedOf(scene, unexplained),
    captureNext: captureNextOf(
      scene,
      findings,
      unexplained.map((u) => u.path),
    ),
    contradictions: contradictionsOf(scene, findings),
  };
}

/**
 * Did anything happen to a path that a rule might explain? The quiet majority is not looked at.
 * @param longest a connection may last unseen, Nanos @param hasUnanswered does any server leave somebody unanswered?
 */
function isSuspicious(scene: Scene, path: Path, longest: number, hasUnanswered: boolean): boolean {
  if (path.resets > 0 || path.strays.length > 0 || scene.leaksOf(path).length > 0 || scene.resetsOf(path).length > 0) return true;
  if (path.lastTime - path.firstTime > longest) return true;
  // What is left to be found on a path that took its course: a SYN that nobody answered, or that its server went for good.
  if (isCalm(scene, path)) return hasUnanswered && (isUnanswered(scene, path) || mayHaveGone(path, scene));
  if (path.retransmissions >= 2) return true;
  const h = handshakeOf(scene.passing(path));
  return h.syns.length > 1 || h.synAcks.length > 1 || (h.syns.length > 0 && h.synAcks.length === 0) || h.fin[1] !== null;
}

/** What is left when nothing else was captured is no surer than that all was; and of one end alone nothing is told for sure. */
function asSure(rule: Rule, view: PathView, judgement: Judgement): Judgement {
  if (judgement.kind !== 'found') return judgement;
  const { completeness } = view.scene.correlation;
  const { at } = judgement.case;
  let { confidence } = judgement.case;
  if (rule.isWhatIsLeft === true) for (const leg of view.path.legs) confidence = weaker(confidence, completeness.presence(leg.tap, at));
  if (isOneSided(view)) confidence = 'possible';
  return { kind: 'found', case: { ...judgement.case, confidence } };
}

/** Is nothing of one end captured anywhere but RSTs, although the other's packets acknowledge what it sent? */
function isOneSided(view: PathView): boolean {
  const heard = [false, false];
  let isAnswering = false;
  for (let j = view.from; j < view.to; j++) {
    if (view.isReset(j)) continue;
    heard[view.direction(j)] = true;
    if (heard[0] && heard[1]) return false;
    isAnswering ||= view.hasAck(j) && (view.flags(j) & SYN) === 0;
  }
  return isAnswering;
}

/** What every rule says of a path. */
function judge(scene: Scene, view: PathView): { readonly found: readonly Found[]; readonly missing: readonly Missing[] } {
  const found: Found[] = [];
  const missing: Missing[] = [];
  const isLone = isLoneReset(scene, view.path);
  for (const rule of RULES) {
    if (isLone && rule.findsInLoneReset !== true) continue;
    if (rule.mayFind && !rule.mayFind(view.path, scene)) continue;
    const judgement = asSure(rule, view, rule.judge(view, scene));
    if (judgement.kind === 'found') {
      const { severity, confidence, at } = judgement.case;
      found.push({ rule, path: view.path, severity, confidence, at, case: judgement.case });
    } else if (judgement.kind === 'undecided') missing.push({ rule, path: view.path.id, missing: judgement.missing });
  }
  return { found, missing };
}

/** Every packet that a finding tells of: the RST that ended one path may be explained by what another did (a reused port). */
function tell(told: PacketSet, { evidence, chain }: Case): void {
  for (const e of evidence) told.add(e.packet);
  for (const s of chain) for (const p of s.packets) told.add(p);
}

/** Ended by a RST that its ends did not want, stalled to its end, or never come about although tried again. */
function isHarmed(view: PathView): boolean {
  if (view.death !== null && wasEstablished(view)) return !knewItClosed(view);
  const { syns, synAcks, refusal } = handshakeOf(view);
  if (syns.length > 1 && synAcks.length === 0 && refusal === null) return view.scene.portsScanned(view.path) === null;
  const stall = fatalStall(view);
  return stall !== null && carriesData(view, stall);
}

/** Steps that no packet shows, and that the chain would not be understood without. */
const UNSEEN: ReadonlySet<string> = new Set(['step.removed', 'step.serverUnaware', 'step.lostState', 'step.addressReused', 'step.noIcmp']);

function toFinding(scene: Scene, group: readonly [Match, ...Match[]]): Finding {
  const [match] = group;
  const { rule, path } = match;
  const view = scene.view(path);
  const judgement = asSure(rule, view, rule.judge(view, scene));
  if (judgement.kind !== 'found') throw new Error(`${rule.slug} judges one path in two ways`);
  const { case: c } = judgement;
  return {
    kind: rule.slug,
    rule: SLUGS[rule.slug],
    severity: c.severity,
    confidence: c.confidence,
    path: path.id,
    title: c.title ?? titleOf(rule),
    summary: c.summary,
    evidence: withContext(scene, match, c),
    against: c.against ?? [],
    chain: [...c.chain.filter((s) => s.packets.length > 0 || UNSEEN.has(s.says.id)), ...loggedSteps(scene, match, c)],
    rivals: rivalsOf(rule, view, scene),
    remedies: c.remedies.map(remedyOf),
    paths: group.map((m) => m.path.id),
    blast: blastOf(scene, group),
  };
}

const titleOf = (rule: Rule): Sentence => {
  const id: Extract<SentenceId, `title.${string}`> = `title.${rule.slug}`;
  return say(id);
};

const keyOf = ({ rule, missing }: Missing): string => `${rule.slug} ${missing.id}`;

/** One line per rule and what it misses: the same capture point is asked for once. Paths that miss the same are asked once, too. */
function undecidedOf(scene: Scene, open: readonly Harmed[]): Undecided[] {
  const asked = new Set<string>();
  const seen = new Set<string>();
  const list: Undecided[] = [];
  for (const { path, missing: all } of open) {
    if (asked.has(all)) continue;
    asked.add(all);
    for (const { rule, path: id, missing } of judge(scene, scene.view(path)).missing) {
      const key = keyOf({ rule, path: id, missing });
      if (seen.has(key)) continue;
      seen.add(key);
      list.push({ kind: rule.slug, rule: SLUGS[rule.slug], path: id, missing });
    }
  }
  return list;
}

/** Packets of the shortest exchange that anything can be said of. */
const HANDSHAKE = 3;

function verdictOf(scene: Scene, findings: readonly Finding[], unexplained: number): VerdictText {
  const [first] = findings;
  const scope = say('verdict.scope', { n: scene.correlation.paths.length, taps: scene.workspace.taps.length });
  if (first?.severity === 'critical') return { kind: 'incident', says: summaryOf(first) };
  if (unexplained > 0) return { kind: 'undecided', says: [say('verdict.undecided', { n: unexplained }), say('verdict.more')] };
  if (first && first.severity === 'warning') return { kind: 'harmless', says: summaryOf(first) };
  if (scene.correlation.paths.length === 0) return { kind: 'nothing', says: [say('verdict.noTcp')] };
  const packets = scene.correlation.journeyCount;
  if (packets < HANDSHAKE) return { kind: 'undecided', says: [say('verdict.tooLittle', { n: packets }), scope] };
  return { kind: 'nothing', says: [say('verdict.nothing'), observationOf(scene) ?? scope] };
}

const summaryOf = (finding: Finding): readonly [Sentence, ...Sentence[]] => [
  finding.summary[0] ?? finding.title,
  ...finding.summary.slice(1, 2),
];
