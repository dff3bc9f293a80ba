import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openSources } from '../../testing/captureFiles.ts';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { concat } from '../../testing/packets.ts';
import { openCapture } from './openCapture.ts';
import { bytesSource } from './source.ts';

const CAPTURES = new URL('../../testing/captures/', import.meta.url);
const pcap = readFileSync(new URL('app-close-unread/envoy.pcap', CAPTURES));
const whole = await openSources([bytesSource('x.pcap', pcap)]);

const NO_PLATFORM = { gzip: null };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ['platform', {}],
  ['ours', { inflaters: NO_PLATFORM }],
])('gzip is told by content and read by %s alike', async (_, options) => {
  const tap = await openSources([bytesSource('named-wrongly.pcap', gzipSync(pcap))], options);
  expect(tap.files[0]).toMatchObject({ compression: 'gzip', plainSize: pcap.length, problems: [] });
  expect(tap.packets).toEqual(whole.packets);
});

test('several members, as from appending to a gzip file, are one capture', async () => {
  const stored = concat(gzipSync(pcap.subarray(0, 5001)), gzipSync(pcap.subarray(5001)));
  const tap = await openSources([bytesSource('x.pcap.gz', stored)]);
  expect(tap.files[0]?.problems).toEqual([]);
  expect(tap.packets).toEqual(whole.packets);
});

test.each<[string, object]>([
  ['the browser’s', {}],
  ['ours', { inflaters: NO_PLATFORM }],
])('octets behind the last member are left out, and said unless they are padding: %s', async (whose, options) => {
  const said = async (behind: Uint8Array) => {
    const stored = concat(gzipSync(pcap), behind);
    const [pieces, tap] = [
      await openSources([bytesSource('x', stored)], { ...options, chunkSize: 100 }),
      await openSources([bytesSource('x', stored)], options),
    ];
    expect([tap.files[0]?.plainSize, tap.packets.length]).toEqual([pcap.length, whole.packets.length]);
    expect(pieces.files).toEqual(tap.files);
    return tap.files[0]?.problems;
  };
  expect(await said(new Uint8Array(1000))).toEqual([]);
  expect(await said(utf8('-- end of the file'))).toEqual([
    {
      kind: 'leftOver',
      at: pcap.length,
      message: 'The last 18 octets of the file are no gzip data: left out, everything before was read.',
    },
  ]);
  // Behind padding Node's looks no further.
  if (whose === 'ours')
    expect(await said(concat(new Uint8Array(700), utf8('x')))).toMatchObject([{ message: expect.stringContaining('last 701 octets') }]);
  expect(await said(utf8('x'))).toMatchObject([{ message: expect.stringContaining('The last octet of the file is') }]);
  expect(await said(concat(utf8('A'.repeat(5000)), new Uint8Array(3)))).toMatchObject([
    { message: expect.stringContaining('last 5003 octets') },
  ]);
});

test('cut gzip gives the packets before the cut', async () => {
  const stored = gzipSync(pcap);
  const tap = await openSources([bytesSource('x.pcap.gz', stored.subarray(0, stored.length / 2))]);
  expect(tap.files[0]?.problems[0]?.kind).toBe('cutShort');
  expect(tap.packets.length).toBeGreaterThan(100);
  expect(Array.from(tap.packets.seq)).toEqual(Array.from(whole.packets.seq.subarray(0, tap.packets.length)));
});

/** 512 MB in half a MB: zeros are records without octets; `record` is what is repeated otherwise. */
function gzipBomb(record: Uint8Array = new Uint8Array(65_536)): Uint8Array {
  const plain = new Uint8Array(8 * 1024 * 1024);
  for (let at = 0; at + record.length <= plain.length; at += record.length) plain.set(record, at);
  const members = gzipSync(plain.subarray(0, plain.length - (plain.length % record.length)), { level: 9 });
  return concat(gzipSync(pcap.subarray(0, 24)), ...new Array<Uint8Array>(64).fill(members));
}

describe.each([
  ['platform', {}],
  ['ours', { inflaters: NO_PLATFORM }],
])('a gzip bomb stops with words, in little memory: %s', (_, options) => {
  test('of large records, by how much it inflates', async () => {
    const record = new Uint8Array(16 + 60_000);
    record.set(Uint8Array.of(0x60, 0xea, 0, 0, 0x60, 0xea, 0, 0), 8);
    const opened = await openCapture([bytesSource('bomb.pcap.gz', gzipBomb(record))], options);
    if (!opened.ok) throw new Error('not opened');
    expect(opened.value.files[0]?.problems[0]?.message).toContain('inflates to more than');
    expect(opened.value.packets.length).toBeLessThan(8000);
  });

  test('of records without octets, by how many there are', async () => {
    const stored = gzipBomb();
    const begun = cpuMillis();
    const opened = await openCapture([bytesSource('bomb.pcap.gz', stored)], options);
    expect(cpuMillis() - begun).toBeLessThan(2000);
    if (!opened.ok) throw new Error('not opened');
    expect(opened.value.files[0]?.problems[0]?.message).toContain('more packets than fit into its size');
    expect(opened.value.packets.length).toBeLessThan(Math.max(100_000, stored.length) + 65_536);
  });
});

describe.runIf(existsSync('/usr/bin/zstd'))('zstd', () => {
  const zstd = (bytes: Uint8Array, ...args: string[]): Uint8Array =>
    execFileSync('zstd', ['-q', '-c', ...args], { input: bytes, maxBuffer: 1 << 28 });

  test('is read, one frame or several, with checksum or without, with skippable frames between', { timeout: 30_000 }, async () => {
    const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    for (const stored of [
      zstd(pcap),
      zstd(pcap, '-19', '--no-check'),
      concat(skippable, zstd(pcap.subarray(0, 4000)), skippable, zstd(pcap.subarray(4000, 4010)), zstd(pcap.subarray(4010))),
    ]) {
      const tap = await openSources([bytesSource('x', stored)], { chunkSize: 9999 });
      expect(tap.files[0]).toMatchObject({ compression: 'zstd', plainSize: pcap.length, problems: [] });
      expect(tap.packets).toEqual(whole.packets);
    }
  });

  test('a content checksum that does not match is damage; what was readable stays, and a next frame is not believed', async () => {
    const first = zstd(pcap.subarray(0, 9000));
    const wrong = Uint8Array.from(first);
    wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
    const alone = await openSources([bytesSource('x', first)]);
    for (const chunkSize of [13, 1 << 20]) {
      const tap = await openSources([bytesSource('x', concat(wrong, zstd(pcap.subarray(9000))))], { chunkSize });
      expect(tap.files[0]?.problems).toMatchObject([{ kind: 'corrupt', at: 9000, message: expect.stringContaining('checksum') }]);
      expect(tap.packets.length).toBe(alone.packets.length);
      expect(tap.packets.seq).toEqual(whole.packets.seq.subarray(0, tap.packets.length));
    }
  });

  test('octets of an incompressible block that flip are noticed by the checksum alone', async () => {
    let state = 1;
    const noise = Uint8Array.from({ length: 60_000 }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state;
    });
    const record = concat(pcap.subarray(0, 24), new Uint8Array(8), Uint8Array.of(0x60, 0xea, 0, 0, 0x60, 0xea, 0, 0), noise);
    const stored = zstd(record);
    const flipped = Uint8Array.from(stored);
    flipped[30_000] = (flipped[30_000] ?? 0) ^ 0x10;
    expect((await openSources([bytesSource('x', stored)])).files[0]?.problems).toEqual([]);
    expect((await openSources([bytesSource('x', flipped)])).files[0]?.problems).toMatchObject([
      { message: expect.stringContaining('checksum') },
    ]);
  });

  test('octets behind the last frame are left out, and said unless they are padding; the beginning of another frame is a cut', async () => {
    const stored = zstd(pcap);
    const problems = async (behind: Uint8Array, chunkSize: number) =>
      (await openSources([bytesSource('x', concat(stored, behind))], { chunkSize })).files[0]?.problems;
    for (const chunkSize of [50, 1 << 20]) {
      expect(await problems(new Uint8Array(999), chunkSize)).toEqual([]);
      expect(await problems(new Uint8Array(2), chunkSize)).toEqual([]);
      for (const text of ['x', 'xy', 'the end of it'])
        expect(await problems(utf8(text), chunkSize)).toMatchObject([
          { kind: 'leftOver', at: pcap.length, message: expect.stringContaining('zstd') },
        ]);
      for (const begun of [[0x28], [0x28, 0xb5, 0x2f], [0x28, 0xb5, 0x2f, 0xfd, 4], [0x5a, 0x2a], [0x50, 0x2a, 0x4d, 0x18, 9, 0, 0, 0, 1]])
        expect(await problems(Uint8Array.from(begun), chunkSize)).toMatchObject([{ kind: 'cutShort' }]);
    }
  });

  test('cut, it gives what came before; with a window of gigabytes, it is refused before anything is allocated', async () => {
    const stored = zstd(pcap, '-1');
    const cut = await openSources([bytesSource('x', concat(zstd(pcap.subarray(0, 9000)), stored.subarray(0, stored.length - 100)))]);
    expect(cut.packets.length).toBeGreaterThan(50);
    expect(cut.files[0]?.problems[0]?.kind).toBe('cutShort');
    const huge = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00);
    const refused = await openCapture([bytesSource('x', huge)]);
    expect(refused).toMatchObject({ ok: false, error: { kind: 'damaged', reason: expect.stringContaining('window') } });
  });
});
