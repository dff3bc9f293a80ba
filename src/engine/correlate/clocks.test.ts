// Clocks where next to nothing came back.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { conclusions, correlateTaps, reclocked } from '../../testing/correlateTaps.ts';

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
