// What-if over the recorded incident: which parameter spares what, and at what price.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { openScenario, readTruth } from '../../testing/kernelEvidence.ts';
import { correlate } from '../correlate/correlate.ts';
import type { Correlation, Workspace } from '../model/correlation.ts';
import { ORIGINAL, REPLY } from '../model/units.ts';
import { type PathReplay, type TrackerSettings, V_INVALID } from '../model/verdict.ts';
import type { WhatIfRequest } from '../model/whatIf.ts';
import { windowBand } from './band.ts';
import { judgeJourneys } from './judge.ts';
import { replayPaths } from './replayPaths.ts';
import { summarizeReplay } from './summary.ts';
import { whatIf } from './whatIf.ts';

const IPVS = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../shared/captures/ipvs-port-changed-4taps');
const FOLDER = join(resolve(dirname(fileURLToPath(import.meta.url)), '../../testing/captures'), 'ebay-leak');

let workspace: Workspace;
let correlation: Correlation;
let replays: readonly (PathReplay | null)[];
beforeAll(async () => {
  workspace = await openScenario(FOLDER, readTruth(FOLDER));
  correlation = correlate(workspace);
  replays = replayPaths(workspace, correlation);
});

const ask = (request: Partial<WhatIfRequest>) => whatIf(workspace, correlation, replays, { path: null, settings: {}, ...request });
const settings = (s: TrackerSettings) => ask({ settings: s });

describe('what if', () => {
  test('nothing changes without a change', () => {
    const answer = settings({});
    expect(answer?.changeCount).toBe(0);
    expect(answer?.leaks).toEqual({ before: 4, after: 4 });
    expect(answer?.resets).toMatchObject({ seen: 6, avoided: 0 });
  });
  test('be_liberal: the late segment is translated, and no RST of the incident happens', () => {
    const answer = settings({ be_liberal: true });
    expect(answer?.leaks).toEqual({ before: 4, after: 0 });
    expect(answer?.resets).toMatchObject({ seen: 6, avoided: 6 });
    expect(answer?.changes.map((c) => [c.before.fate, c.after.fate])).toContainEqual(['untranslated', 'translated']);
    expect(answer?.sideEffects.map((e) => e.id)).toContain('liberal-weakens-checks');
  });
  test('a drop rule: the late segment is dropped instead, which spares the RSTs too', () => {
    const answer = settings({ dropInvalid: true });
    expect(answer?.leaks.after).toBe(0);
    expect(answer?.dropped.after).toBeGreaterThan(0);
    expect(answer?.resets.avoided).toBe(6);
    expect(answer?.sideEffects.map((e) => e.id)).toContain('drop-breaks-asymmetric');
  });
  test('kernel 6.1: ignored, but translated', () => {
    const answer = ask({ profile: '6.1' });
    expect(answer?.leaks).toEqual({ before: 4, after: 0 });
    expect(answer?.changes[0]?.after.reason).toMatch(/^SEQ is under lower bound/);
  });
  test('one path alone', () => {
    expect(ask({ path: correlation.leaks[0]?.path ?? null, settings: { be_liberal: true } })?.leaks).toEqual({ before: 4, after: 0 });
  });
});

describe.runIf(existsSync(IPVS))('what if, under IPVS', () => {
  test('the changed port is judged by the window it broke, and the RSTs that answer it are spared', async () => {
    const truth = readTruth(IPVS);
    const ipvs = await openScenario(IPVS, truth);
    const found = correlate(ipvs);
    const replayed = replayPaths(ipvs, found);
    const answer = whatIf(ipvs, found, replayed, { path: null, settings: { be_liberal: true } });
    expect(answer?.portChanges).toEqual({ before: 1, after: 0 });
    expect(answer?.leaks.after).toBe(0);
    expect(answer?.resets.avoided).toBe(answer?.resets.seen);
    const change = answer?.changes[0];
    const replay = replayed[change?.path ?? 0];
    if (!change || !replay) throw new Error('nothing changed');
    const judgement = judgeJourneys(ipvs, found, replay, new Set([change.journey])).get(change.journey);
    expect(judgement).toMatchObject({ broken: 'II', state: 'ESTABLISHED', verdict: V_INVALID });
  });
});

describe('the window band', () => {
  const band = (direction: 0 | 1) => {
    const replay = replays.find((r) => r !== null && r.path === correlation.leaks[0]?.path);
    if (!replay) throw new Error('the incident was not replayed');
    const found = windowBand(workspace, correlation, replay, { path: replay.path, direction, columns: 200 });
    if (!found) throw new Error('no band');
    return found;
  };
  test('packets lie between the bounds, the late segment below by what the kernel says', () => {
    const b = band(REPLY);
    for (let c = 0; c < b.lower.length; c++) {
      if (Number.isNaN(b.packetHigh[c])) continue;
      expect(b.packetHigh[c]).toBeLessThanOrEqual((b.upper[c] ?? 0) + 65_536 * 128);
    }
    const late = b.offenders.find((o) => o.broken === 'II');
    expect(late?.by).toBe(3_383_111);
    expect(late?.end).toBeLessThan(b.lower[Math.min(199, Math.floor((((late?.time ?? 0) - b.from) / (b.to - b.from)) * 200))] ?? 0);
  });
  test('the other direction has no offender by sequence number', () => {
    expect(band(ORIGINAL).offenders.filter((o) => o.broken === 'I' || o.broken === 'II')).toEqual([]);
  });
});

test('the summary says how well predicted and observed agree', () => {
  const summaries = replays.filter((r) => r !== null).map((r) => summarizeReplay(workspace, correlation, r));
  expect(summaries[0]).toMatchObject({ order: 'inferred', invalid: 5, disagreeing: [], fits: ['4.15', '5.4', '5.10', '5.15'] });
  expect(summaries[0]?.agree).toBe(summaries[0]?.of);
});
