// What an analysis claims, held against what a recording's truth says happened: whatever is called certain or likely must be so.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../engine/model/analysis.ts';
import type { Confidence } from '../engine/model/correlation.ts';
import type { Finding } from '../engine/model/finding.ts';
import type { PacketRef } from '../engine/model/units.ts';
import { originOf } from './knownCaptures.ts';
import { SCENARIOS } from './scenarios.ts';

interface Sighting {
  readonly file: string;
  readonly frame: number;
  readonly role?: string;
}

interface Trigger {
  readonly leak?: string;
  readonly seq?: number | null;
  readonly ack?: number | null;
  readonly len?: number | null;
}

interface LatePacket {
  readonly id?: string;
  readonly sightings: readonly Sighting[];
}

/** The part of `truth.json` that is compared. */
export interface RecordedTruth {
  readonly expected: { readonly verdict: string };
  readonly leaked_packets: readonly LatePacket[];
  /** What did not get through: dropped, or delivered to the node itself. */
  readonly invalid_not_forwarded: readonly LatePacket[];
  readonly resets: readonly {
    readonly id: string;
    readonly originator: 'envoy' | 'pilot' | 'node' | 'wire';
    readonly effect?: string | null;
    /** The packet it answers: one that leaked, or one with these numbers. */
    readonly trigger?: Trigger | null;
    readonly sightings: readonly Sighting[];
  }[];
}

/** Who takes part in a recording, and by which clocks it was taken. */
export interface RecordedScene {
  readonly endpoints: {
    readonly client: { readonly ip: string };
    readonly service: { readonly ip: string; readonly port: number };
    readonly backends: readonly { readonly ip: string }[];
    readonly node: { readonly ip: string };
  };
  readonly captures: readonly { readonly clock: { readonly offset_s: number; readonly drift_ppm: number } }[];
  readonly connections: readonly { readonly client_port: number; readonly client_isn: number; readonly server_isn: number | null }[];
}

interface Verdict {
  readonly first: readonly string[];
  readonly severity: string;
}

const ORIGIN = { envoy: 'client', pilot: 'server', node: 'node', wire: 'middlebox' };
const VERDICTS = '../shared/tools/verdicts.json';
const isSure = (confidence: Confidence): boolean => confidence !== 'possible';

export const recordedTruth = (scenario: string): RecordedTruth & RecordedScene =>
  JSON.parse(readFileSync(join(SCENARIOS, scenario, 'truth.json'), 'utf8'));

/** Does a finding say what the recording's truth says? Where that has no name for it, whether it does not call it as grave. */
export function isExpectedOf({ expected }: RecordedTruth): (finding: Finding) => boolean {
  const verdicts: Readonly<Record<string, Verdict>> = JSON.parse(readFileSync(VERDICTS, 'utf8'));
  const verdict = verdicts[expected.verdict];
  return ({ kind, severity }) =>
    verdict === undefined || verdict.first.includes(kind) || (verdict.first.length === 0 && severity !== verdict.severity);
}

/**
 * @param origin of a packet: the record that it was recorded as
 * @param isExpected is a finding one that the whole recording gives?
 * @returns one sentence for each thing that is claimed and not so: findings, leaks, makers and effects of RSTs, and what is named as provoking them
 */
export function untrueClaims(
  { workspace, correlation, diagnosis }: Analysis,
  truth: RecordedTruth,
  origin: (packet: PacketRef) => string,
  isExpected: (finding: Finding) => boolean,
): string[] {
  const wrong: string[] = [];
  for (const finding of diagnosis.findings) {
    const { kind, severity, confidence } = finding;
    if (severity !== 'info' && isSure(confidence) && !isExpected(finding)) wrong.push(`finding ${kind}, ${severity}, ${confidence}`);
  }
  const leaked = new Set(truth.leaked_packets.flatMap((l) => l.sightings.filter((s) => s.role === 'leaked').map(originOf)));
  for (const { packets, kind } of correlation.leaks)
    if (!packets.some((p) => leaked.has(origin(p)))) wrong.push(`leak of ${kind} at ${packets.map(origin).join()}`);
  const resets = new Map(truth.resets.flatMap((r) => r.sightings.map((s) => [originOf(s), r])));
  const late = [...truth.leaked_packets, ...truth.invalid_not_forwarded];
  for (const { packets, origin: by, effect, cause, confidence } of correlation.resets) {
    const same = new Set(packets.flatMap((p) => resets.get(origin(p)) ?? []));
    const [was] = same;
    // Equal in every number, several may be taken for one: then nothing of one alone is claimed here.
    if (was === undefined || same.size > 1) continue;
    if (!isSure(confidence)) continue;
    if (cause.packet !== null && was.trigger && !isTrigger(cause.packet, was.trigger))
      wrong.push(`RST ${was.id} answers ${origin(cause.packet)}, which it does not, ${confidence}`);
    if (by !== 'unknown' && by !== ORIGIN[was.originator])
      wrong.push(`RST ${was.id} by ${by}, not ${ORIGIN[was.originator]}, ${confidence}`);
    const did = was.effect?.startsWith('kills') ? 'kills' : 'ignored';
    if (typeof was.effect === 'string' && effect !== did) wrong.push(`RST ${was.id} ${effect}, not ${did}, ${confidence}`);
  }
  return wrong;

  /** Is it the one that leaked, or has it the numbers of the one it was? */
  function isTrigger(packet: PacketRef, { leak, seq, ack, len }: Trigger): boolean {
    if (leak !== undefined) {
      const seen = late.filter(({ id }) => id === leak).flatMap(({ sightings }) => sightings);
      return seen.some((s) => s.role !== 'retransmission' && originOf(s) === origin(packet));
    }
    const table = workspace.taps[packet.tap]?.packets;
    const is = (column: Uint32Array | undefined, number: number | null | undefined): boolean =>
      number == null || column?.[packet.row] === number;
    return is(table?.seq, seq) && is(table?.ack, ack) && is(table?.payloadLength, len);
  }
}
