// Journeys whose truth is known: offload that cuts and merges otherwise at every capture point, losses on every stretch, repairs with other
// boundaries and some new octets, reordering, a switch that repeats packets; with and without anything but time to tell sends apart.
import { describe, expect, test } from 'vitest';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { correlateExchange, correlateTaps } from '../../testing/correlateTaps.ts';
import { analyzeKnown, type KnownCapture, type KnownRecord, loadKnown } from '../../testing/knownCaptures.ts';
import { Random } from '../../testing/mutate.ts';
import { audit } from '../../testing/offloadAudit.ts';
import { download, type Hardships } from '../../testing/offloadTruth.ts';
import { hasScenarios } from '../../testing/scenarios.ts';
import { J_DUPLICATED, J_INJECTED, J_LOST } from '../model/correlation.ts';

const LOSSES = { lost: 25, late: 0, twice: 0 };
const ALL = { lost: 25, late: 30, twice: 30 };
/** Longer than a round trip is without it. Nanos. */
const QUEUE = 100e6;

/** Whatever hardships: every octet of every record is in one journey, every journey one send, what was lost is lost and nothing else. */
const RIGHT = {
  falselyLost: 0,
  missedLosses: 0,
  notOnce: 0,
  mixed: 0,
  apart: 0,
  injected: 0,
  falseCopies: 0,
  unmarkedCopies: 0,
};

describe.each([2, 3, 4] as const)('offload that cuts otherwise at each of %i capture points', (taps) => {
  test.each<Omit<Hardships, 'taps'> & { name: string; seed: number }>([
    { name: 'timestamps', ids: 'rewritten', hasTimestamps: true, seed: 1, ...LOSSES },
    { name: 'timestamps, reordering and copies', ids: 'zero', hasTimestamps: true, seed: 2, ...ALL },
    { name: 'IP IDs alone', ids: 'kept', hasTimestamps: false, seed: 3, ...LOSSES },
    { name: 'IP IDs alone, reordering and copies', ids: 'kept', hasTimestamps: false, seed: 4, ...ALL },
    { name: 'IP IDs that are rewritten', ids: 'rewritten', hasTimestamps: false, seed: 5, ...LOSSES },
    { name: 'IP IDs that are rewritten, reordering and copies', ids: 'rewritten', hasTimestamps: false, seed: 6, ...ALL },
    { name: 'nothing but time', ids: 'zero', hasTimestamps: false, seed: 7, ...LOSSES },
    { name: 'nothing but time, reordering and copies', ids: 'zero', hasTimestamps: false, seed: 8, ...ALL },
    { name: 'IPv6 without timestamps', ids: 'v6', hasTimestamps: false, seed: 9, ...LOSSES },
    { name: 'IPv6 without timestamps, reordering and copies', ids: 'v6', hasTimestamps: false, seed: 10, ...ALL },
    { name: 'timestamps, a queue that swells', ids: 'zero', hasTimestamps: true, seed: 11, queue: QUEUE, ...ALL },
    { name: 'IP IDs alone, a queue that swells', ids: 'kept', hasTimestamps: false, seed: 12, queue: QUEUE, ...LOSSES },
    { name: 'nothing but time, a queue that swells', ids: 'zero', hasTimestamps: false, seed: 14, queue: QUEUE, ...LOSSES },
    {
      name: 'nothing but time, a queue that swells, reordering',
      ids: 'v6',
      hasTimestamps: false,
      seed: 15,
      queue: QUEUE,
      ...ALL,
      twice: 0,
    },
    { name: 'IP IDs alone, a queue that swells, reordering', ids: 'kept', hasTimestamps: false, seed: 16, queue: QUEUE, ...ALL, twice: 0 },
    { name: 'timestamps, in one rack', ids: 'zero', hasTimestamps: true, seed: 17, isNear: true, ...ALL },
    { name: 'nothing but time, in one rack', ids: 'zero', hasTimestamps: false, seed: 13, isNear: true, ...ALL },
  ])('$name', async ({ seed, ...hardships }) => {
    const truth = download(new Random(97 * seed + taps), { ...hardships, taps });
    const opened = await Promise.all(truth.taps.map((rows, i) => openBytes(encodePcap(rows.map((r) => r.spec)), { tapName: `t${i}` })));
    const { paths, journeys } = correlateTaps(opened).correlation;
    expect(paths.length).toBe(1);
    const { lost, copies, ...wrong } = audit(truth, journeys);
    expect(lost).toBeGreaterThan(0);
    expect(copies > 0).toBe(hardships.twice > 0);
    expect(wrong).toEqual(RIGHT);
  });
});

describe.runIf(hasScenarios).each(['mtu-black-hole', 'ebay-leak-4taps', 'lossy'])('%s', (name) => {
  test.each([0, 1, 3])('headers cut before their timestamps at capture point %i: as much was lost and injected as without', async (cut) => {
    const whole = loadKnown(name);
    const missing = async (captures: readonly KnownCapture[]): Promise<number[]> => {
      const { flags } = (await analyzeKnown(captures)).analysis.correlation.journeys;
      return [J_LOST, J_INJECTED].map((bit) => flags.reduce((n, f) => n + (f & bit ? 1 : 0), 0));
    };
    const short = (r: KnownRecord): KnownRecord => ({
      ...r,
      bytes: r.bytes.subarray(0, 60),
      originalLength: r.originalLength ?? r.bytes.length,
    });
    const some = whole.map((c, i) => (i === cut ? { ...c, records: c.records.map(short) } : c));
    expect(await missing(some)).toEqual(await missing(whole));
  });
});

describe('sends of the same octets that nothing but time tells apart', () => {
  /** A server behind NAT sends; neither side has timestamps or IP IDs. `sent` and `seen` are lines of one capture point each. */
  const OPENING = `
    client = 10.0.0.1:40000
    svc    = 10.96.0.1:80
    pod    = 10.1.0.9:8080
    0ms    near:client>svc  far+1ms:client>pod  S   seq=100 ws=7 mss=1000
    3ms    far:pod>client   near+1ms:svc>client SA  seq=5000 ws=7 mss=1000 ipid=0
    6ms    near:client>svc  far+1ms:client>pod  A
    7ms    far:pod>client   near+1ms:svc>client A   seq=5001 len=700 ipid=0`;
  const CLOSING = `
    900ms  far:pod>client   near+1ms:svc>client A   seq=9701 len=700 ipid=0
    990ms  near:client>svc  far+1ms:client>pod  A   seq=101 ack=10401`;
  const journeysOf = async (lines: string): Promise<readonly string[]> => {
    const { correlation, name } = await correlateExchange(OPENING + lines + CLOSING);
    const { length, flags, seq, payloadLength, start, sightingTap, sightingRow } = correlation.journeys;
    const found: string[] = [];
    for (let j = 0; j < length; j++) {
      if ((payloadLength[j] ?? 0) === 0 || seq[j] === 5001 || seq[j] === 9701) continue;
      const of = Array.from({ length: (start[j + 1] ?? 0) - (start[j] ?? 0) }, (_, i) => (start[j] ?? 0) + i);
      const packets = of.map((k) => name({ tap: sightingTap[k] ?? 0, row: sightingRow[k] ?? 0 } as never));
      const said = [
        [J_LOST, 'lost'],
        [J_INJECTED, 'injected'],
        [J_DUPLICATED, 'twice'],
      ] as const;
      const words = said.filter(([bit]) => ((flags[j] ?? 0) & bit) !== 0).map(([, word]) => word);
      found.push([`${(seq[j] ?? 0) - 5701}+${payloadLength[j]}`, ...packets, ...words].join(' '));
    }
    return found.sort();
  };

  test('a part of a large segment is lost, and sent again alone', async () => {
    expect(
      await journeysOf(`
      100ms   far  pod>client A seq=5701 len=4000 ipid=0
      101ms   near svc>client A seq=5701 len=1000 ipid=0
      101.1ms near svc>client A seq=7701 len=2000 ipid=0
      140ms   far  pod>client A seq=6701 len=1000 ipid=0
      141ms   near svc>client A seq=6701 len=1000 ipid=0`),
    ).toEqual(['0+1000 far#5 near#5', '1000+1000 far#5 lost', '1000+1000 far#6 near#7', '2000+2000 far#5 near#6']);
  });

  test('of two sends one arrives: the one it is nearer to, and the other is lost', async () => {
    const twice = (arrives: string): string => `
      100ms far  pod>client A seq=5701 len=1000 ipid=0
      140ms far  pod>client A seq=5701 len=1000 ipid=0
      ${arrives} near svc>client A seq=5701 len=1000 ipid=0`;
    expect(await journeysOf(twice('101ms'))).toEqual(['0+1000 far#5 near#5', '0+1000 far#6 lost']);
    expect(await journeysOf(twice('141ms'))).toEqual(['0+1000 far#5 lost', '0+1000 far#6 near#5']);
  });

  test('of two sends one arrives, and nothing tells which: one is lost, not two, and not none', async () => {
    const both = await journeysOf(`
      100ms far  pod>client A seq=5701 len=1000 ipid=0
      120ms far  pod>client A seq=5701 len=1000 ipid=0
      400ms near svc>client A seq=5701 len=1000 ipid=0`);
    expect(both.length).toBe(2);
    expect(both.filter((j) => j.endsWith('lost')).length).toBe(1);
    expect(both.filter((j) => j.includes('near#5')).length).toBe(1);
  });

  test('two sends arrive, both held: none is lost, and they arrive in their order', async () => {
    expect(
      await journeysOf(`
      100ms far  pod>client A seq=5701 len=1000 ipid=0
      300ms far  pod>client A seq=5701 len=1000 ipid=0
      500ms near svc>client A seq=5701 len=1000 ipid=0
      520ms near svc>client A seq=5701 len=1000 ipid=0`),
    ).toEqual(['0+1000 far#5 near#5', '0+1000 far#6 near#6']);
  });

  test('the first send is lost and the second comes twice at once: a copy is no send of long ago', async () => {
    expect(
      await journeysOf(`
      100ms     far  pod>client A seq=5701 len=1000 ipid=0
      101ms     far  pod>client A seq=6701 len=1000 ipid=0
      102ms     near svc>client A seq=6701 len=1000 ipid=0
      300ms     far  pod>client A seq=5701 len=1000 ipid=0
      301ms     near svc>client A seq=5701 len=1000 ipid=0
      301.02ms  near svc>client A seq=5701 len=1000 ipid=0`),
    ).toEqual(['0+1000 far#5 lost', '0+1000 far#7 near#6', '0+1000 near#7 twice', '1000+1000 far#6 near#5']);
  });

  test('a part of a large segment comes twice, once merged with what followed', async () => {
    expect(
      await journeysOf(`
      100ms     far  pod>client A seq=5701 len=4000 ipid=0
      101ms     near svc>client A seq=5701 len=2000 ipid=0
      101.01ms  near svc>client A seq=6701 len=3000 ipid=0`),
    ).toEqual(['0+2000 far#5 near#5', '1000+1000 near#6 twice', '2000+2000 far#5 near#6']);
  });
});
