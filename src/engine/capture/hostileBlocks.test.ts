// Hand-made pcapng and compressed files that claim, repeat and nest: read or refused with a sentence, fast, in little memory.
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodePcap, encodePcapng, enhancedPacketBlock, option, pcapngBlock, sectionBlock } from '../../testing/captureFiles.ts';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { concat, encodeFrame, u16, u32 } from '../../testing/packets.ts';
import { formatCaptureError } from './captureError.ts';
import { readFacts } from './facts.ts';
import { openCapture } from './openCapture.ts';
import { bytesSource } from './source.ts';

const frame = encodeFrame({ src: '10.0.0.1:1000', dst: '10.0.0.2:80', seq: 7, payload: 20 });
const record = { time: 1_700_000_000_000_000_000n, bytes: frame };
const good = encodePcap([record, record, record]);
const last = enhancedPacketBlock(record, 5n);

const repeat = (one: Uint8Array, count: number): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(one.length * count);
  for (let i = 0; i < count; i++) out.set(one, i * one.length);
  return out;
};
const link = (...options: readonly Uint8Array[]): Uint8Array => pcapngBlock(1, [u16(1, true), u16(0), u32(0), ...options]);
const octets = (value: bigint): Uint8Array => new Uint8Array(BigInt64Array.of(value).buffer);

/** Opens; what was wrong in words; less than two seconds of processor time and `bytes` × 2 + 64 MB. */
async function opened(bytes: Uint8Array) {
  const [memory, begun] = [process.memoryUsage(), cpuMillis()];
  const result = await openCapture([bytesSource('x', bytes)]);
  expect(cpuMillis() - begun).toBeLessThan(2000);
  const after = process.memoryUsage();
  expect(after.heapUsed + after.arrayBuffers - memory.heapUsed - memory.arrayBuffers).toBeLessThan(2 * bytes.length + 64e6);
  if (!result.ok) return { rows: 0, said: formatCaptureError(result.error), facts: null, file: null, packets: null };
  const { packets, files } = result.value;
  const facts = await readFacts(bytesSource('x', bytes), 'x');
  return {
    rows: packets.length,
    said: files[0]?.problems[0]?.message ?? '',
    facts: facts.ok ? facts.value : null,
    file: files[0],
    packets,
  };
}

describe('pcapng by the hundred thousand', () => {
  test('interfaces: a million alike, the packet of the last is read', async () => {
    const bytes = concat(sectionBlock(), repeat(link(), 1_000_000), enhancedPacketBlock({ ...record, interfaceId: 999_999 }, 5n));
    expect(await opened(bytes)).toMatchObject({ rows: 1, said: '', facts: { tcp: 1, first: '0.000005000' } });
  });

  test('interfaces: four thousand are told apart by name, also over many sections', async () => {
    const named = (i: number): Uint8Array =>
      concat(link(option(2, new TextEncoder().encode(`if${i}`))), enhancedPacketBlock({ ...record, interfaceId: i }, 5n));
    const one = await opened(concat(sectionBlock(), ...Array.from({ length: 5000 }, (_, i) => named(i))));
    expect(one).toMatchObject({ rows: 5000, said: '' });
    const names = new Set(one.packets?.encapsulations.map((e) => e.interfaceName));
    expect(names.size).toBeGreaterThan(4000);
    const sections = repeat(concat(sectionBlock(), link(), last), 100_000);
    expect(await opened(sections)).toMatchObject({ rows: 100_000, said: '' });
  });

  test('interfaces of ever another clock end the file with a sentence', async () => {
    const bytes = repeat(link(option(14, octets(0n))), 80_000);
    const size = bytes.length / 80_000;
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 80_000; i++) view.setUint32(i * size + 20, i, true);
    expect(await opened(concat(sectionBlock(), link(), last, bytes, last))).toMatchObject({
      rows: 1,
      said: expect.stringContaining('interfaces, as no capture does'),
    });
  });

  test.each<[string, Uint8Array]>([
    ['options without octets', link(repeat(Uint8Array.of(1, 0, 0, 0), 1_000_000))],
    ['name records without a name', pcapngBlock(4, [repeat(Uint8Array.of(1, 0, 0, 0), 500_000)])],
    ['statistics', repeat(pcapngBlock(5, [u32(0), u32(0), u32(0), option(5, octets(1n)), option(4, octets(-1n))]), 300_000)],
    ['blocks of twelve octets', repeat(pcapngBlock(0x1234, []), 1_000_000)],
    ['custom blocks', repeat(pcapngBlock(0xbad, [u32(1)]), 500_000)],
    ['sections', repeat(concat(sectionBlock(), link()), 100_000)],
  ])('%s', async (_, many) => {
    expect(await opened(concat(sectionBlock(), link(), many, last))).toMatchObject({ rows: 1, said: '' });
  });

  test('names: ten thousand are kept, and the rest is not even put into words', async () => {
    const records = new Uint8Array(1_000_000 * 12);
    const view = new DataView(records.buffer);
    for (let i = 0; i < 1_000_000; i++) {
      view.setUint32(i * 12, 0x00070001, true);
      view.setUint32(i * 12 + 4, i);
      records[i * 12 + 8] = 65;
    }
    const { rows, file } = await opened(concat(sectionBlock(), link(), pcapngBlock(4, [records]), last));
    expect([rows, file?.names.size]).toEqual([1, 10_000]);
  });

  test('comments: four million characters are kept', async () => {
    const comments = Array.from({ length: 200 }, () => option(1, new Uint8Array(60_000).fill(65)));
    const section = pcapngBlock(0x0a0d0d0a, [u32(0x1a2b3c4d, true), u16(1, true), u16(0), u32(0xffffffff), u32(0xffffffff), ...comments]);
    const { rows, file } = await opened(concat(repeat(section, 6), link(), last));
    expect(rows).toBe(1);
    expect(file?.comments.join('').length).toBeLessThan(4_100_000);
    expect(file?.comments[0]?.length).toBe(60_000);
  });
});

describe('clocks at their ends', () => {
  test.each<[string, Uint8Array, string, string]>([
    ['10^-127 s', link(option(9, Uint8Array.of(0x7f))), '0.000000000', '1.844674407'],
    ['2^-127 s', link(option(9, Uint8Array.of(0xff))), '0.000000000', '1.999999999'],
    ['whole seconds', link(option(9, Uint8Array.of(0))), '0.000000000', '18446744073709551615.000000000'],
    ['2^0 s', link(option(9, Uint8Array.of(0x80))), '0.000000000', '18446744073709551615.000000000'],
    [
      '2^63 s before 1970',
      link(option(9, Uint8Array.of(0)), option(14, octets(-(2n ** 63n)))),
      '-9223372036854775808.000000000',
      '9223372036854775807.000000000',
    ],
    ['2^63 − 1 s after', link(option(14, octets(2n ** 63n - 1n))), '9223372036854775807.000000000', '9223390483598849516.551615000'],
    ['an empty resolution', link(option(9, new Uint8Array(0))), '0.000000000', '18446744073709.551615000'],
  ])('%s: the first and the last time there is', async (_, described, first, end) => {
    const bytes = concat(sectionBlock(), described, enhancedPacketBlock(record, 0n), enhancedPacketBlock(record, 2n ** 64n - 1n));
    expect(await opened(bytes)).toMatchObject({ rows: 2, said: '', facts: { first, last: end, min: first, max: end } });
  });
});

describe('lengths and orders that lie', () => {
  test.each([0n, 1n, 2n ** 62n, -2n])('a section that says it has %s octets is read all the same', async (length) => {
    const bytes = encodePcapng([record, record]);
    new DataView(bytes.buffer).setBigInt64(16, length, true);
    expect(await opened(bytes)).toMatchObject({ rows: 2, said: '' });
  });

  test('a section of the other byte order between packets, cut in every field', async () => {
    const other = encodePcapng([record, record], { bigEndian: true });
    const before = encodePcapng([record]);
    for (let cut = 0; cut <= other.length; cut++) {
      const { rows } = await opened(concat(before, other.subarray(0, cut)));
      expect(rows).toBe(cut === other.length ? 3 : cut >= other.length - enhancedPacketBlock(record, 0n).length ? 2 : 1);
    }
  });

  test('a trailing length that differs, and a byte-order magic that is none, end the file there', async () => {
    const bytes = encodePcapng([record, record]);
    new DataView(bytes.buffer).setUint32(bytes.length - 4, 60, true);
    expect(await opened(bytes)).toMatchObject({ rows: 1, said: expect.stringContaining('two lengths') });
    const stranger = concat(encodePcapng([record]), pcapngBlock(0x0a0d0d0a, [u32(0x12345678), new Uint8Array(12)]));
    expect(await opened(stranger)).toMatchObject({ rows: 1, said: expect.stringContaining('byte-order magic') });
  });

  test('simple packets: cut by the snap length, and larger than their block', async () => {
    const short = pcapngBlock(1, [u16(1, true), u16(0), u32(12, true)]);
    expect(await opened(concat(sectionBlock(), short, pcapngBlock(3, [u32(5000, true), new Uint8Array(12)])))).toMatchObject({
      rows: 1,
      said: '',
    });
    const liar = await opened(concat(sectionBlock(), link(), pcapngBlock(3, [u32(0xffffffff), new Uint8Array(12)])));
    expect(liar).toMatchObject({ rows: 0, said: expect.stringContaining('more than its block holds') });
  });

  test('pcap records: longer captured than on the wire, empty, and of 2^31 octets', async () => {
    const longer = encodePcap([{ ...record, originalLength: 10 }, record]);
    expect(await opened(longer)).toMatchObject({ rows: 2, said: '', facts: { tcp: 2 } });
    expect(await opened(concat(good, new Uint8Array(16 * 1000)))).toMatchObject({ rows: 1003, said: '' });
    const claims = concat(good, new Uint8Array(8), u32(0x80000000, true), u32(0x80000000, true));
    expect(await opened(claims)).toMatchObject({ rows: 3, said: expect.stringContaining('claims 2147483648 octets') });
  });
});

describe('compressed', () => {
  const gzipHeader = (flags: number): Uint8Array => Uint8Array.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3);
  const body = gzipSync(good).subarray(10);
  test.each<[string, Uint8Array, number]>([
    ['gzip members without octets', concat(repeat(gzipSync(new Uint8Array(0)), 300_000), gzipSync(good)), 3],
    ['a gzip name of 40 MB', concat(gzipHeader(8), new Uint8Array(40e6).fill(65), Uint8Array.of(0), body), 3],
    [
      'the longest gzip extra field, a comment and a header checksum',
      concat(gzipHeader(4 | 16), u16(0xffff, true), new Uint8Array(65_535), new TextEncoder().encode('x\0'), body),
      3,
    ],
    [
      'deflate blocks without octets',
      concat(gzipHeader(0), repeat(Uint8Array.of(0, 0, 0, 0xff, 0xff), 2_000_000), deflateRawSync(good), gzipSync(good).subarray(-8)),
      3,
    ],
    ['zstd frames without octets', repeat(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0), 200_000), 0],
    [
      'zstd blocks without octets',
      concat(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58), repeat(Uint8Array.of(0, 0, 0), 3_000_000), Uint8Array.of(1, 0, 0)),
      0,
    ],
    ['skippable zstd frames without octets', repeat(Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0), 1_000_000), 0],
  ])('%s', async (_, bytes, rows) => {
    expect(await opened(bytes)).toMatchObject({ rows, said: rows > 0 ? '' : expect.stringContaining('x is empty') });
  });

  test.each<[string, Uint8Array, string]>([
    ['gzip that ends in a name', concat(gzipHeader(8), new Uint8Array(1000).fill(65)), 'it ends in the header'],
    [
      'gzip that claims 65,535 octets more than it has',
      concat(gzipHeader(4), u16(0xffff, true), new Uint8Array(10)),
      'it ends in the header',
    ],
    ['zstd of a window of 3.75 TB', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 1, 0, 0, 0), 'over the limit of 128 MB'],
    [
      'zstd of one segment of 2^63 octets',
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0),
      'over the limit of 128 MB',
    ],
    ['zstd with a dictionary', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 1, 1, 0, 0), 'it needs a dictionary'],
    ['a skippable zstd frame of 4 GB', Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff, 1, 2, 3), 'it ends in the middle'],
  ])('%s is refused in words', async (_, bytes, why) => {
    expect((await opened(bytes)).said).toBe(
      `x can't be inflated (${why === 'over the limit of 128 MB' ? windowOf(bytes) : why}): copy it again, or give what "${bytes[0] === 0x1f ? 'gzip' : 'zstd'} -dc" makes of it.`,
    );
  });
});

const windowOf = (bytes: Uint8Array): string =>
  `its window of ${bytes[4] === 0 ? 3_932_160 : 2 ** 63 / 2 ** 20} MB is over the limit of 128 MB`;
