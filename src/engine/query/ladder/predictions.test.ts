// A ladder under an assumption, and the states of its entries, over the recorded incident.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openScenario, readTruth } from '../../../testing/kernelEvidence.ts';
import type { Analysis } from '../../model/analysis.ts';
import type { Ladder, LadderPacket } from '../../model/ladder.ts';
import type { Assumption } from '../../model/whatIf.ts';
import { analyze } from '../analyze.ts';
import { buildLadder, type LadderSource } from './buildLadder.ts';

const FIXTURES = resolve(import.meta.dirname, '../../../testing/captures');
const SHARED = resolve(import.meta.dirname, '../../../../../shared/captures');

async function analysisOf(folder: string): Promise<Analysis> {
  const truth = readTruth(folder);
  return analyze(
    await openScenario(folder, truth),
    truth.scenario.startsWith('idle') ? { settings: { timeouts: { established: 2 } } } : {},
  );
}

describe('the incident', () => {
  let analysis: Analysis;
  beforeAll(async () => {
    analysis = await analysisOf(join(FIXTURES, 'ebay-leak'));
  });
  const source = (assumption: Assumption | null): LadderSource => {
    const built = buildLadder(analysis, null, assumption);
    if (!built) throw new Error('no ladder');
    return built;
  };
  const packets = (ladder: Ladder): LadderPacket[] => ladder.rows.filter((r): r is LadderPacket => r.kind === 'packet');
  const LIBERAL: Assumption = { settings: { be_liberal: true } };

  test('without an assumption nothing is foretold', () => {
    const { ladder } = source(null);
    expect(ladder.assumed).toBeUndefined();
    expect(packets(ladder).filter((p) => p.would)).toEqual([]);
  });
  test('every row says what would have become of it, and rows and folds add up to what the assumption counts', () => {
    for (const assumption of [LIBERAL, { settings: { dropInvalid: true } }, { profile: '6.1' as const, settings: {} }]) {
      const { ladder } = source(assumption);
      const told = { otherwise: 0, notSent: 0, unknown: 0 };
      for (const row of ladder.rows) {
        if (row.kind === 'packet') {
          const kind = row.would?.kind ?? 'missing';
          expect(kind).not.toBe('missing');
          if (kind === 'otherwise') told.otherwise++;
          if (kind === 'not-sent') told.notSent++;
          if (kind === 'unknown') told.unknown++;
        } else if (row.kind === 'fold') {
          told.otherwise += row.would?.otherwise ?? Number.NaN;
          told.notSent += row.would?.notSent ?? Number.NaN;
          told.unknown += row.would?.unknown ?? Number.NaN;
        }
      }
      const { otherwise, notSent, unknown } = ladder.assumed ?? {};
      expect(told).toEqual({ otherwise, notSent, unknown });
    }
  });
  test('the leak would have been translated; the RST that answers it, and what follows from that, would not have been sent', () => {
    const { ladder } = source(LIBERAL);
    const leak = packets(ladder).find((p) => p.leak?.kind === 'data');
    expect(leak?.would).toMatchObject({ kind: 'otherwise', fate: 'translated', verdict: { verdict: 'ESTABLISHED' } });
    const killer = packets(ladder).find((p) => p.reset?.effect === 'kills');
    expect(killer?.would).toMatchObject({ kind: 'not-sent', because: { journey: leak?.journey, frame: leak?.sightings.at(-1)?.frame } });
    for (const p of packets(ladder)) if (p.reset && p.path === 0) expect(p.would?.kind).toBe('not-sent');
  });
  test('the connection that took its place might not have been opened', () => {
    const { ladder } = source(LIBERAL);
    const later = packets(ladder).filter((p) => p.path === 1);
    expect(later.length).toBeGreaterThan(3);
    for (const p of later) expect(p.would?.kind).toBe('unknown');
  });
  test('packets of an opened fold say it as well', () => {
    const { ladder, window } = source(LIBERAL);
    const fold = ladder.rows.find((r) => r.kind === 'fold');
    if (fold?.kind !== 'fold') throw new Error('no fold');
    expect(window(fold.first, 5).packets.map((p) => p.would?.kind)).toEqual(['same', 'same', 'same', 'same', 'same']);
  });
  test('the entry opens, is established, and is closed by the RST that reaches it; the next connection has its own', () => {
    const { ladder } = source(null);
    const states = (path: number) => ladder.states?.filter((s) => s.path === path).map((s) => s.state);
    expect(states(0)).toEqual(['SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'CLOSE']);
    expect(states(1)).toEqual(['SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'FIN_WAIT', 'LAST_ACK', 'TIME_WAIT']);
    const [, , established, closed] = ladder.states ?? [];
    expect(established).toMatchObject({ why: 'packet', timeoutSeconds: 432_000, direction: 0, isReversed: false });
    expect(closed?.timeoutSeconds).toBe(10);
    for (const [i, s] of (ladder.states ?? []).entries())
      if (ladder.states?.[i + 1]?.path === s.path) expect(ladder.states[i + 1]?.from).toBe(s.to);
  });
});

const IDLE = join(SHARED, 'idle-timeout');
test.runIf(existsSync(IDLE))('an entry that ran out is gone from its deadline on, and is made again the other way round', async () => {
  const built = buildLadder(await analysisOf(IDLE), null);
  const states = built?.ladder.states?.filter((s) => s.path === 0) ?? [];
  const expired = states.findIndex((s) => s.why === 'expired');
  expect(states[expired]).toMatchObject({ state: 'NONE' });
  expect(((states[expired]?.from ?? 0) - (states[expired - 1]?.from ?? 0)) / 1e9).toBeGreaterThan(1.9);
  expect(states[expired + 1]).toMatchObject({ state: 'ESTABLISHED', isReversed: true, direction: 1 });
  expect(states[expired + 2]).toMatchObject({ state: 'NONE', why: 'removed', direction: 0 });
});
