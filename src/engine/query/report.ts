// The report contract `hopscope/report@1`: Analysis → plain JSON. Fields may be added, never renamed or removed without a new version.
import { joinOf } from '../correlate/reasons.ts';
import { renderSentence } from '../diagnose/wording/render.ts';
import { resetReason } from '../diagnose/wording/resetReasons.ts';
import type { Endpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import { frameOf, type Tap } from '../model/capture.ts';
import type { Handshake, OptionSeen } from '../model/connectionList.ts';
import type { Clock, Leak, Path, Reset, TapPosition } from '../model/correlation.ts';
import type { Finding, Sentence } from '../model/finding.ts';
import { IS_TCP } from '../model/packetTable.ts';
import type { PacketRef } from '../model/units.ts';
import { endingsOf } from './endings.ts';
import { handshakeOf } from './handshake.ts';

export const REPORT_SCHEMA = 'hopscope/report@1';

/** A packet as reports name it: frame counted from 1 in that file. */
export interface ReportPacket {
  readonly file: string;
  readonly frame: number;
}

/** What conntrack thought of a leak: from the replay of its path. */
export interface LeakVerdict {
  readonly bytesBelowWindow: number | null;
  /** `INVALID`, `NEW`, `ESTABLISHED`; null where the packet did not pass the node. */
  readonly verdict: string | null;
  readonly reason: string | null;
}

export interface ReportOptions {
  /** The tracker's opinion of a leak; null where its path was not replayed. */
  readonly leakVerdict: (leak: Leak) => LeakVerdict | null;
  readonly render: (sentence: Sentence) => string;
}

type NamePacket = (ref: PacketRef) => ReportPacket;

/** The whole analysis as the JSON that pipelines read. Shape: `hopscope/report@1`; all values are JSON-safe. */
export function buildReport(analysis: Analysis, options: ReportOptions) {
  const { workspace, correlation, diagnosis } = analysis;
  const { render } = options;
  const packet: NamePacket = (ref) => {
    const { file, frame } = frameOf(workspace.taps[ref.tap] as Tap, ref.row);
    return { file: file.name, frame };
  };
  return {
    schema: REPORT_SCHEMA,
    taps: workspace.taps.map((tap, i) => reportTap(tap, correlation.positions[i] ?? 'unknown', correlation.clocks[i])),
    paths: correlation.paths.map((path) => reportPath(path, analysis)),
    leaks: correlation.leaks.map((leak) => reportLeak(leak, packet, options.leakVerdict(leak))),
    resets: correlation.resets.map((reset) => reportReset(reset, packet)),
    findings: diagnosis.findings.map((finding) => reportFinding(finding, packet, render)),
    verdict: { kind: diagnosis.verdict.kind, says: diagnosis.verdict.says.map(render).join(' ') },
    undecided: diagnosis.undecided.map((u) => ({ kind: u.kind, rule: u.rule, path: u.path, missing: render(u.missing) })),
    captureNext: diagnosis.captureNext.map((c) => ({ where: render(c.where), command: c.command, decides: render(c.decides) })),
    contradictions: diagnosis.contradictions.map(render),
    problems: workspace.taps.flatMap((tap) => tap.files.flatMap((file) => file.problems.map((p) => ({ file: file.name, ...p })))),
  };
}

export type Report = ReturnType<typeof buildReport>;

function reportTap(tap: Tap, position: TapPosition, clock: Clock | undefined) {
  const { packets } = tap;
  let tcp = 0;
  for (let i = 0; i < packets.length; i++) if (packets.flags[i] & IS_TCP) tcp++;
  const at = (index: number): string | null => (packets.length ? formatTime(packets.epoch, packets.time[index]) : null);
  return {
    name: tap.name,
    files: tap.files.map((f) => f.name),
    packets: packets.length,
    tcp,
    first: at(0),
    last: at(packets.length - 1),
    position,
    clock: clock && {
      reference: clock.reference,
      offsetNs: clock.offset,
      // JSON has no Infinity: a clock that nothing bounds has no uncertainty to state.
      uncertaintyNs: Number.isFinite(clock.uncertainty) ? clock.uncertainty : null,
      skewPpm: clock.skewPpm,
      steps: clock.steps,
      violations: clock.violations,
    },
  };
}

function reportPath(path: Path, analysis: Analysis) {
  const { workspace, correlation } = analysis;
  const { taps } = workspace;
  const { close, closedBy, halfOpen } = endingsOf(analysis).of(path.id);
  const translation = (t: Path['dnat']) => t && { from: formatEndpoint(t.from), to: formatEndpoint(t.to) };
  return {
    id: path.id,
    client: formatEndpoint(path.client),
    service: path.service && formatEndpoint(path.service),
    server: formatEndpoint(path.server),
    legs: path.legs.map((leg) => ({
      tap: taps[leg.tap].name,
      client: formatEndpoint(leg.client),
      server: formatEndpoint(leg.server),
      packets: leg.packets,
    })),
    nat: { dnat: translation(path.dnat), snat: translation(path.snat) },
    handshake: reportHandshake(handshakeOf(analysis, path), taps),
    end: { kind: close, by: closedBy, halfOpen },
    ...joinOf(workspace, correlation, path),
  };
}

/** What each end offered, in order of travel: one entry, unless it was changed on the way. */
function reportHandshake({ captured, options }: Handshake, taps: readonly Tap[]) {
  const names = (seen: readonly OptionSeen[]) => seen.map(({ value, taps: at }) => ({ value, taps: at.map((tap) => taps[tap].name) }));
  return { captured, options: options.map(({ option, ends }) => ({ option, client: names(ends[0]), server: names(ends[1]) })) };
}

function reportLeak(leak: Leak, packet: NamePacket, verdict: LeakVerdict | null) {
  return {
    path: leak.path,
    kind: leak.kind,
    packets: leak.packets.map(packet),
    source: formatEndpoint(leak.source),
    destination: formatEndpoint(leak.destination),
    expectedSource: leak.expectedSource && formatEndpoint(leak.expectedSource),
    expectedDestination: leak.expectedDestination && formatEndpoint(leak.expectedDestination),
    seq: leak.seq,
    len: leak.length,
    sentAs: leak.sentAs && packet(leak.sentAs),
    bytesBehind: leak.bytesBehind,
    bytesBelowWindow: verdict?.bytesBelowWindow ?? null,
    heldNs: leak.held,
    verdict: verdict?.verdict ?? null,
    reason: verdict?.reason ?? null,
  };
}

function reportReset(reset: Reset, packet: NamePacket) {
  return {
    path: reset.path,
    packets: reset.packets.map(packet),
    source: formatEndpoint(reset.source),
    destination: formatEndpoint(reset.destination),
    origin: reset.origin,
    cause: { kind: reset.cause.kind, packet: reset.cause.packet && packet(reset.cause.packet) },
    effect: reset.effect,
    confidence: reset.confidence,
    because: reset.because.map((reason) => renderSentence(resetReason(reason), 'en')),
  };
}

function reportFinding(finding: Finding, packet: NamePacket, render: (sentence: Sentence) => string) {
  return {
    kind: finding.kind,
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    path: finding.path,
    paths: finding.paths,
    title: render(finding.title),
    summary: finding.summary.map(render).join(' '),
    evidence: finding.evidence.map((e) => ({ ...packet(e.packet), says: render(e.says) })),
    against: finding.against.map((e) => ({ ...packet(e.packet), says: render(e.says) })),
    chain: finding.chain.map((step) => ({ says: render(step.says), packets: step.packets.map(packet) })),
    remedies: finding.remedies.map((r) => ({ id: r.id, says: render(r.says), caveats: r.caveats.map(render), whatIf: r.whatIf })),
    refuted: finding.rivals.map((r) => ({ kind: r.kind, because: render(r.because) })),
  };
}

/**
 * `10.0.0.1:80`; IPv6 as recorded truth spells it, `fd00::1:80`, without brackets: the port is what follows the last colon.
 * The page and all texts use formatEndpoint, with brackets.
 */
const formatEndpoint = (e: Endpoint): string => `${e.address}:${e.port}`;

/** Seconds since 1970 with nine digits, as text. */
export function formatTime(epoch: bigint, time: number): string {
  const ns = epoch + BigInt(Math.round(time));
  const [sign, abs] = ns < 0n ? ['-', -ns] : ['', ns];
  return `${sign}${abs / 1_000_000_000n}.${String(abs % 1_000_000_000n).padStart(9, '0')}`;
}
