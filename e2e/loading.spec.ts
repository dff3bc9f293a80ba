// Files of every kind come in: what is no capture is named with a sentence, and the rest of the drop still works.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodePcap } from '../src/testing/captureFiles.ts';
import { encodeFrame } from '../src/testing/packets.ts';
import { capture, dropFiles, expect, test } from './support.ts';

const EXPECTED = 'Expected: pcap or pcapng';

test('garbage, an empty file, a text file and an image are named, and the capture beside them opens', async ({ page }, info) => {
  const file = (name: string, content: string | Uint8Array): string => {
    const path = info.outputPath(name);
    writeFileSync(path, content);
    return path;
  };
  await page.goto('/');
  await dropFiles(page, [
    file(
      'garbage.pcap',
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251),
    ),
    file('empty.pcap', ''),
    file('readme.txt', 'Dear reader, this is no capture.\n'.repeat(20)),
    file('picture.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13)),
    capture('lossy/envoy.pcap'),
  ]);
  const aside = page.getByRole('region', { name: 'Files that were not used' });
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  await expect(page.getByRole('textbox', { name: 'Name of the capture point of envoy.pcap' })).toHaveValue('envoy');
  await expect(aside.getByRole('listitem').filter({ hasText: 'garbage.pcap' }).first()).toContainText(EXPECTED);
  await expect(aside.getByRole('listitem').filter({ hasText: 'empty.pcap' }).first()).toContainText('is empty (0 bytes)');
  await expect(aside.getByRole('listitem').filter({ hasText: 'readme.txt' }).first()).toContainText(EXPECTED);
  await expect(aside.getByRole('listitem').filter({ hasText: 'picture.png' }).first()).toContainText('is an image');
});

test('only files that are no captures: the start page stays and says so', async ({ page }, info) => {
  const path = info.outputPath('notes.txt');
  writeFileSync(path, 'nothing here\n');
  await page.goto('/');
  await dropFiles(page, [path]);
  await expect(page.getByRole('region', { name: 'Files that were not used' }).first()).toContainText('notes.txt');
  await expect(page.getByText('Drop captures here')).toBeVisible();
});

test('a capture cut in the middle opens up to the cut and says where it ends', async ({ page }, info) => {
  const whole = readFileSync(capture('lossy/envoy.pcap'));
  const path = info.outputPath('cut.pcap');
  writeFileSync(path, whole.subarray(0, Math.floor(whole.length / 2) + 7));
  await page.goto('/');
  await dropFiles(page, [path]);
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  const card = page.getByRole('listitem').filter({ has: page.getByRole('textbox', { name: 'Name of the capture point of cut.pcap' }) });
  await expect(card).toContainText(/cut\.pcap, octet [\d,]+: The file ends in the middle of the record/);
});

test('the same capture twice, once as gzip, is not counted double', async ({ page }, info) => {
  const plain = capture('lossy/envoy.pcap');
  const packed = info.outputPath('again.pcap.gz');
  writeFileSync(packed, gzipSync(readFileSync(plain)));
  await page.goto('/');
  await dropFiles(page, [plain, packed]);
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Files that were not used' }).first()).toContainText('holds the same packets as');
  await expect(page.getByRole('textbox', { name: /Name of the capture point/ })).toHaveCount(1);
});

test('a folder is read deep, a picked file works like a dropped one', async ({ page }, info) => {
  const folder = info.outputPath('incident');
  mkdirSync(join(folder, 'node/deep'), { recursive: true });
  copyFileSync(capture('lossy/envoy.pcap'), join(folder, 'node/deep/envoy.pcap'));
  copyFileSync(capture('lossy/pilot.pcap'), join(folder, 'pilot.pcap'));
  writeFileSync(join(folder, '.DS_Store'), 'x');
  await page.goto('/');
  await dropFiles(page, [folder]);
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  await expect(page.getByRole('textbox', { name: /Name of the capture point/ })).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Files that were not used' })).toHaveCount(0);
});

test('fifty files at once: all are listed, one bad one does not stop the rest', async ({ page }, info) => {
  const paths: string[] = [];
  for (let i = 0; i < 49; i++) {
    const segment = { src: `10.0.0.${i + 1}:4${String(i).padStart(4, '0')}`, dst: '10.0.1.1:80', seq: 1000 + i, flags: 'S' };
    const path = info.outputPath(`host${i}.pcap`);
    writeFileSync(path, encodePcap([{ time: 1_700_000_000_000_000_000n + BigInt(i), bytes: encodeFrame(segment) }]));
    paths.push(path);
  }
  const bad = info.outputPath('bad.pcap');
  writeFileSync(
    bad,
    Uint8Array.from({ length: 100 }, (_, i) => 200 + (i % 50)),
  );
  await page.goto('/');
  await dropFiles(page, [...paths, bad]);
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  await expect(page.getByRole('textbox', { name: /Name of the capture point/ })).toHaveCount(49, { timeout: 20_000 });
  await expect(page.getByRole('region', { name: 'Files that were not used' }).first()).toContainText('bad.pcap');
});

test('captures that share no time say both spans', async ({ page }, info) => {
  const day = 86_400_000_000_000n;
  const at = (time: bigint, port: number): Uint8Array =>
    encodePcap([{ time, bytes: encodeFrame({ src: `10.0.0.1:${port}`, dst: '10.0.1.1:80', flags: 'S', seq: port }) }]);
  const [a, b] = [info.outputPath('monday.pcap'), info.outputPath('wednesday.pcap')];
  writeFileSync(a, at(1_700_000_000_000_000_000n, 40_000));
  writeFileSync(b, at(1_700_000_000_000_000_000n + 2n * day, 40_001));
  await page.goto('/');
  await dropFiles(page, [a, b]);
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  await expect(page.getByText('monday and wednesday share no time by their own clocks')).toContainText('2023-11-14');
  await expect(page.getByText('share no time by their own clocks')).toContainText('2023-11-16');
});

test('no TCP in it: says what was found', async ({ page }, info) => {
  const arp = Uint8Array.from({ length: 60 }, (_, i) => (i === 12 ? 8 : i === 13 ? 6 : i < 6 ? 255 : i));
  const path = info.outputPath('arp.pcap');
  writeFileSync(path, encodePcap([0n, 1n, 2n].map((n) => ({ time: 1_700_000_000_000_000_000n + n, bytes: arp }))));
  await page.goto('/');
  await dropFiles(page, [path]);
  await expect(page.getByRole('heading', { name: 'No TCP in these captures' })).toBeVisible();
  await expect(page.getByText('3 packets: 3 others.')).toBeVisible();
});

test('an empty capture and one of a single packet are no proof that all is well', async ({ page }, info) => {
  const [empty, single] = [info.outputPath('empty.pcap'), info.outputPath('single.pcap')];
  writeFileSync(empty, encodePcap([]));
  const syn = encodeFrame({ src: '10.0.0.1:40000', dst: '10.0.1.1:80', flags: 'S', seq: 1 });
  writeFileSync(single, encodePcap([{ time: 1_700_000_000_000_000_000n, bytes: syn }]));
  await page.goto('/');
  await dropFiles(page, [empty]);
  await expect(page.getByRole('heading', { name: 'No packets in these captures' })).toBeVisible();
  await expect(page.getByText('nothing was captured')).toBeVisible();
  await page.goto('/');
  await page.reload();
  await dropFiles(page, [single]);
  await expect(page.getByRole('heading', { name: 'Not enough evidence' })).toBeVisible();
  await expect(page.getByText('1 TCP packet in all, less than a handshake')).toBeVisible();
});

test('clocks that jump and years far away leave the page usable', async ({ page }, info) => {
  const frame = (seq: number, port = 40_000): Uint8Array =>
    encodeFrame({ src: `10.0.0.1:${port}`, dst: '10.0.1.1:80', flags: 'A', seq, payload: 10 });
  const path = info.outputPath('jumps.pcap');
  const second = 1_000_000_000n;
  writeFileSync(
    path,
    encodePcap([
      { time: 1_700_000_000n * second, bytes: frame(1) },
      { time: 1n, bytes: frame(11) },
      { time: 4_294_967_295n * second + 999_999_999n, bytes: frame(21) },
      { time: 1_700_000_001n * second, bytes: frame(31) },
    ]),
  );
  await page.goto('/');
  await dropFiles(page, [path]);
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
  await expect(page.getByRole('textbox', { name: /Name of the capture point/ })).toHaveCount(1);
  await expect(page.locator('body')).not.toContainText(/Invalid Date|NaN/);
});
