// Clocks whose truth is known: what is said of each holds, however far off it is, however it drifts, and however unlike the two ways are.
import { describe, expect, test } from 'vitest';
import { encodePcap, openBytes, type RecordSpec } from '../../testing/captureFiles.ts';
import { type Correlated, correlateTaps } from '../../testing/correlateTaps.ts';
import { Random } from '../../testing/mutate.ts';
import { encodeFrame, type SegmentSpec } from '../../testing/packets.ts';

/** A clock's time at a true one, Nanos. */
type Clock = (time: number) => number;

interface World {
  readonly clocks: readonly Clock[];
  /** Nanos, the whole way: to the server, and back; what a queue may add. */
  readonly forward: number;
  readonly backward: number;
  readonly queue: number;
  readonly duration: number;
  readonly exchanges: number;
  readonly timestamps: boolean;
}

interface Seen extends Correlated {
  /** True times of each tap's rows. */
  readonly truth: readonly (readonly number[])[];
}

const START = 1_700_000_000_000_000_000n;
const CLIENT = '10.0.0.1:40000';
const [SERVICE, SERVER] = ['10.96.0.1:80', '10.1.0.9:8080'];

/** Requests and answers of one connection through a NAT behind the first of as many taps as there are clocks. */
async function see(world: World, random: Random): Promise<Seen> {
  const { clocks, forward, backward, duration, exchanges } = world;
  const seen: { readonly time: number; readonly spec: RecordSpec }[][] = clocks.map(() => []);
  const last = clocks.length - 1;
  let id = 0;
  const send = (time: number, isReply: boolean, segment: Partial<SegmentSpec>): void => {
    let at = time;
    id++;
    for (let hop = 0; hop <= last; hop++) {
      const tap = isReply ? last - hop : hop;
      if (hop > 0) at += (isReply ? backward : forward) / last + (random.below(3) === 0 ? random.below(1 + world.queue) : 0);
      const server = tap === 0 ? SERVICE : SERVER;
      const ends = isReply ? { src: server, dst: CLIENT } : { src: CLIENT, dst: server };
      const ts = world.timestamps ? { ts: [1 + Math.floor(time / 1e6), 1] as const } : {};
      const bytes = encodeFrame({ ...segment, ...ends, ...ts, ipId: id & 0xffff, ttl: 64 - hop });
      const own = (clocks[tap] as Clock)(at);
      seen[tap]?.push({ time: at, spec: { time: START + BigInt(Math.round(own)), bytes, originalLength: bytes.length } });
    }
  };
  send(1000, false, { flags: 'S', seq: 100, scale: 7 });
  send(1000 + forward, true, { flags: 'SA', seq: 500, ack: 101, scale: 7 });
  send(1000 + forward + backward, false, { flags: 'A', seq: 101, ack: 501 });
  let [seq, ack, time] = [101, 501, 2000 + forward + backward];
  for (let i = 0; i < exchanges; i++) {
    time += (2 * random.below(1000) * duration) / exchanges / 1000;
    const [asked, answered] = [1 + random.below(1000), 1 + random.below(1000)];
    send(time, false, { flags: 'PA', seq, ack, payload: asked });
    seq += asked;
    time += forward + 20_000;
    send(time, true, { flags: 'PA', seq: ack, ack: seq, payload: answered });
    ack += answered;
    time += backward + 20_000;
  }
  for (const rows of seen) rows.sort((a, b) => a.time - b.time);
  const taps = await Promise.all(seen.map((rows, i) => openBytes(encodePcap(rows.map((r) => r.spec)), { tapName: `t${i}` })));
  return { ...correlateTaps(taps), truth: seen.map((rows) => rows.map((r) => r.time)) };
}

const DAY = 86_400e9;
const ppm = (random: Random, most: number): number => (random.below(2 * most + 1) - most) * 1e-6;
const share = (random: Random): number => random.below(10_000) / 10_000;
/** Up to a day, most of them less. */
const offset = (random: Random): number => (random.below(2) === 0 ? -1 : 1) * DAY * 10 ** (-8 * share(random));

/** By kind: a clock, and how unlike the two ways are. */
const KINDS: Readonly<Record<string, (random: Random, duration: number) => Clock>> = {
  'a day ahead or behind': (random) => {
    const by = offset(random);
    return (t) => t + by;
  },
  'drifting by ±200 ppm': (random) => {
    const [by, skew] = [offset(random), ppm(random, 200)];
    return (t) => t + by + skew * t;
  },
  'drifting otherwise from some time on': (random, duration) => {
    const [by, before, after, at] = [offset(random), ppm(random, 200), ppm(random, 200), duration * (0.2 + 0.6 * share(random))];
    return (t) => t + by + before * Math.min(t, at) + after * Math.max(0, t - at);
  },
  'set in between': (random, duration) => {
    const [by, skew, at, step] = [offset(random), ppm(random, 100), duration * (0.2 + 0.6 * share(random)), 1e9 + random.below(9) * 1e9];
    return (t) => t + by + skew * t + (t > at ? step : 0);
  },
};

function worldOf(kind: string, random: Random): World {
  const duration = 10 ** (1 + 2 * share(random)) * 1e9;
  const forward = Math.round(10 ** (4 + 3.5 * share(random)));
  const unlike = [1, 1, 50, 1 / 50][random.below(4)] ?? 1;
  const make = KINDS[kind] as (typeof KINDS)[string];
  const taps = 2 + random.below(3);
  // One of them is set; where all are, packets on their way just then can't all be put in their place.
  const odd = random.below(taps);
  const still = KINDS['drifting by ±200 ppm'] as typeof make;
  return {
    clocks: Array.from({ length: taps }, (_, i) => (kind === 'set in between' && i !== odd ? still : make)(random, duration)),
    forward,
    backward: Math.round(forward * unlike),
    queue: Math.round(forward * share(random)),
    duration,
    exchanges: 20 + random.below(200),
    timestamps: random.below(2) === 0,
  };
}

describe.each(Object.keys(KINDS))('clocks %s', (kind) => {
  const RUNS = 25;
  test('the truth lies within what is claimed, and one path is found', async () => {
    for (let seed = 0; seed < RUNS; seed++) {
      const random = new Random(seed);
      const world = worldOf(kind, random);
      const { correlation, truth } = await see(world, random);
      expect(correlation.paths.length).toBe(1);
      const reference = world.clocks[0] as Clock;
      correlation.clocks.forEach((clock, tap) => {
        const at = truth[tap]?.[0] ?? 0;
        const is = (world.clocks[tap] as Clock)(at) - reference(at);
        expect([seed, tap, Math.abs(clock.offset - is) <= clock.uncertainty + 1]).toEqual([seed, tap, true]);
        // Not by claiming nothing: a round trip, and what clocks drift until packets come close.
        expect([seed, tap, clock.uncertainty < 2 * (world.forward + world.backward + world.queue) + 1e6]).toEqual([seed, tap, true]);
      });
    }
  });

  test('no packet is said to arrive before it was sent', async () => {
    for (let seed = 100; seed < 100 + RUNS; seed++) {
      const random = new Random(seed);
      const world = worldOf(kind, random);
      const { correlation } = await see(world, random);
      const { length, firstTime, lastTime } = correlation.journeys;
      const late = Array.from({ length }, (_, j) => firstTime[j] - lastTime[j]).filter((by) => by > world.forward + world.backward + 1e6);
      expect([seed, late.length]).toEqual([seed, 0]);
    }
  });
});
