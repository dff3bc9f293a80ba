// Files that are not quite as the specifications have them, but are met: read, or named, and what they say of themselves.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodePcap, encodePcapng, enhancedPacketBlock, openBytes, option, pcapngBlock, sectionBlock } from '../../testing/captureFiles.ts';
import { concat, encodeFrame, u16, u32 } from '../../testing/packets.ts';
import { formatCaptureError } from './captureError.ts';
import { readFacts } from './facts.ts';
import { openCapture } from './openCapture.ts';
import { bytesSource } from './source.ts';

const frame = encodeFrame({ src: '10.0.0.1:1000', dst: '10.0.0.2:80', seq: 7, payload: 20 });
const record = { time: 1_700_000_000_000_000_000n, bytes: frame };
const good = encodePcap([record, record, record]);
const last = enhancedPacketBlock(record, 5n);
const link = pcapngBlock(1, [u16(1, true), u16(0), u32(0)]);

/** The file header with other words in it. */
function withHeader(bytes: Uint8Array, set: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  set(new DataView(copy.buffer));
  return copy;
}
async function facts(bytes: Uint8Array) {
  const read = await readFacts(bytesSource('x', bytes), 'x');
  if (!read.ok) throw new Error(formatCaptureError(read.error));
  return read.value;
}

describe('pcap', () => {
  test('of AIX: version 2.2, its own number for Ethernet, nanoseconds', async () => {
    const bytes = withHeader(encodePcap([{ ...record, time: record.time + 999_999_000n }], { nano: false }), (view) => {
      view.setUint16(6, 2, true);
      view.setUint32(20, 6, true);
      view.setUint32(28, 999_999_999, true);
    });
    expect(await facts(bytes)).toMatchObject({ tcp: 1, first: '1700000000.999999999' });
  });

  test('of DG/UX: version 543, and the two lengths of a record in each other’s place', async () => {
    const bytes = withHeader(encodePcap([{ ...record, bytes: frame.subarray(0, 60), originalLength: frame.length }]), (view) => {
      view.setUint16(4, 543, true);
      view.setUint32(24 + 8, frame.length, true);
      view.setUint32(24 + 12, 60, true);
    });
    expect(await facts(bytes)).toMatchObject({ packets: 1, tcp: 1, cutPackets: 1, problems: [] });
  });

  test('of a patched tcpdump fails at its second record: the sentence names the suspects', async () => {
    const records = concat(...[0, 1, 2].map(() => concat(good.subarray(24, 40), u32(0), frame)));
    const { problems } = await facts(concat(good.subarray(0, 24), records));
    expect(problems[0]?.message).toContain('patched tcpdump (Nokia, Red Hat 6), which "editcap -F pcapng" converts');
  });
});

test('at how many octets packets were cut is what was captured, not what the header says', async () => {
  const cut = { ...record, bytes: frame.subarray(0, 66), originalLength: frame.length };
  for (const bytes of [encodePcap([record, cut, cut]), encodePcapng([record, cut])])
    expect((await openBytes(bytes)).files[0]?.cutAt).toBe(66);
  expect((await openBytes(good)).files[0]?.cutAt).toBe(0);
});

describe('pcapng blocks that carry no packet', () => {
  test.each<[string, Uint8Array]>([
    ['name resolution', pcapngBlock(4, [u16(1, true), u16(200, true), u32(0)])],
    ['statistics', pcapngBlock(5, [u32(0)])],
    ['statistics', pcapngBlock(5, [u32(0), u32(0), u32(0), u16(5, true), u16(200, true)])],
    ['secrets', pcapngBlock(10, [u32(0x544c534b, true), u32(5000, true), u32(0)])],
    ['interface description', pcapngBlock(1, [u16(1, true), u16(0), u32(0), u16(2, true), u16(500, true)])],
    ['section header', concat(sectionWith(u16(1, true), u16(500, true)), link)],
  ])('a damaged %s block is passed over, once with a sentence', async (name, block) => {
    const { packets, problems } = await facts(concat(sectionBlock(), link, last, block, block, last));
    expect(packets).toBe(2);
    expect(problems.map((p) => p.message)).toEqual([
      `The ${name} block here is damaged: what it says was left out; packets are not affected.`,
    ]);
  });

  test('events of Sysdig have frame numbers, as custom blocks have', async () => {
    const events = [0x204, 0x216, 0x221, 0x201].map((type) => pcapngBlock(type, [new Uint8Array(28)]));
    const tap = await openBytes(concat(sectionBlock(), link, last, ...events, last));
    expect(tap.files[0]?.skippedFrames).toEqual([2, 3, 4]);
  });
});

function sectionWith(...options: readonly Uint8Array[]): Uint8Array {
  return pcapngBlock(0x0a0d0d0a, [u32(0x1a2b3c4d, true), u16(1, true), u16(0), u32(0xffffffff), u32(0xffffffff), ...options]);
}

describe('gzip', () => {
  const stored = gzipSync(good);
  const problems = async (bytes: Uint8Array) => (await openBytes(bytes)).files[0]?.problems.map((p) => p.kind);

  test('damage is told from a cut', async () => {
    const wrong = Uint8Array.from(stored);
    wrong[wrong.length - 8] = (wrong.at(-8) ?? 0) ^ 1;
    expect(await problems(wrong)).toEqual(['corrupt']);
    expect(await problems(stored.subarray(0, stored.length - 3))).toEqual(['cutShort']);
  });

  test('the beginning of another member is a cut, padding is nothing', async () => {
    for (const octets of [2, 3, 10]) expect(await problems(concat(stored, stored.subarray(0, octets)))).toEqual(['cutShort']);
    expect(await problems(concat(stored, new Uint8Array(512)))).toEqual([]);
  });

  test('flags that are not defined are refused, as RFC 1952 wants', async () => {
    const flagged = Uint8Array.from(stored);
    flagged[3] = 0x20;
    expect(await openCapture([bytesSource('x', flagged)])).toMatchObject({ ok: false, error: { kind: 'damaged' } });
  });

  test('twice is said so', async () => {
    const opened = await openCapture([bytesSource('x.gz', gzipSync(stored))]);
    expect(opened.ok ? '' : formatCaptureError(opened.error)).toContain('x.gz is compressed twice');
  });
});

test('comments and an option of the interface are kept beside a lie that follows them', async () => {
  const described = pcapngBlock(1, [
    u16(1, true),
    u16(0),
    u32(0),
    option(2, new TextEncoder().encode('eth0')),
    u16(1, true),
    u16(900, true),
  ]);
  const tap = await openBytes(concat(sectionBlock(), described, last));
  expect([tap.packets.encapsulations.at(-1)?.interfaceName, tap.files[0]?.problems.length]).toEqual(['eth0', 1]);
});
