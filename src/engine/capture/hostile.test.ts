// Hand-made hostile files (A1, A6, A7 of the threat list) and sources that fail while they are read.
import { expect, test } from 'vitest';
import { encodePcap, encodePcapng, enhancedPacketBlock, openBytes, option, pcapngBlock, sectionBlock } from '../../testing/captureFiles.ts';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { concat, encodeFrame, encodeIp, ethernet, ipPacket, u16, u32 } from '../../testing/packets.ts';
import { IS_TCP } from '../model/packetTable.ts';
import { formatCaptureError } from './captureError.ts';
import { openCapture } from './openCapture.ts';
import { bytesSource, type CaptureSource } from './source.ts';

const frame = encodeFrame({ src: '10.0.0.1:1000', dst: '10.0.0.2:80', seq: 7, payload: 20 });
const record = { time: 1_700_000_000_000_000_000n, bytes: frame };
const good = encodePcap([record, record, record]);

/** Opens, counts, and says what was wrong; never slow, never large. */
async function opened(bytes: Uint8Array): Promise<{ rows: number; tcp: number; problems: string[] }> {
  const begun = cpuMillis();
  const tap = await openBytes(bytes);
  expect(cpuMillis() - begun).toBeLessThan(2000);
  const tcp = Array.from(tap.packets.flags).filter((f) => (f & IS_TCP) !== 0).length;
  return { rows: tap.packets.length, tcp, problems: tap.files[0]?.problems.map((p) => p.kind) ?? [] };
}

test.each([0xffffffff, 0x7fffffff, 262_145])('a record that claims %i octets ends the file there; those before it stay', async (claim) => {
  const bytes = good.slice();
  new DataView(bytes.buffer).setUint32(24 + 16 + frame.length + 8, claim, true);
  expect(await opened(bytes)).toEqual({ rows: 1, tcp: 1, problems: ['corrupt'] });
});

test.each([0, 0xffffffff, 10])('a snap length of %i in the header is neither believed nor obeyed', async (snapLength) => {
  expect(await opened(encodePcap([record], { snapLength }))).toEqual({ rows: 1, tcp: 1, problems: [] });
});

test.each([0xf0000001, 0x20000001, 0x300001, 0x04000001])(
  'link type 0x%s is Ethernet with an FCS length or stray bits',
  async (linkType) => {
    expect((await opened(encodePcap([record], { linkType }))).tcp).toBe(1);
  },
);

test.each([0, 4, 11, 0x01000001, 0xfffffffc])('a pcapng block of %i octets ends the file there', async (length) => {
  const bytes = encodePcapng([record, record]);
  const second = bytes.length - enhancedPacketBlock(record, 0n).length;
  new DataView(bytes.buffer).setUint32(second + 4, length, true);
  expect(await opened(bytes)).toEqual({ rows: 1, tcp: 1, problems: ['corrupt'] });
});

test('a packet of an interface that was not described, or larger than its block, ends the file there', async () => {
  const stranger = concat(encodePcapng([record]), enhancedPacketBlock({ ...record, interfaceId: 9 }, 0n));
  expect(await opened(stranger)).toEqual({ rows: 1, tcp: 1, problems: ['corrupt'] });
  const liar = enhancedPacketBlock(record, 0n);
  new DataView(liar.buffer).setUint32(20, 5000, true);
  expect(await opened(concat(encodePcapng([record]), liar))).toEqual({ rows: 1, tcp: 1, problems: ['corrupt'] });
});

test('options with lying lengths, without an end, with NUL and broken UTF-8, lose at most themselves', async () => {
  const liar = concat(u16(1, true), u16(60_000, true), u32(0));
  const broken = option(1, Uint8Array.of(0x41, 0xff, 0xc3, 0x28, 0xf0, 0x9f));
  const blocks = concat(sectionBlock(), pcapngBlock(1, [u16(1, true), u16(0), u32(0), broken, liar]), enhancedPacketBlock(record, 0n));
  const tap = await openBytes(blocks);
  expect(tap.packets.length).toBe(1);
  expect(tap.files[0]?.comments).toEqual(['A\ufffd\ufffd(\ufffd']);
});

test('unknown blocks, secrets and custom blocks between packets are passed over', async () => {
  const between = [0x80000001, 10, 0xbad, 0x40000bad, 0x7777].map((type) => pcapngBlock(type, [u32(12345), u32(0), u32(0)]));
  const tap = await openBytes(concat(encodePcapng([record]), ...between, enhancedPacketBlock(record, 0n)));
  expect(tap.packets.length).toBe(2);
  expect(tap.files[0]?.facts.get('secrets')).toContain('neither read nor passed on');
  expect(tap.files[0]?.problems).toEqual([]);
});

test('layers nested by the thousand are not followed to the end', async () => {
  let ip: Uint8Array = encodeIp({ src: '10.0.0.1:1', dst: '10.0.0.2:2' });
  for (let depth = 0; depth < 2500; depth++) ip = ipPacket('10.0.0.1', '10.0.0.2', 4, ip);
  const vlans = concat(
    new Uint8Array(12),
    ...new Array<Uint8Array>(3000).fill(Uint8Array.of(0x81, 0, 0, 1)),
    u16(0x0800),
    encodeIp({ src: '1.1.1.1:1', dst: '2.2.2.2:2' }),
  );
  const labels = concat(new Uint8Array(12), u16(0x8847), ...new Array<Uint8Array>(3000).fill(u32(0x00001040)));
  const records = [ethernet(ip), vlans, labels].map((bytes) => ({ ...record, bytes }));
  expect(await opened(encodePcap(records))).toEqual({ rows: 3, tcp: 0, problems: [] });
});

test('fifteen headers deep is still found', async () => {
  let ip: Uint8Array = encodeIp({ src: '10.0.0.1:1', dst: '10.0.0.2:2' });
  for (let depth = 0; depth < 15; depth++) ip = ipPacket('10.0.0.1', '10.0.0.2', 4, ip);
  expect((await opened(encodePcap([{ ...record, bytes: ethernet(ip) }]))).tcp).toBe(1);
});

test('first fragments by the hundred thousand hold bounded memory', async () => {
  const bytes = new Uint8Array(24 + 100_000 * (16 + 42));
  const one = encodePcap([{ ...record, bytes: ethernet(ipPacket('10.0.0.1', '10.0.0.2', 6, new Uint8Array(8), { fragment: 0x2000 })) }]);
  bytes.set(one.subarray(0, 24));
  for (let i = 0; i < 100_000; i++) {
    const at = 24 + i * 58;
    bytes.set(one.subarray(24), at);
    new DataView(bytes.buffer).setUint32(at + 16 + 26, 0x0a000000 + i);
  }
  const before = process.memoryUsage().rss;
  expect(await opened(bytes)).toEqual({ rows: 100_000, tcp: 0, problems: [] });
  expect(process.memoryUsage().rss - before).toBeLessThan(10 * bytes.length + 64e6);
});

test('two hundred thousand connections are all listed, fast', async () => {
  const count = 200_000;
  const size = 16 + frame.length;
  const bytes = new Uint8Array(24 + count * size);
  bytes.set(good.subarray(0, 24 + size));
  const view = new DataView(bytes.buffer);
  for (let i = 1; i < count; i++) {
    bytes.copyWithin(24 + i * size, 24, 24 + size);
    view.setUint32(24 + i * size + 16 + 26, i * 2654435761);
  }
  const begun = cpuMillis();
  const tap = await openBytes(bytes);
  expect(tap.packets.tuples.length).toBe(count + 1);
  expect(cpuMillis() - begun).toBeLessThan(2000);
});

test('what is no capture is named', async () => {
  const sentence = async (bytes: Uint8Array): Promise<string> => {
    const result = await openCapture([bytesSource('x', bytes)]);
    return result.ok ? 'opened' : formatCaptureError(result.error);
  };
  expect(await sentence(new Uint8Array(0))).toBe('x is empty: the capture may not have been flushed to disk yet.');
  expect(await sentence(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10))).toContain('a PNG picture, not a packet capture');
  expect(await sentence(new TextEncoder().encode('apiVersion: v1'))).toContain('x is text, not a packet capture');
  expect(await sentence(Uint8Array.of(0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0))).toContain('a Solaris snoop capture');
  expect(await sentence(u32(0x1c0001ac))).toContain('Ixia');
  expect(await sentence(Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0))).toContain('it starts with 0x01020304');
});

test('one file that is none does not stop the others of its set', async () => {
  const result = await openCapture([
    bytesSource('a.pcap', good),
    bytesSource('a.pcap1', Uint8Array.of(1, 2, 3, 4)),
    bytesSource('a.pcap2', good),
  ]);
  if (!result.ok) throw new Error('not opened');
  expect(result.value.packets.length).toBe(6);
  expect(result.value.unread.map((e) => [e.kind, 'name' in e && e.name])).toEqual([['notACapture', 'a.pcap1']]);
});

/** Three hundred records, so that several chunks are read. */
const long = encodePcap(new Array(300).fill(record));

function failing(how: (offset: number) => Error | number): CaptureSource {
  return {
    name: 'x.pcap',
    size: long.length,
    read: async (offset, length) => {
      const after = how(offset);
      if (after instanceof Error) throw after;
      return long.subarray(offset, Math.min(offset + length, after));
    },
  };
}

test('a file that goes away, or becomes shorter, while it is read: what came before stays, with a sentence', async () => {
  for (const source of [failing((at) => (at > 10_000 ? new Error('NotReadableError') : long.length)), failing(() => 12_000)]) {
    const result = await openCapture([source], { chunkSize: 5000 });
    if (!result.ok) throw new Error('not opened');
    expect(result.value.packets.length).toBeGreaterThan(100);
    expect(result.value.files[0]?.problems[0]).toMatchObject({ kind: 'unreadable' });
  }
});

test('a capture still being written is read up to its last whole record', async () => {
  const tap = await openBytes(long.subarray(0, long.length - 30));
  expect(tap.packets.length).toBe(299);
  expect(tap.files[0]?.problems[0]).toMatchObject({ kind: 'cutShort', at: long.length - 16 - frame.length });
});

test('a cancelled read ends at the next chunk', async () => {
  const cancel = { aborted: false };
  let chunks = 0;
  const result = await openCapture([bytesSource('x', long)], {
    chunkSize: 1000,
    cancel,
    onProgress: () => {
      chunks++;
      cancel.aborted = chunks === 3;
    },
  });
  expect(result).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  expect(chunks).toBe(3);
});

test('the first packets are shown before the file is read, and stay as they were', async () => {
  let early = 0;
  const result = await openCapture([bytesSource('x', long)], { chunkSize: 2000, onFirstPackets: (p) => (early = p.length) });
  expect(early).toBeGreaterThan(10);
  expect(early).toBeLessThan(300);
  expect(result.ok && result.value.packets.length).toBe(300);
});

test('a rotated record cut at the seam does not swallow the next file', async () => {
  const tap = await openBytes([long.subarray(0, long.length - 10), good]);
  expect(tap.files.map((f) => f.rowCount)).toEqual([299, 3]);
});

test('full memory ends the reading with a sentence; the packets read stay, and so do the files before', async () => {
  const result = await openCapture([bytesSource('a.pcap', good), bytesSource('a.pcap1', long)], { mostRows: 150, chunkSize: 1000 });
  if (!result.ok) throw new Error('not opened');
  const [first, second] = result.value.files;
  expect(first?.problems).toEqual([]);
  expect(second?.problems[0]).toMatchObject({ kind: 'outOfMemory', message: expect.stringContaining('no memory') });
  expect(result.value.packets.length).toBeGreaterThanOrEqual(150);
  expect(result.value.packets.length).toBeLessThan(200);
});

test('memory that ends while octets are fetched: what came before stays, with a sentence; a file without even its first is left out', async () => {
  const noMore = new RangeError('Array buffer allocation failed');
  const midway = failing((at) => (at > 10_000 ? noMore : long.length));
  const never = { ...failing(() => noMore), name: 'y.pcap' };
  const result = await openCapture([bytesSource('a.pcap', good), midway, never], { chunkSize: 5000 });
  if (!result.ok) throw new Error('not opened');
  const [first, second] = result.value.files;
  expect(first?.problems).toEqual([]);
  expect(second?.problems[0]).toMatchObject({ kind: 'outOfMemory', message: expect.stringContaining('no memory') });
  expect(second?.rowCount).toBeGreaterThan(100);
  expect(result.value.unread).toEqual([{ kind: 'outOfMemory', name: 'y.pcap', packets: 3 + (second?.rowCount ?? 0) }]);
  const alone = await openCapture([never]);
  expect(alone.ok ? '' : formatCaptureError(alone.error)).toContain('y.pcap is too large for this memory');
});
