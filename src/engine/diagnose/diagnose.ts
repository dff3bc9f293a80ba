// Runs every rule over every path that something happened to, and makes one answer of it: ranked findings, each once, with its rivals and its reach.
import { type ContextFacts, NO_CONTEXT } from '../model/context.ts';
import type { Correlation, Path, Workspace } from '../model/correlation.ts';
import type { Diagnosis, Finding, Sentence, Undecided, VerdictText } from '../model/finding.ts';
import type { PacketRef, PathId } from '../model/units.ts';
import type { PathReplay } from '../model/verdict.ts';
import { blastOf } from './blast.ts';
import { captureNextOf } from './captureNext.ts';
import { loggedSteps, withContext } from './contextEvidence.ts';
import { contradictionsOf } from './contradictions.ts';
import { handshakeOf, wasEstablished } from './handshake.ts';
import { type Match, mainCases, rank } from './rank.ts';
import { RULES } from './registry.ts';
import { remedyOf } from './remedies.ts';
import { rivalsOf } from './rivals.ts';
import type { Rule } from './rule.ts';
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
  const harmed: { readonly path: Path; readonly missing: readonly Missing[] }[] = [];
  for (const path of correlation.paths) {
    if (!isSuspicious(scene, path)) continue;
    const view = scene.view(path);
    const mine: Match[] = [];
    const missing: Missing[] = [];
    for (const rule of RULES) {
      const judgement = rule.judge(view, scene);
      if (judgement.kind === 'found') mine.push({ rule, view, case: judgement.case });
      else if (judgement.kind === 'undecided') missing.push({ rule, path: path.id, missing: judgement.missing });
    }
    const kept = mainCases(mine);
    matches.push(...kept);
    const explained = kept.some((m) => m.case.severity === 'critical') || (view.death !== null && kept.length > 0);
    if (!explained && isHarmed(scene, path)) harmed.push({ path, missing });
  }
  const told = toldPackets(matches);
  const unexplained = harmed.filter(({ path }) => !scene.view(path).death?.reset.packets.some((p) => told.has(keyOf(p))));
  const findings = rank(matches).map((group) => toFinding(scene, group));
  return {
    verdict: verdictOf(scene, findings, unexplained.length),
    findings,
    undecided: undecidedOf(unexplained.flatMap((u) => u.missing)),
    captureNext: captureNextOf(
      scene,
      findings,
      unexplained.map((u) => u.path),
    ),
    contradictions: contradictionsOf(scene, findings),
  };
}

/** Did anything happen to a path that a rule might explain? The quiet majority is not looked at. */
function isSuspicious(scene: Scene, path: Path): boolean {
  if (path.resets > 0 || path.strays.length > 0 || scene.leaksOf(path).length > 0 || scene.resetsOf(path).length > 0) return true;
  if (path.retransmissions >= 2 || path.lastTime - path.firstTime > (statedLifetime(scene) ?? Number.POSITIVE_INFINITY)) return true;
  const h = handshakeOf(scene.view(path));
  return h.syns.length > 1 || h.synAcks.length > 1 || (h.syns.length > 0 && h.synAcks.length === 0) || h.fin[1] !== null;
}

const keyOf = (ref: PacketRef): number => ref.tap * 2 ** 40 + ref.row;

/** Every packet that a finding tells of: the RST that ended one path may be explained by what another did (a reused port). */
function toldPackets(matches: readonly Match[]): ReadonlySet<number> {
  const told = new Set<number>();
  for (const { case: c } of matches) {
    for (const e of c.evidence) told.add(keyOf(e.packet));
    for (const s of c.chain) for (const p of s.packets) told.add(keyOf(p));
  }
  return told;
}

/** Ended by a RST that its ends did not want, stalled to its end, or never come about although tried again. */
function isHarmed(scene: Scene, path: Path): boolean {
  const view = scene.view(path);
  if (view.death !== null) return wasEstablished(view);
  const { syns, synAcks, refusal } = handshakeOf(view);
  if (syns.length > 1 && synAcks.length === 0 && refusal === null) return true;
  const stall = fatalStall(view);
  return stall !== null && carriesData(view, stall);
}

/** Steps that no packet shows, and that the chain would not be understood without. */
const UNSEEN: ReadonlySet<string> = new Set(['step.removed', 'step.serverUnaware', 'step.lostState', 'step.addressReused', 'step.noIcmp']);

function toFinding(scene: Scene, group: readonly [Match, ...Match[]]): Finding {
  const [{ rule, view, case: c }] = group;
  return {
    kind: rule.slug,
    rule: SLUGS[rule.slug],
    severity: c.severity,
    confidence: c.confidence,
    path: view.path.id,
    title: c.title ?? titleOf(rule),
    summary: c.summary,
    evidence: withContext(scene, group[0]),
    against: c.against ?? [],
    chain: [...c.chain.filter((s) => s.packets.length > 0 || UNSEEN.has(s.says.id)), ...loggedSteps(scene, group[0])],
    rivals: rivalsOf(rule, view, scene),
    remedies: c.remedies.map(remedyOf),
    paths: group.map((m) => m.view.path.id),
    blast: blastOf(scene, group),
  };
}

const titleOf = (rule: Rule): Sentence => {
  const id: Extract<SentenceId, `title.${string}`> = `title.${rule.slug}`;
  return say(id);
};

/** One line per rule and what it misses: the same capture point is asked for once. */
function undecidedOf(open: readonly Missing[]): Undecided[] {
  const seen = new Set<string>();
  const list: Undecided[] = [];
  for (const { rule, path, missing } of open) {
    const key = `${rule.slug} ${missing.id}`;
    if (seen.has(key)) continue;
    seen.add(key);
    list.push({ kind: rule.slug, rule: SLUGS[rule.slug], path, missing });
  }
  return list;
}

function verdictOf(scene: Scene, findings: readonly Finding[], unexplained: number): VerdictText {
  const [first] = findings;
  const scope = say('verdict.scope', { n: scene.correlation.paths.length, taps: scene.workspace.taps.length });
  if (first?.severity === 'critical') return { kind: 'incident', says: summaryOf(first) };
  if (unexplained > 0) return { kind: 'undecided', says: [say('verdict.undecided', { n: unexplained }), say('verdict.more')] };
  if (first && first.severity === 'warning') return { kind: 'harmless', says: summaryOf(first) };
  if (scene.correlation.paths.length === 0) return { kind: 'nothing', says: [say('verdict.noTcp')] };
  return { kind: 'nothing', says: [say('verdict.nothing'), scope] };
}

const summaryOf = (finding: Finding): readonly [Sentence, ...Sentence[]] => [
  finding.summary[0] ?? finding.title,
  ...finding.summary.slice(1, 2),
];
