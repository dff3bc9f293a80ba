// A large capture opens without freezing the page, and what the page weighs stays small.
import { createWriteStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { encodePcap } from '../src/testing/captureFiles.ts';
import { encodeFrame } from '../src/testing/packets.ts';
import { dropFiles, expect, test, watchTasks } from './support.ts';

const MEGABYTE = 1_000_000;

const START = 1_700_000_000_000_000_000n;
const BATCH = 500;

/** Downloads over twenty connections: data one way, an ACK for every second segment the other. @returns how many packets */
async function writeLargeCapture(path: string, size: number): Promise<number> {
  const out = createWriteStream(path);
  out.write(encodePcap([]));
  let written = 0;
  let packets = 0;
  for (; written < size; packets += BATCH) {
    const records = Array.from({ length: BATCH }, (_, i) => ({ time: START + BigInt(packets + i) * 20_000n, bytes: frameOf(packets + i) }));
    const body = encodePcap(records).subarray(24);
    out.write(body);
    written += body.length;
  }
  out.end();
  await finished(out);
  return packets;
}

function frameOf(n: number): Uint8Array {
  const client = `10.0.${n % 20}.7:${40_000 + (n % 20)}`;
  const round = Math.floor(n / 20);
  const sent = (n % 20) * 104_729_000 + Math.ceil((round * 2) / 3) * 1448;
  if (round % 3 === 2) return encodeFrame({ src: client, dst: '10.1.0.1:443', flags: 'A', seq: 500, ack: sent });
  return encodeFrame({ src: '10.1.0.1:443', dst: client, flags: 'PA', seq: sent, ack: 500, payload: 1448 });
}

test('a capture of 50 MB opens without freezing the page', async ({ page, browser }, info) => {
  test.setTimeout(120_000);
  const path = info.outputPath('large.pcap');
  const packets = await writeLargeCapture(path, 50 * MEGABYTE);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForTimeout(500);
  const tasks = await watchTasks(browser, page);
  const started = Date.now();
  await dropFiles(page, [path]);
  await expect(page.getByRole('complementary', { name: 'Verdict' }).getByRole('heading', { level: 1 })).toBeVisible({ timeout: 60_000 });
  const seconds = (Date.now() - started) / 1000;
  const longest = await tasks.longest();
  const megabytes = statSync(path).size / MEGABYTE;
  console.log(
    `${megabytes.toFixed(0)} MB, ${packets} packets in ${seconds.toFixed(2)} s: ${(megabytes / seconds).toFixed(0)} MB/s, ${Math.round(packets / seconds)} packets/s; longest task ${longest.cpu.toFixed(0)} ms of processor time, ${longest.wall.toFixed(0)} ms by the clock`,
  );
  expect(longest.cpu, 'longest task on the main thread, ms of processor time').toBeLessThanOrEqual(50);
  expect(longest.cpu).toBeGreaterThan(0);
});

test('the first load stays below 250 kB of script', async ({ page, watch, baseURL }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  const dist = fileURLToPath(new URL('../dist/web', import.meta.url));
  const scripts = new Set(
    watch.requests.filter((url) => url.endsWith('.js') && !url.endsWith('/sw.js')).map((url) => url.replace(`${baseURL}/`, '')),
  );
  // The offline script fetches everything for later: what the page itself asked for is in its performance entries.
  const asked = await page.evaluate(() => performance.getEntriesByType('resource').map((e) => e.name));
  const first = [...scripts].filter((file) => asked.some((url) => url.endsWith(file)));
  const weight = first.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
  console.log(`first load: ${(weight / 1000).toFixed(0)} kB of script, ${readdirSync(join(dist, 'assets')).length} files in all`);
  expect(weight).toBeGreaterThan(10_000);
  expect(weight).toBeLessThanOrEqual(250_000);
});
