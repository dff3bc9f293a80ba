// Clocks where next to nothing came back.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { conclusions, correlateTaps, reclocked } from '../../testing/correlateTaps.ts';
import { tapExchange } from '../../testing/tapExchange.ts';
import { nanos, tapId } from '../model/units.ts';

const REFUSED = '../shared/captures/connection-refused';

const LEAK = '../shared/captures/ebay-leak';

test.runIf(existsSync(LEAK)).each([2_300_000_000, -1_300_000_000])(
  'a clock that steps by %i ns in mid-capture: found, and nothing else moves',
  async (by) => {
    const [envoy, pilot] = await Promise.all(
      ['envoy', 'pilot'].map((tapName) => openBytes(new Uint8Array(readFileSync(`${LEAK}/${tapName}.pcap`)), { tapName })),
    );
    if (!envoy || !pilot) throw new Error('two captures');
    const middle = pilot.packets.length >> 1;
    const at = pilot.packets.time[middle] ?? 0;
    const time = pilot.packets.time.map((t, row) => (row < middle ? t : t + by));
    const before = correlateTaps([envoy, pilot]);
    const after = correlateTaps([envoy, { ...pilot, packets: { ...pilot.packets, time } }]);
    const clock = after.correlation.clocks[1];
    expect(clock?.steps).toHaveLength(1);
    expect(Math.abs((clock?.steps[0]?.by ?? 0) - by)).toBeLessThan(20e6);
    expect(Math.abs((clock?.steps[0]?.time ?? 0) - at)).toBeLessThan(100e6);
    expect(conclusions(after)).toEqual(conclusions(before));
  },
);

test.runIf(existsSync(REFUSED))('refused connections alone relate clocks that are hours apart', async () => {
  const taps = await Promise.all(
    ['envoy', 'node-pilot', 'pilot'].map((tapName) => openBytes(new Uint8Array(readFileSync(`${REFUSED}/${tapName}.pcap`)), { tapName })),
  );
  const hours = [0n, 5n, -9n].map((h) => h * 3_600_000_000_000n);
  const { correlation } = correlateTaps(taps.map((tap, i) => reclocked(tap, hours[i] ?? 0n, 0)));
  correlation.clocks.forEach(({ offset, uncertainty }, i) => {
    expect(Math.abs(offset - Number(hours[i]))).toBeLessThanOrEqual(uncertainty);
    expect(uncertainty).toBeLessThan(5e6);
  });
});

const CHAIN = `
  client = 10.148.74.37:48640
  svc    = 192.168.107.214:15010
  pod    = 10.148.74.34:15010
  clock node +1s
  clock pilot +3s
  0ms    envoy:client>svc   node+0.4ms:client>pod   pilot+0.9ms:client>pod   S   seq=1000 ws=7 ts
  1ms    pilot:pod>client   node+0.5ms:pod>client   envoy+0.9ms:svc>client   SA  seq=9000 ws=7 ts
  2ms    envoy:client>svc   node+0.4ms:client>pod   pilot+0.9ms:client>pod   PA  len=100 ts *20/1ms
  30ms   pilot:pod>client   node+0.5ms:pod>client   envoy+0.9ms:svc>client   PA  len=1000 ts *20/1ms`;
const [NODE, PILOT] = [tapId(1), tapId(2)];

test('bounds are against the reference clock, however many clocks lie between', async () => {
  const { correlation } = correlateTaps(await tapExchange(CHAIN));
  for (const { offset, uncertainty, bounds } of correlation.clocks.slice(1)) {
    const values = (pairs: Float64Array): number[] => [...pairs].filter((_, i) => i % 2 === 1);
    expect(bounds.forward.length * bounds.backward.length).toBeGreaterThan(0);
    for (const above of values(bounds.forward)) expect(above).toBeGreaterThanOrEqual(offset - uncertainty);
    for (const below of values(bounds.backward)) expect(below).toBeLessThanOrEqual(offset + uncertainty);
    expect(bounds.forwardRows).toHaveLength(bounds.forward.length / 2);
  }
});

test('an offset set by hand: what the packets say stays known, what they contradict is counted, and clocks beyond follow', async () => {
  const taps = await tapExchange(CHAIN);
  const free = correlateTaps(taps).correlation.clocks;
  const at = (offset: number) => correlateTaps(taps, { pinnedOffsets: new Map([[NODE, nanos(offset)]]) }).correlation.clocks;
  const [, node, pilot] = at(1_050_000_000);
  expect(node).toMatchObject({ offset: 1_050_000_000, uncertainty: 0, pinned: true });
  expect(node?.inferred).toEqual({ offset: free[NODE]?.offset, uncertainty: free[NODE]?.uncertainty });
  expect(node?.violations).toBeGreaterThan(10);
  expect(pilot).toMatchObject({ pinned: false, violations: 0 });
  expect(Math.abs((pilot?.offset ?? 0) - (free[PILOT]?.offset ?? 0) - (1_050_000_000 - (free[NODE]?.offset ?? 0)))).toBeLessThan(1000);
  expect(at(1_000_000_000)[NODE]?.violations).toBe(0);
});
