// The replay against recorded kernels: every packet that the kernel called INVALID is INVALID, and no other.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareWithKernel, countedBy, kernelOf, openScenario, readTruth } from '../../testing/kernelEvidence.ts';
import { correlate } from '../correlate/correlate.ts';
import { J_RETRANSMISSION } from '../model/correlation.ts';
import { ORIGINAL } from '../model/units.ts';
import type { PathReplay } from '../model/verdict.ts';
import { type ProfileFits, profileFits } from './profileFits.ts';
import { replayPaths } from './replayPaths.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIXTURES = resolve(HERE, '../../testing/captures');
const SHARED = resolve(HERE, '../../../../shared/captures');

const scenarios = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'truth.json'))) : [];

/** Scenarios and how many INVALID packets the node's kernel counted in each. */
const counts = (folder: string): [string, number][] => scenarios(folder).map((name) => [name, countedBy(readTruth(join(folder, name)))]);

async function checkScenario(folder: string, name: string): Promise<void> {
  const truth = readTruth(join(folder, name));
  const workspace = await openScenario(join(folder, name), truth);
  const correlation = correlate(workspace);
  const replays = replayPaths(workspace, correlation, kernelOf(truth));
  const evidence = compareWithKernel(workspace, correlation, replays, truth);
  expect(evidence.complaints).toEqual([]);
  expect(evidence.invalidFound).toBe(evidence.invalid);
  // The counters were read while the last packets were still on their way: one that came after them can only be the very last of all.
  const afterTheCount = evidence.predicted - evidence.counted;
  expect(afterTheCount === 0 || (afterTheCount === 1 && evidence.isLastInvalid), `${evidence.predicted} predicted`).toBe(true);
  for (const replay of replays) if (replay) expect(replay.verdicts.agreement.disagreeing).toEqual([]);
}

describe('INVALID in the replay is what was INVALID in the kernel: fixtures', () => {
  test.each(counts(FIXTURES))('%s: %i INVALID', (name) => checkScenario(FIXTURES, name), 30_000);
});

describe.runIf(existsSync(SHARED))('INVALID in the replay is what was INVALID in the kernel: all scenarios', () => {
  test.each(counts(SHARED))('%s: %i INVALID', (name) => checkScenario(SHARED, name), 30_000);
});

/** Scenarios whose last packet came after the counters were read, and what shows it. */
const AFTER_THE_COUNT = join(SHARED, 'idle-timeout-client-first-loose0');
describe.runIf(existsSync(AFTER_THE_COUNT))('a packet beyond the kernel’s count', () => {
  const load = async (name: string) => {
    const truth = readTruth(join(SHARED, name));
    const workspace = await openScenario(join(SHARED, name), truth);
    const correlation = correlate(workspace);
    return {
      truth,
      workspace,
      correlation,
      evidence: compareWithKernel(workspace, correlation, replayPaths(workspace, correlation, kernelOf(truth)), truth),
    };
  };
  test('client-first-loose0: the client’s own stack had not yet counted the last of its retransmissions either', async () => {
    const { truth, correlation, evidence } = await load('idle-timeout-client-first-loose0');
    const { journeys } = correlation;
    let again = 0;
    for (let j = 0; j < journeys.length; j++)
      if (journeys.direction[j] === ORIGINAL && (journeys.flags[j] ?? 0) & J_RETRANSMISSION) again++;
    const stack = truth.kernel_evidence.retransmissions_and_resets as { readonly envoy: { readonly TcpRetransSegs: string } };
    expect(again).toBe(Number(stack.envoy.TcpRetransSegs) + 1);
    expect(evidence.predicted).toBe(evidence.counted + 1);
  });
  test('loose0: the capture at the client, which had just sent it, was over', async () => {
    const { workspace, correlation, evidence } = await load('idle-timeout-loose0');
    const { journeys } = correlation;
    const last = journeys.firstTime.indexOf(Math.max(...journeys.firstTime));
    const seen = [...journeys.sightingTap.slice(journeys.start[last], journeys.start[last + 1])].map((t) => workspace.taps[t]?.name);
    expect(journeys.direction[last]).toBe(ORIGINAL);
    expect(seen).not.toContain('envoy');
    expect(evidence.predicted).toBe(evidence.counted + 1);
  });
});

describe.runIf(existsSync(SHARED))('what is found without being told', () => {
  async function replayOf(name: string): Promise<readonly (PathReplay & ProfileFits)[]> {
    const truth = readTruth(join(SHARED, name));
    const workspace = await openScenario(join(SHARED, name), truth);
    const correlation = correlate(workspace);
    const replays = replayPaths(workspace, correlation).filter((r) => r !== null);
    return replays.map((r) => ({ ...r, ...profileFits(workspace, correlation, r) }));
  }
  const inferredOf = (replays: readonly PathReplay[]): string[] => [
    ...new Set(replays.flatMap((r) => r.inferred.map((i) => `${i.name}=${i.value}`))),
  ];

  test('a kernel that translates a segment 4 MB behind is 6.1 or newer', async () => {
    const replays = await replayOf('modern-kernel');
    expect(replays.map((r) => r.fits)).toEqual([['6.1', '6.18']]);
  });
  test.each(['ebay-leak', 'ebay-leak-4taps', 'ipv6', 'late-ack', 'leak-harmless', 'node-any'])('%s: older than 6.1', async (name) => {
    const replays = await replayOf(name);
    expect(replays[0]?.fits).toEqual(['4.15', '5.4', '5.10', '5.15']);
    expect(inferredOf(replays)).toEqual([]);
  });
  test('packets that vanish exactly where they are INVALID: a drop rule', async () => {
    expect(inferredOf(await replayOf('drop-invalid'))).toEqual(['dropInvalid=true']);
    expect(inferredOf(await replayOf('drop-invalid-stall'))).toEqual(['dropInvalid=true']);
  });
  test('a changed source port or a RST of the node: IPVS', async () => {
    expect(inferredOf(await replayOf('ipvs-port-changed'))).toEqual(['ipvs=true']);
    expect(inferredOf(await replayOf('ipvs-idle'))).toContain('ipvs=true');
  });
  test('an entry that a silence outlived: its timeout lies between what was survived and what was not', async () => {
    const [replay] = await replayOf('idle-timeout');
    expect(replay?.inferred.map((i) => i.name)).toEqual(['timeouts.established']);
    const [low, high] = replay?.inferred[0]?.between ?? [0, 0];
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
  });
});
