import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { encodePcap, openSources } from '../../testing/captureFiles.ts';
import { falseClaims } from '../../testing/falseClaims.ts';
import { recordsOf } from '../../testing/rewrap.ts';
import { hasScenarios, SCENARIOS, scenarioNames, truthOf } from '../../testing/scenarios.ts';
import { type PointCapture, SUFFERINGS } from '../../testing/sufferings.ts';
import { bytesSource } from '../capture/source.ts';
import { tapId } from '../model/units.ts';
import { analyzeWithBytes } from '../query/analyze.ts';
import { buildWorkspace } from '../query/workspace.ts';

vi.setConfig({ testTimeout: 240_000 });

/** Those that are pcapng all have a sister in classic files. */
const RECORDED = scenarioNames().filter(
  (name) => !truthOf(name).captures.some(({ files }) => files.some(({ file }) => /pcapng/.test(file))),
);

function load(name: string): PointCapture[] {
  return truthOf(name).captures.map(({ point, files }) => {
    const parts = files.map(({ file }) => {
      const bytes = new Uint8Array(readFileSync(`${SCENARIOS}/${name}/${file}`));
      return { file, ...recordsOf(file.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes) };
    });
    const records = parts.flatMap(({ file, records }) => records.map((r, i) => ({ ...r, origin: `${file}#${i + 1}` })));
    return { point, linkType: parts[0]?.shape.linkType ?? 1, records };
  });
}

async function claims(name: string, captures: readonly PointCapture[]): Promise<string[]> {
  const sources = captures.map(({ point, records, linkType }) => bytesSource(point, encodePcap(records, { linkType })));
  const taps = await Promise.all(sources.map((s, i) => openSources([s], { tapName: captures[i].point, tapId: tapId(i) })));
  return falseClaims(name, await analyzeWithBytes(buildWorkspace(taps), (p) => sources[p.tap] ?? null), captures);
}

describe.runIf(hasScenarios)('whatever became of the captures, nothing false is said for certain or as likely', () => {
  test.each(RECORDED)('%s', async (name) => {
    const whole = load(name);
    const wrong: string[] = [];
    for (const { name: what, apply } of SUFFERINGS) for (const claim of await claims(name, apply(whole))) wrong.push(`${what}: ${claim}`);
    expect(wrong).toEqual([]);
  });
});
