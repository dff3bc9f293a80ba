// An incident among what has nothing to do with it: other traffic in its captures, captures of something else, a long way in between.
import { describe, expect, test, vi } from 'vitest';
import { isExpectedOf, type RecordedScene, type RecordedTruth, recordedTruth, untrueClaims } from '../../testing/againstTruth.ts';
import { amid, areKnownPoints } from '../../testing/amid.ts';
import { backgroundOf, type Parties } from '../../testing/backgroundTraffic.ts';
import { analyzeKnown, type KnownCapture, loadKnown } from '../../testing/knownCaptures.ts';
import { hasScenarios, scenarioNames, truthOf } from '../../testing/scenarios.ts';
import { overSlowWire } from '../../testing/slowWire.ts';
import type { Analysis } from '../model/analysis.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Every so many recordings are tried. */
const ONE_IN = 3;
const isPlain = (name: string): boolean => {
  const isClassic = !truthOf(name).captures.some(({ files }) => files.length > 1 || files.some(({ file }) => file.includes('pcapng')));
  return isClassic && recordedTruth(name).captures.every(({ clock }) => clock.offset_s === 0 && clock.drift_ppm === 0);
};
const NAMES = scenarioNames().filter((name) => isPlain(name) && areKnownPoints(loadKnown(name)));
const some = (from: number): readonly string[] => NAMES.filter((_, i) => (i + from) % ONE_IN === 0);

function partiesOf({ endpoints, connections }: RecordedScene): Parties {
  const [first] = connections;
  return {
    client: endpoints.client.ip,
    clientPort: first?.client_port ?? 40_000,
    service: endpoints.service.ip,
    server: endpoints.backends[0]?.ip ?? '',
    servicePort: endpoints.service.port,
    node: endpoints.node.ip,
    isn: [first?.client_isn ?? 1, first?.server_isn ?? 1],
    taken: new Set(connections.map((c) => c.client_port)),
  };
}

const loud = ({ diagnosis }: Analysis): string[] =>
  diagnosis.findings.filter((f) => f.severity !== 'info').map((f) => `${f.kind}, ${f.severity}, ${f.confidence}`);

describe.runIf(hasScenarios)('what has nothing to do with an incident', () => {
  test.each(some(0))('%s amid checks, requests, scans and other clients: told as if it were alone', async (name) => {
    const truth = recordedTruth(name);
    const whole = loadKnown(name);
    const alone = await analyzeKnown(whole);
    const { analysis, origin } = await analyzeKnown(amid(whole, backgroundOf(partiesOf(truth), 7), 11));
    expect(loud(analysis)).toEqual(loud(alone.analysis));
    expect(analysis.diagnosis.verdict.kind).toBe(alone.analysis.diagnosis.verdict.kind);
    expect(untrueClaims(analysis, truth, origin, isExpectedOf(truth))).toEqual([]);
    expect(analysis.correlation.leaks).toHaveLength(alone.analysis.correlation.leaks.length);
  });

  test.each(some(1))('%s over a slow wire: told as it was', async (name) => {
    const truth = recordedTruth(name);
    const whole = loadKnown(name);
    const slow = overSlowWire(whole, (point) => point === 'pilot', truth.endpoints.service.port, 150e6);
    const [before, { analysis, origin }] = [await analyzeKnown(whole), await analyzeKnown(slow)];
    expect(loud(analysis)).toEqual(loud(before.analysis));
    expect(untrueClaims(analysis, truth, origin, isExpectedOf(truth))).toEqual([]);
  });

  test.each(some(2).map((name, i) => [name, some(1)[i] ?? ''] as const))(
    'captures of %s and of %s at the same time: nothing is joined',
    async (...names) => {
      const [first, second] = names.map((name) =>
        loadKnown(name).map((c): KnownCapture => ({ ...c, records: c.records.map((r) => ({ ...r, origin: `${name}/${r.origin}` })) })),
      );
      const start = (captures: readonly KnownCapture[] = []): bigint => captures[0]?.records[0]?.time ?? 0n;
      const by = start(first) - start(second);
      const near = first?.slice(0, -1) ?? [];
      const far =
        second?.slice(-1).map((c) => ({ ...c, point: 'another', records: c.records.map((r) => ({ ...r, time: r.time + by })) })) ?? [];
      const { analysis, origin } = await analyzeKnown([...near, ...far]);
      const { paths, clocks, resets } = analysis.correlation;
      const strangers = near.length;
      for (const { legs, strays } of paths) {
        const taps = new Set([...legs, ...strays].map(({ tap }) => tap === strangers));
        expect(taps.size).toBe(1);
      }
      for (const { packets } of resets) expect(new Set(packets.map(({ tap }) => tap === strangers)).size).toBe(1);
      expect(clocks[strangers]).toMatchObject({ related: strangers, uncertainty: Number.POSITIVE_INFINITY });
      const truth = union(names.map((name) => [name, recordedTruth(name)]));
      const expected = names.map((name) => isExpectedOf(recordedTruth(name)));
      expect(untrueClaims(analysis, truth, origin, (f) => expected.some((is) => is(f)))).toEqual([]);
    },
  );
});

/** Of recordings whose files are told apart by their names. */
function union(list: readonly (readonly [string, RecordedTruth])[]): RecordedTruth {
  const renamed = <T extends { readonly sightings: readonly { readonly file: string }[] }>(name: string, all: readonly T[]): T[] =>
    all.map((one) => ({ ...one, sightings: one.sightings.map((s) => ({ ...s, file: `${name}/${s.file}` })) }));
  return {
    expected: { verdict: '' },
    leaked_packets: list.flatMap(([name, t]) => renamed(name, t.leaked_packets)),
    invalid_not_forwarded: list.flatMap(([name, t]) => renamed(name, t.invalid_not_forwarded)),
    resets: list.flatMap(([name, t]) => renamed(name, t.resets)),
  };
}
