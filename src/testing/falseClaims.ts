// What an analysis says for certain or as likely, against what the kernels of a scenario did.
import { readFileSync } from 'node:fs';
import type { Analysis } from '../engine/model/analysis.ts';
import { frameOf } from '../engine/model/capture.ts';
import type { ResetOrigin } from '../engine/model/correlation.ts';
import type { PacketRef } from '../engine/model/units.ts';
import { SCENARIOS } from './scenarios.ts';
import type { PointCapture } from './sufferings.ts';

interface Sighting {
  readonly file: string;
  readonly frame: number;
  readonly role?: string;
}

interface Truth {
  readonly expected: { readonly verdict: string };
  readonly resets: readonly {
    readonly id: string;
    readonly originator: string;
    readonly effect: string | null;
    readonly sightings: readonly Sighting[];
  }[];
  readonly leaked_packets: readonly { readonly sightings: readonly Sighting[] }[];
}

interface Verdict {
  readonly first: readonly string[];
  readonly severity: string;
}

const ORIGIN: Readonly<Record<string, ResetOrigin>> = { envoy: 'client', pilot: 'server', node: 'node', wire: 'middlebox' };
const VERDICTS = '../shared/tools/verdicts.json';

const nameOf = ({ file, frame }: Sighting): string => `${file}#${frame}`;

/** Findings, leaks, makers and effects of RSTs that are wrong and not said to be merely possible. */
export function falseClaims(
  scenario: string,
  { workspace, correlation, diagnosis }: Analysis,
  captures: readonly PointCapture[],
): string[] {
  const truth: Truth = JSON.parse(readFileSync(`${SCENARIOS}/${scenario}/truth.json`, 'utf8'));
  const verdicts: Readonly<Record<string, Verdict>> = JSON.parse(readFileSync(VERDICTS, 'utf8'));
  const expected = verdicts[truth.expected.verdict];
  const originOf = (p: PacketRef): string => captures[p.tap]?.records[frameOf(workspace.taps[p.tap], p.row).frame - 1]?.origin ?? '';
  const wrong: string[] = [];
  for (const f of diagnosis.findings) {
    if (f.severity === 'info' || f.confidence === 'possible' || expected === undefined) continue;
    const isRight = expected.first.includes(f.kind) || (expected.first.length === 0 && f.severity !== expected.severity);
    if (!isRight) wrong.push(`finding ${f.kind} ${f.severity} ${f.confidence}`);
  }
  const leaked = new Set(truth.leaked_packets.flatMap((l) => l.sightings.filter((s) => s.role === 'leaked').map(nameOf)));
  for (const leak of correlation.leaks) {
    const names = leak.packets.map(originOf);
    if (!names.some((name) => leaked.has(name))) wrong.push(`leak ${names.join()}`);
  }
  for (const reset of correlation.resets) {
    if (reset.confidence === 'possible') continue;
    const names = reset.packets.map(originOf);
    const same = truth.resets.filter((r) => r.sightings.some((s) => names.includes(nameOf(s))));
    const [is] = same;
    // Equal in every number, several may be taken for one: then nothing of one alone is claimed here.
    if (is === undefined || same.length > 1) continue;
    if (reset.origin !== 'unknown' && reset.origin !== ORIGIN[is.originator])
      wrong.push(`${is.id} made by ${reset.origin}, not ${is.originator}`);
    const effect = is.effect?.startsWith('kills') ? 'kills' : 'ignored';
    if (is.effect !== null && reset.effect !== effect) wrong.push(`${is.id} ${reset.effect}, not ${effect}`);
  }
  return wrong;
}
