// Clocks where next to nothing came back.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { correlateTaps, reclocked } from '../../testing/correlateTaps.ts';

const REFUSED = '../shared/captures/connection-refused';

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
