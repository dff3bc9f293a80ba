// The capture panel: what each capture is, in words, and what of it limits the verdict.
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { encodePcap, encodePcapng, option, pcapngBlock, type RecordSpec } from '../src/testing/captureFiles.ts';
import { concat, encodeFrame, u32 } from '../src/testing/packets.ts';
import { dropFiles, expect, test } from './support.ts';

const START = 1_700_000_000_000_000_000n;
const MS = 1_000_000n;

/** Fourteen connections under way, a packet each every 20 ms; the first `whole` of them begin with a handshake. */
function traffic(connections: number, whole: number, begin = START): RecordSpec[] {
  const records: RecordSpec[] = [];
  for (let c = 0; c < connections; c++) {
    const base = { src: `10.0.0.${c + 1}:40000`, dst: '10.0.1.1:443' };
    const back = { src: base.dst, dst: base.src };
    const at = (n: number): bigint => begin + BigInt(c) * 7n * MS + BigInt(n) * 20n * MS;
    if (c < whole) {
      records.push({ time: at(0), bytes: encodeFrame({ ...base, flags: 'S', seq: 999, mss: 1460 }) });
      records.push({ time: at(1), bytes: encodeFrame({ ...back, flags: 'SA', seq: 499, ack: 1000, mss: 1460 }) });
    }
    for (let n = 2; n < 12; n++)
      records.push({ time: at(n), bytes: encodeFrame({ ...base, flags: 'PA', seq: 1000 + 100 * n, ack: 500, payload: 100 }) });
  }
  return records.sort((a, b) => Number(a.time - b.time));
}
const cutAt = (octets: number, records: readonly RecordSpec[]): RecordSpec[] =>
  records.map((r) => ({ ...r, bytes: r.bytes.subarray(0, octets), originalLength: r.bytes.length }));
const drops = (count: number): Uint8Array => {
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, BigInt(count), true);
  return pcapngBlock(5, [u32(0), u32(0), u32(0), option(5, octets)]);
};
const arp = Uint8Array.from({ length: 60 }, (_, i) => (i === 12 ? 8 : i === 13 ? 6 : i < 6 ? 255 : i));

const card = (page: Page, file: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('textbox', { name: `Name of the capture point of ${file}` }) });

async function openPanel(page: Page, files: Readonly<Record<string, Uint8Array>>, path: (name: string) => string): Promise<void> {
  const paths = Object.entries(files).map(([name, bytes]) => {
    writeFileSync(path(name), bytes);
    return path(name);
  });
  await page.goto('/');
  await dropFiles(page, paths);
  await page
    .getByRole('button', { name: /^Captures/ })
    .first()
    .click();
}

test('says what a file is: format, compression, link types, size, snap length, packets by protocol, connections, time and activity', async ({
  page,
}, info) => {
  const records = [...traffic(3, 3), { time: START + 500n * MS, bytes: arp }];
  const interfaces = [{ name: 'eth0' }, { name: 'lo', linkType: 101 }];
  await openPanel(
    page,
    {
      'plain.pcap': encodePcap(records, { snapLength: 262_144 }),
      'packed.pcapng': gzipSync(encodePcapng(traffic(3, 3, START + MS), { interfaces })),
    },
    (name) => info.outputPath(name),
  );
  const plain = card(page, 'plain.pcap');
  await expect(plain).toContainText(/plain\.pcap, pcap, [\d.,]+ [kK]?i?B, Ethernet, snaplen 262,144/);
  await expect(plain).toContainText('37, 97.3 % TCP (1 other), 3 connections');
  await expect(plain).toContainText('2023-11-14 22:13:20.000000 – 22:13:20.500000 UTC, 500');
  await expect(plain).toContainText('not stated by the file');
  const strip = plain.getByRole('img', { name: 'Packets over time at plain' });
  await expect(strip).toBeVisible();
  expect((await strip.locator('path').getAttribute('d'))?.length).toBeGreaterThan(50);
  await expect(card(page, 'packed.pcapng')).toContainText(
    /packed\.pcapng, pcapng \(gzip\), [\d.,]+ [kK]?i?B, Ethernet \+ Raw IP, snaplen unlimited/,
  );
  expect((await new AxeBuilder({ page }).include('[role=tabpanel]').analyze()).violations).toEqual([]);
});

test('warns of what limits the verdict: cut, dropped, offloaded, in the middle, damaged', async ({ page }, info) => {
  const large: RecordSpec = {
    time: START + 900n * MS,
    bytes: encodeFrame({ src: '10.0.0.1:40000', dst: '10.0.1.1:443', flags: 'A', seq: 9000, ack: 500, payload: 64_000 }),
  };
  const whole = encodePcap(traffic(2, 2));
  await openPanel(
    page,
    {
      'cut96.pcap': encodePcap(cutAt(96, traffic(14, 0))),
      'cut160.pcap': encodePcap(cutAt(160, [...traffic(1, 1), large])),
      'drops.pcapng': concat(encodePcapng(traffic(2, 2, START + 5n * MS)), drops(12)),
      'nodrops.pcapng': concat(encodePcapng(traffic(2, 2, START + 1n * MS)), drops(0)),
      'offload.pcap': encodePcap([...traffic(2, 2, START + 2n * MS), large]),
      'half.pcap': whole.subarray(0, whole.length - 20),
      'damaged.pcap': concat(whole, u32(1), u32(1), u32(0xffffffff), u32(0xffffffff)),
      'behind.pcap.gz': concat(gzipSync(encodePcap(traffic(1, 1, START + 3n * MS))), new TextEncoder().encode('the end')),
      'strange.pcap': encodePcap(traffic(1, 1, START + 4n * MS), { linkType: 147 }),
    },
    (name) => info.outputPath(name),
  );
  await expect(card(page, 'cut96.pcap')).toContainText(
    '140 packets cut at 96 bytes: payload can’t be compared, and some headers may be missing.',
  );
  await expect(card(page, 'cut96.pcap')).toContainText(
    'Starts in the middle of 14 connections: window scales and initial sequence numbers are unknown there.',
  );
  await expect(card(page, 'cut160.pcap')).toContainText('1 packet cut at 160 bytes: its payload can’t be compared in full.');
  await expect(card(page, 'cut160.pcap')).not.toContainText('Starts in the middle');
  await expect(card(page, 'drops.pcapng')).toContainText(
    '12 packets dropped while capturing: a packet missing here may still have passed.',
  );
  await expect(card(page, 'drops.pcapng')).toContainText('12 stated by the file');
  await expect(card(page, 'nodrops.pcapng')).toContainText('0 stated by the file');
  await expect(card(page, 'nodrops.pcapng')).not.toContainText('dropped while capturing');
  await expect(card(page, 'offload.pcap')).toContainText('Offloaded: packets of up to 64 kB.');
  await expect(card(page, 'half.pcap')).toContainText(/half\.pcap, octet [\d,]+: The file ends in the middle of the record/);
  await expect(card(page, 'damaged.pcap')).toContainText(/damaged\.pcap, octet [\d,]+: The record here claims 4294967295 octets/);
  await expect(card(page, 'behind.pcap.gz')).toContainText('behind.pcap.gz: The last 7 octets of the file are no gzip data');
  await expect(card(page, 'strange.pcap')).toContainText('Link type 147 is not known: its packets are counted, not read.');
  expect((await new AxeBuilder({ page }).include('[role=tabpanel]').analyze()).violations).toEqual([]);
});

test('captures that do not overlap are said with both spans and seen side by side on one axis', async ({ page }, info) => {
  const hour = 3_600_000n * MS;
  await openPanel(page, { 'early.pcap': encodePcap(traffic(2, 2)), 'late.pcap': encodePcap(traffic(2, 2, START + hour)) }, (name) =>
    info.outputPath(name),
  );
  await expect(page.getByRole('status').filter({ hasText: 'early and late share no time by their own clocks' })).toContainText(
    /early ends 2023-11-14 22:13:20\.\d+ UTC, late begins 2023-11-14 23:13:20\.000000 UTC/,
  );
  // Cards stand beside or below each other: what counts is where in its own strip each begins.
  const left = async (name: string) =>
    Number(
      await page
        .getByRole('img', { name: `Packets over time at ${name}` })
        .locator('rect')
        .first()
        .getAttribute('x'),
    );
  expect([await left('early'), await left('late')]).toEqual([0, expect.closeTo(999.9, 0)]);
});

test('the same in Chinese: no English sentence is left', async ({ page }, info) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'language', { value: 'zh-CN' });
    Object.defineProperty(navigator, 'languages', { value: ['zh-CN'] });
  });
  const whole = encodePcap(traffic(2, 2));
  const files = {
    'cut96.pcap': encodePcap(cutAt(96, traffic(14, 0))),
    'half.pcap': whole.subarray(0, whole.length - 20),
    'behind.pcap.gz': concat(gzipSync(encodePcap(traffic(1, 1, START + 3n * MS))), new TextEncoder().encode('the end')),
    'damaged.pcap': concat(encodePcap(traffic(1, 1)), u32(1), u32(1), u32(0xffffffff), u32(0xffffffff)),
    'drops.pcapng': concat(encodePcapng(traffic(2, 2)), drops(12)),
  };
  const paths = Object.entries(files).map(([name, bytes]) => {
    writeFileSync(info.outputPath(name), bytes);
    return info.outputPath(name);
  });
  await page.goto('/');
  await dropFiles(page, paths);
  await page.getByRole('button', { name: /^抓包/ }).first().click();
  const list = page.getByRole('list', { name: '抓包文件' });
  await expect(list).toContainText('140 个数据包被截断到 96 字节');
  await expect(list).toContainText('抓包时丢弃了 12 个数据包');
  await expect(list).toContainText('从 14 条连接的中途开始');
  const sentences = (await list.innerText()).split('\n').filter((line) => /[a-z]+ [a-z]+ [a-z]+/.test(line));
  expect(sentences).toEqual([]);
});
