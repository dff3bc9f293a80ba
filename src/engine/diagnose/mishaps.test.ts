// Whatever becomes of the captures of an incident: what they still tell must be true, and what they no longer tell must not be guessed.
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { originOf, type RecordedTruth, untrueClaims } from '../../testing/againstTruth.ts';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { type KnownCapture, MISHAPS } from '../../testing/mishaps.ts';
import { recordsOf } from '../../testing/rewrap.ts';
import { hasScenarios, SCENARIOS, scenarioNames, truthOf } from '../../testing/scenarios.ts';
import type { Analysis } from '../model/analysis.ts';
import { frameOf } from '../model/capture.ts';
import { type PacketRef, tapId } from '../model/units.ts';
import { analyze } from '../query/analyze.ts';
import { buildWorkspace } from '../query/workspace.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Every so many pairs of a recording and a mishap are tried; all of them take minutes. */
const ONE_IN = 11;
/** Not read here: pcapng, gzip; and one that is as large as all others. */
const LEFT_OUT = ['masquerade', 'rotated', 'many-flows'];

/** Of two incidents in one set the second begins so long after the first. Nanos. */
const LATER = 5_000_000_000n;

const load = (name: string): KnownCapture[] =>
  truthOf(name).captures.map(({ point, files }) => {
    const file = files[0]?.file ?? '';
    const { shape, records } = recordsOf(new Uint8Array(readFileSync(`${SCENARIOS}/${name}/${file}`)));
    return { point, linkType: shape.linkType, records: records.map((r, i) => ({ ...r, origin: originOf({ file, frame: i + 1 }) })) };
  });

async function analyzed(captures: readonly KnownCapture[]): Promise<{ analysis: Analysis; origin: (p: PacketRef) => string }> {
  const taps = await Promise.all(
    captures.map(({ point, linkType, records }, i) => openBytes(encodePcap(records, { linkType }), { tapName: point, tapId: tapId(i) })),
  );
  const origin = ({ tap, row }: PacketRef): string => {
    const opened = taps[tap];
    return (opened && captures[tap]?.records[frameOf(opened, row).frame - 1]?.origin) ?? '';
  };
  return { analysis: analyze(buildWorkspace(taps)), origin };
}

describe.runIf(hasScenarios)('recordings to which something happened', () => {
  const names = scenarioNames().filter((name) => !LEFT_OUT.includes(name));
  test.each(names.map((name, i) => [name, i] as const))('%s: nothing untrue is claimed', async (name, i) => {
    const truth = JSON.parse(readFileSync(`${SCENARIOS}/${name}/truth.json`, 'utf8')) as RecordedTruth;
    const whole = load(name);
    const { analysis } = await analyzed(whole);
    const expected = new Set(analysis.diagnosis.findings.map((f) => f.kind));
    // That the entry was gone is what happened: with the client's first segments unseen, the server's that leaked tell it.
    if (expected.has('stall-entry-gone')) expected.add('leak-entry-gone');
    const untrue: string[] = [];
    for (const [k, mishap] of MISHAPS.entries()) {
      if ((i + k) % ONE_IN !== 0) continue;
      const suffered = mishap.apply(whole)?.filter((c) => c.records.length > 0);
      if (!suffered || suffered.length === 0) continue;
      const told = await analyzed(suffered);
      untrue.push(...untrueClaims(told.analysis, truth, told.origin, expected).map((claim) => `${mishap.name}: ${claim}`));
    }
    expect(untrue).toEqual([]);
  });

  test.each(
    names
      .map((name, i) => [name, names[(i + 5) % names.length] ?? name] as const)
      .filter(([name], i) => i % 5 === 0 && name !== 'ipvs-backend-removed'),
  )('%s and %s in one set: both are told, and nothing untrue', async (name, other) => {
    const truths = [name, other].map((n) => JSON.parse(readFileSync(`${SCENARIOS}/${n}/truth.json`, 'utf8')) as RecordedTruth);
    const marked = [name, other].map((n) =>
      load(n).map((c) => ({ ...c, records: c.records.map((r) => ({ ...r, origin: `${n}/${r.origin}` })) })),
    );
    const alone = await Promise.all(marked.map((captures) => analyzed(captures)));
    const [first = [], second = []] = marked;
    const times = (captures: readonly KnownCapture[]): bigint[] => captures.flatMap((c) => c.records.map((r) => r.time));
    const until = times(first).reduce((a, b) => (a > b ? a : b));
    const since = times(second).reduce((a, b) => (a < b ? a : b));
    const moved = second.map((c) => ({
      ...c,
      point: `later ${c.point}`,
      records: c.records.map((r) => ({ ...r, time: r.time - since + until + LATER })),
    }));
    const told = await analyzed([...first, ...moved]);
    const kinds = (a: Analysis): string[] => a.diagnosis.findings.filter((f) => f.severity !== 'info').map((f) => f.kind);
    const expected = alone.map(({ analysis }) => kinds(analysis));
    expect(kinds(told.analysis)).toEqual(expect.arrayContaining([...new Set(expected.flat())]));
    const inSet = <T extends { readonly sightings: readonly { readonly file: string }[] }>(n: string, list: readonly T[]): T[] =>
      list.map((one) => ({ ...one, sightings: one.sightings.map((s) => ({ ...s, file: `${n}/${s.file}` })) }));
    const truth = {
      expected: { verdict: '' },
      leaked_packets: truths.flatMap((t, i) => inSet([name, other][i] ?? '', t.leaked_packets)),
      resets: truths.flatMap((t, i) => inSet([name, other][i] ?? '', t.resets)),
    };
    expect(
      untrueClaims(told.analysis, truth, told.origin, new Set(alone.flatMap((a) => a.analysis.diagnosis.findings.map((f) => f.kind)))),
    ).toEqual([]);
  });
});
