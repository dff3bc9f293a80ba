// The findings in the words of one language, with the packets they name as jumps.
import { nameLookup } from '../engine/diagnose/names.ts';
import type { NameLookup } from '../engine/diagnose/wording/format.ts';
import { gapOf, narrator, renderSentence } from '../engine/diagnose/wording/render.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import { frameOf, type Tap } from '../engine/model/capture.ts';
import type { Evidence, Finding, Sentence } from '../engine/model/finding.ts';
import type { PacketRef } from '../engine/model/units.ts';
import { countTcp } from './analyze.ts';
import type { Language, PacketMention, RichText, Verdict, VerdictFinding, VerdictStep } from './api.ts';
import type { Session } from './session.ts';

/** Findings and packets beyond these are counted, not listed: the page shows what a person reads. */
const MOST_FINDINGS = 200;
const MOST_MENTIONS = 12;

interface Words {
  readonly analysis: Analysis;
  readonly language: Language;
  readonly names: NameLookup;
}

export function verdict(session: Session, language: Language): Verdict | null {
  const { analysis } = session;
  if (!analysis) return null;
  const words: Words = { analysis, language, names: nameLookup(analysis) };
  const { diagnosis, correlation, workspace } = analysis;
  const say = (s: Sentence): string => renderSentence(s, language, words.names);
  const tcp = workspace.taps.reduce((sum, tap) => sum + countTcp(tap), 0);
  const files = workspace.taps.flatMap((tap) => tap.files);
  return {
    outcome: tcp === 0 ? 'noTcp' : diagnosis.verdict.kind,
    says: [diagnosis.verdict.says.map(narrator(language, words.names)).join(gapOf(language))],
    findings: diagnosis.findings.slice(0, MOST_FINDINGS).map((f, i) => renderFinding(f, i, words)),
    undecided: diagnosis.undecided.map((u) => ({ kind: u.kind, missing: say(u.missing) })),
    captureNext: diagnosis.captureNext.map((c) => ({ where: say(c.where), command: c.command, decides: say(c.decides) })),
    contradictions: diagnosis.contradictions.map(say),
    lookedAt: {
      paths: correlation.paths.length,
      packets: workspace.taps.reduce((sum, tap) => sum + tap.packets.length, 0),
      tcp,
      udp: files.reduce((sum, f) => sum + f.udp, 0),
      icmp: files.reduce((sum, f) => sum + f.icmp, 0),
      other: files.reduce((sum, f) => sum + f.other, 0),
      resets: correlation.resets.length,
      leaks: correlation.leaks.length,
    },
  };
}

function renderFinding(finding: Finding, index: number, words: Words): VerdictFinding {
  const { analysis, language, names } = words;
  const say = (s: Sentence): string => renderSentence(s, language, names);
  const mentionOf = (packet: PacketRef): PacketMention => ({ packet, label: labelOf(analysis.workspace.taps, packet) });
  const step = (says: string, packets: readonly PacketRef[]): VerdictStep => {
    const mentions = packets.slice(0, MOST_MENTIONS).map(mentionOf);
    return { says: withJumps(says, mentions), packets: mentions };
  };
  const evidence = (e: Evidence): VerdictStep => step(say(e.says), [e.packet]);
  const narrate = narrator(language, names);
  const mentions = finding.evidence.map((e) => mentionOf(e.packet));
  const taps = new Set(finding.evidence.map((e) => analysis.workspace.taps[e.packet.tap]?.name ?? ''));
  return {
    index,
    kind: finding.kind,
    severity: finding.severity,
    confidence: finding.confidence,
    path: finding.path,
    title: say(finding.title),
    summary: withJumps(finding.summary.map(narrate).join(gapOf(language)), mentions),
    seenAt: [...taps],
    evidence: finding.evidence.slice(0, MOST_MENTIONS).map(evidence),
    against: finding.against.slice(0, MOST_MENTIONS).map(evidence),
    chain: finding.chain.map((c) => step(narrate(c.says), c.packets)),
    rivals: finding.rivals.map((r) => ({
      kind: r.kind,
      title: renderSentence({ id: `title.${r.kind}`, values: {} }, language),
      because: say(r.because),
    })),
    remedies: finding.remedies.map((r) => ({ id: r.id, says: say(r.says), caveats: r.caveats.map(say), whatIf: r.whatIf })),
    paths: finding.paths,
    blast: finding.blast,
  };
}

/** Cuts the packets' names out of a sentence, so that the page can make them jumps. */
function withJumps(text: string, mentions: readonly PacketMention[]): RichText {
  let parts: (string | PacketMention)[] = [text];
  for (const mention of mentions) {
    if (mention.label === '') continue;
    parts = parts.flatMap((part) => {
      if (typeof part !== 'string') return [part];
      const at = findLabel(part, mention.label);
      return at < 0 ? [part] : [part.slice(0, at), mention, part.slice(at + mention.label.length)].filter((p) => p !== '');
    });
  }
  return parts;
}

/** `pilot #14` is not in `pilot #149`. */
function findLabel(text: string, label: string): number {
  for (let at = text.indexOf(label); at >= 0; at = text.indexOf(label, at + 1)) {
    if (!/\d/.test(text.charAt(at + label.length))) return at;
  }
  return -1;
}

/** `pilot #1490` */
export function labelOf(taps: readonly Tap[], packet: PacketRef): string {
  const tap = taps[packet.tap];
  return tap ? `${tap.name} #${frameOf(tap, packet.row).frame}` : '';
}
