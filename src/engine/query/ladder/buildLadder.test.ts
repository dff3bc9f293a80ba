// Ladders of recorded incidents: nothing is missing, nothing told twice, and what decides is told in full.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBytes } from '../../../testing/captureFiles.ts';
import { tapExchange } from '../../../testing/tapExchange.ts';
import type { Analysis } from '../../model/analysis.ts';
import type { LadderFold, LadderPacket } from '../../model/ladder.ts';
import { nanos, tapId } from '../../model/units.ts';
import { analyze } from '../analyze.ts';
import { buildWorkspace } from '../workspace.ts';
import { buildLadder, type LadderSource } from './buildLadder.ts';

const SHARED = resolve(import.meta.dirname, '../../../../../shared/captures');
const SCENARIOS = [
  'ebay-leak',
  'ebay-leak-4taps',
  'ebay-leak-offload',
  'app-close',
  'node-any',
  'masquerade',
  'lossy',
  'ipv6',
  'eight-taps',
  'many-flows',
];

async function analysisOf(scenario: string): Promise<Analysis> {
  const dir = join(SHARED, scenario);
  const names = readdirSync(dir).filter((n) => /\.pcap(ng)?$/.test(n));
  const taps = await Promise.all(
    names.map((name, i) =>
      openBytes(new Uint8Array(readFileSync(join(dir, name))), { tapName: name.replace(/\..*/, ''), tapId: tapId(i) }),
    ),
  );
  return analyze(buildWorkspace(taps));
}

describe.runIf(existsSync(SHARED)).each(SCENARIOS)('%s', (scenario) => {
  let analysis: Analysis;
  let source: LadderSource;
  let folds: LadderFold[];
  let packets: LadderPacket[];

  beforeAll(async () => {
    analysis = await analysisOf(scenario);
    const built = buildLadder(analysis, null);
    if (!built) throw new Error('no ladder');
    source = built;
    folds = built.ladder.rows.filter((r) => r.kind === 'fold');
    packets = built.ladder.rows.filter((r) => r.kind === 'packet');
  }, 60_000);

  test('every journey is in exactly one row, in order', () => {
    const spans = [...folds.map((f) => [f.first, f.count]), ...packets.map((p) => [p.ordinal, 1])].sort(
      (a, b) => (a[0] ?? 0) - (b[0] ?? 0),
    );
    let next = 0;
    for (const [first, count] of spans) {
      expect(first).toBe(next);
      next += count ?? 0;
    }
    expect(next).toBe(source.ladder.journeys);
    expect(next).toBe(source.ladder.paths.reduce((n, p) => n + p.journeys, 0));
  });

  test('folds add up to what the packets in them say', () => {
    for (const fold of folds.slice(0, 6)) {
      const inside: LadderPacket[] = [];
      while (inside.length < fold.count)
        inside.push(...source.window(fold.first + inside.length, Math.min(200, fold.count - inside.length)).packets);
      expect(inside.map((p) => p.ordinal)).toEqual(inside.map((_, i) => fold.first + i));
      expect(fold.totals.packets[0] + fold.totals.packets[1]).toBe(fold.count);
      expect(fold.totals.bytes[1]).toBe(inside.reduce((n, p) => n + (p.direction === 1 ? p.length : 0), 0));
      expect(fold.totals.bytes[0]).toBe(inside.reduce((n, p) => n + (p.direction === 0 ? p.length : 0), 0));
      expect(fold.from).toBe(inside[0]?.sightings[0]?.time);
      const texture = fold.profile.reply.reduce((a, b) => a + b, 0);
      expect(texture).toBeGreaterThanOrEqual(fold.totals.bytes[1] * 0.999);
    }
  });

  test('rows come in order of time, sightings in order of travel', () => {
    const starts = source.ladder.rows.map((r) => (r.kind === 'packet' ? (r.sightings[0]?.time ?? 0) : r.from));
    expect([...starts].sort((a, b) => a - b)).toEqual(starts);
    for (const p of packets) {
      const times = p.sightings.map((s) => s.time);
      expect([...times].sort((a, b) => a - b)).toEqual(times);
      for (const s of p.sightings) expect(source.ladder.lanes[s.lane]?.tap).toBe(s.tap);
    }
  });

  test('the first leak that is no RST and every RST that killed are told in full', () => {
    const shown = new Set(packets.map((p) => p.journey));
    const ids = source.ladder.paths.map((p) => p.path);
    const leak = analysis.correlation.leaks.find((l) => ids.includes(l.path) && l.kind !== 'rst');
    if (leak) expect(shown.has(leak.journey)).toBe(true);
    for (const r of analysis.correlation.resets.filter(
      (x) => x.path !== null && ids.includes(x.path) && x.effect === 'kills' && x.journey !== null,
    )) {
      expect(r.journey !== null && shown.has(r.journey)).toBe(true);
    }
    expect(source.ladder.rows.length).toBeLessThanOrEqual(64);
  });

  test('counts over time add up at every zoom', () => {
    const { firstTime, lastTime, journeys } = source.ladder;
    for (const bins of [1, 7, 64, 4000]) {
      const d = source.density(firstTime, lastTime, bins);
      expect(d.packets.reduce((a, b) => a + b, 0)).toBe(journeys);
    }
    const all = source.totals(firstTime, lastTime).totals;
    const d = source.density(firstTime, lastTime, 64);
    expect(d.replyBytes.reduce((a, b) => a + b, 0)).toBe(all.bytes[1]);
    expect(d.leaks.reduce((a, b) => a + b, 0)).toBe(all.leaks);
    const half = nanos(Math.round((firstTime + lastTime) / 2));
    const part = source.totals(firstTime, half).totals.packets;
    expect(source.density(firstTime, half, 50).packets.reduce((a, b) => a + b, 0)).toBe(part[0] + part[1]);
  });

  test('a packet is found where it stands, and every path has a ladder', () => {
    for (const p of packets.slice(0, 5)) {
      const s = p.sightings[0];
      // An offloaded packet carries several segments: it stands where the first of them does.
      const found = s && source.find({ tap: s.tap, row: s.row });
      const there = found && source.window(found.ordinal, 1).packets[0];
      expect(there?.sightings.some((x) => x.tap === s?.tap && x.row === s.row)).toBe(true);
    }
    for (const path of analysis.correlation.paths.slice(0, 8)) {
      const other = buildLadder(analysis, path.id);
      expect(other?.ladder.paths[0]?.path).toBe(path.id);
      expect(structuredClone(other?.ladder)).toEqual(other?.ladder);
    }
  });
});

describe('a clock that its packets contradict', async () => {
  const taps = await tapExchange(`
    a = 10.0.0.1:40000
    b = 10.0.0.9:80
    0ms   c:a>b  s+1ms:a>b  S  seq=1000
    2ms   s:b>a  c+1ms:b>a  SA seq=5000
    4ms   c:a>b  s+1ms:a>b  A
    10ms  c:a>b  s+1ms:a>b  PA len=10`);
  const earlyWith = (offset: number | null) => {
    const hints = offset === null ? {} : { pinnedOffsets: new Map([[tapId(1), nanos(offset)]]) };
    const built = buildLadder(analyze(buildWorkspace(taps), { hints }), null);
    const all = built?.window(0, built.ladder.journeys).packets ?? [];
    return all.map((p) => [
      p.direction,
      p.early ?? 0,
      p.sightings.every((s, i) => s.time >= (p.sightings[i - 1]?.time ?? Number.NEGATIVE_INFINITY)),
    ]);
  };

  test('says at each packet by how much it would arrive before it was sent', () => {
    // Set 3 ms too far ahead: what travels towards it arrives 2 ms early, what comes from it takes 4 ms, and the answer comes first.
    expect(earlyWith(3e6)).toEqual([
      [1, 0, true],
      [0, 2e6, true],
      [0, 2e6, true],
      [0, 2e6, true],
    ]);
    expect(earlyWith(-3e6).map(([, by]) => by)).toEqual([0, 0, 2e6, 0]);
  });

  test('says nothing where the packets bear it out', () => {
    for (const offset of [null, 0, 5e5]) expect(earlyWith(offset).map(([, by]) => by)).toEqual([0, 0, 0, 0]);
  });
});
