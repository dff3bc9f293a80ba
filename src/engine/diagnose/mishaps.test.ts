// Whatever becomes of the captures of an incident: what they still tell must be true, and what they no longer tell must not be guessed.
import { describe, expect, test, vi } from 'vitest';
import { isExpectedOf, recordedTruth, untrueClaims } from '../../testing/againstTruth.ts';
import { analyzeKnown, type KnownCapture, loadKnown, type Mishap } from '../../testing/knownCaptures.ts';
import { DRASTIC, MISHAPS } from '../../testing/mishaps.ts';
import { ONCE_UNTRUE } from '../../testing/onceUntrue.ts';
import { hasScenarios, scenarioNames, truthOf } from '../../testing/scenarios.ts';
import { SUFFERINGS } from '../../testing/sufferings.ts';
import type { Analysis } from '../model/analysis.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Every so many pairs of a recording and a mishap are tried; all of them take minutes. */
const ONE_IN = 11;
/** As large as all others together, or in many files of a ring: too long for most of what may happen. */
const LARGE = ['rotated', 'many-flows'];
/** Those that are pcapng all have a sister in classic files. */
const CLASSIC = scenarioNames().filter(
  (name) => !truthOf(name).captures.some(({ files }) => files.some(({ file }) => file.includes('pcapng'))),
);

/** Small ones of whose connections every packet matters. */
const FRAGILE = ['idle-timeout', 'idle-timeout-loose0', 'middlebox-rst', 'unseen-ack', 'mtu-black-hole', 'late-ack'];

/** Of two incidents in one set the second begins so long after the first. Nanos. */
const LATER = 5_000_000_000n;

/** What is then claimed and not so, by what had happened. */
async function untrueAfter(mishaps: readonly Mishap[], name: string, isExpected: Parameters<typeof untrueClaims>[3]): Promise<string[]> {
  const whole = loadKnown(name);
  const untrue: string[] = [];
  for (const mishap of mishaps) {
    const suffered = mishap.apply(whole)?.filter((c) => c.records.length > 0) ?? [];
    if (suffered.length === 0) continue;
    const { analysis, origin } = await analyzeKnown(suffered);
    untrue.push(...untrueClaims(analysis, recordedTruth(name), origin, isExpected).map((claim) => `${mishap.name}: ${claim}`));
  }
  return untrue;
}

describe.runIf(hasScenarios)('recordings to which something happened', () => {
  test.each(CLASSIC)('%s, damaged: nothing untrue is claimed', async (name) => {
    expect(await untrueAfter(SUFFERINGS, name, isExpectedOf(recordedTruth(name)))).toEqual([]);
  });

  const names = CLASSIC.filter((name) => !LARGE.includes(name));
  test.each(names.map((name, i) => [name, i] as const))('%s, cut, merged or misdated: nothing untrue is claimed', async (name, i) => {
    const { analysis } = await analyzeKnown(loadKnown(name));
    const expected = new Set(analysis.diagnosis.findings.map((f) => f.kind));
    // That the entry was gone is what happened: with the client's first segments unseen, the server's that leaked tell it.
    if (expected.has('stall-entry-gone')) expected.add('leak-entry-gone');
    const some = MISHAPS.filter((_, k) => (i + k) % ONE_IN === 0);
    expect(await untrueAfter(some, name, (f) => expected.has(f.kind))).toEqual([]);
  });

  test.each(FRAGILE)('%s, with little left of it or of its clocks: nothing untrue is claimed', async (name) => {
    const { analysis } = await analyzeKnown(loadKnown(name));
    const expected = new Set(analysis.diagnosis.findings.map((f) => f.kind));
    expect(await untrueAfter(DRASTIC, name, (f) => expected.has(f.kind))).toEqual([]);
  });

  test.each(ONCE_UNTRUE)('%s, of which something untrue was once claimed', async (name, mishap) => {
    expect(await untrueAfter([mishap], name, isExpectedOf(recordedTruth(name)))).toEqual([]);
  });

  test.each(
    names
      .map((name, i) => [name, names[(i + 5) % names.length] ?? name] as const)
      .filter(([name], i) => i % 5 === 0 && name !== 'ipvs-backend-removed'),
  )('%s and %s in one set: both are told, and nothing untrue', async (name, other) => {
    const truths = [name, other].map(recordedTruth);
    const marked = [name, other].map((n) =>
      loadKnown(n).map((c) => ({ ...c, records: c.records.map((r) => ({ ...r, origin: `${n}/${r.origin}` })) })),
    );
    const alone = await Promise.all(marked.map((captures) => analyzeKnown(captures)));
    const [first = [], second = []] = marked;
    const times = (captures: readonly KnownCapture[]): bigint[] => captures.flatMap((c) => c.records.map((r) => r.time));
    const until = times(first).reduce((a, b) => (a > b ? a : b));
    const since = times(second).reduce((a, b) => (a < b ? a : b));
    const moved = second.map((c) => ({
      ...c,
      point: `later ${c.point}`,
      records: c.records.map((r) => ({ ...r, time: r.time - since + until + LATER })),
    }));
    const told = await analyzeKnown([...first, ...moved]);
    const kinds = (a: Analysis): string[] => a.diagnosis.findings.filter((f) => f.severity !== 'info').map((f) => f.kind);
    const expected = alone.map(({ analysis }) => kinds(analysis));
    expect(kinds(told.analysis)).toEqual(expect.arrayContaining([...new Set(expected.flat())]));
    const inSet = <T extends { readonly sightings: readonly { readonly file: string }[] }>(n: string, list: readonly T[]): T[] =>
      list.map((one) => ({ ...one, sightings: one.sightings.map((s) => ({ ...s, file: `${n}/${s.file}` })) }));
    const truth = {
      expected: { verdict: '' },
      leaked_packets: truths.flatMap((t, i) => inSet([name, other][i] ?? '', t.leaked_packets)),
      invalid_not_forwarded: truths.flatMap((t, i) => inSet([name, other][i] ?? '', t.invalid_not_forwarded)),
      resets: truths.flatMap((t, i) => inSet([name, other][i] ?? '', t.resets)),
    };
    const known = new Set(alone.flatMap((a) => a.analysis.diagnosis.findings.map((f) => f.kind)));
    expect(untrueClaims(told.analysis, truth, told.origin, (f) => known.has(f.kind))).toEqual([]);
  });
});
