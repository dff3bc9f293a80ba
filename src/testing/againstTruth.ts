// What an analysis claims, held against what a recording's truth says happened: whatever is called certain or likely must be so.
import type { Analysis } from '../engine/model/analysis.ts';
import type { Confidence } from '../engine/model/correlation.ts';
import type { PacketRef } from '../engine/model/units.ts';

interface Sighting {
  readonly file: string;
  readonly frame: number;
  readonly role: string;
}

/** The part of `truth.json` that is compared. */
export interface RecordedTruth {
  readonly expected: { readonly verdict: string };
  readonly leaked_packets: readonly { readonly sightings: readonly Sighting[] }[];
  readonly resets: readonly {
    readonly id: string;
    readonly originator: 'envoy' | 'pilot' | 'node' | 'wire';
    readonly effect?: string;
    readonly sightings: readonly Sighting[];
  }[];
}

const ORIGIN = { envoy: 'client', pilot: 'server', node: 'node', wire: 'middlebox' };
const isSure = (confidence: Confidence): boolean => confidence !== 'possible';
export const originOf = ({ file, frame }: { readonly file: string; readonly frame: number }): string => `${file}#${frame}`;

/**
 * @param origin of a packet: the record that it was recorded as
 * @param expected kinds of findings that the whole recording gives
 * @returns one sentence for each thing that is claimed and not so
 */
export function untrueClaims(
  { correlation, diagnosis }: Analysis,
  truth: RecordedTruth,
  origin: (packet: PacketRef) => string,
  expected: ReadonlySet<string>,
): string[] {
  const wrong: string[] = [];
  for (const { kind, severity, confidence } of diagnosis.findings)
    if (severity !== 'info' && isSure(confidence) && !expected.has(kind)) wrong.push(`finding ${kind}, ${confidence}`);
  const leaked = new Set(truth.leaked_packets.flatMap((l) => l.sightings.filter((s) => s.role === 'leaked').map(originOf)));
  for (const { packets, kind } of correlation.leaks)
    if (!packets.some((p) => leaked.has(origin(p)))) wrong.push(`leak of ${kind} at ${packets.map(origin).join()}`);
  const resets = new Map(truth.resets.flatMap((r) => r.sightings.map((s) => [originOf(s), r])));
  for (const { packets, origin: by, effect, confidence } of correlation.resets) {
    const was = packets.map((p) => resets.get(origin(p))).find((r) => r !== undefined);
    if (was === undefined || !isSure(confidence)) continue;
    if (by !== 'unknown' && by !== ORIGIN[was.originator]) wrong.push(`RST ${was.id} by ${by}, ${confidence}`);
    const did = /^kills/.test(was.effect ?? '') ? 'kills' : 'ignored';
    if (was.effect !== undefined && effect !== did) wrong.push(`RST ${was.id} ${effect}, ${confidence}`);
  }
  return wrong;
}
