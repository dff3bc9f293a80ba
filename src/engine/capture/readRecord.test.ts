import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePcapng, openSources } from '../../testing/captureFiles.ts';
import { encodeFrame } from '../../testing/packets.ts';
import { readRecord } from './readRecord.ts';
import { bytesSource } from './source.ts';

const CAPTURES = new URL('../../testing/captures/', import.meta.url);
const pcap = readFileSync(new URL('ebay-leak/envoy.pcap', CAPTURES));

test.each([
  ['plain', pcap],
  ['gzip', gzipSync(pcap)],
])('reads any record of a %s pcap again, in any order', async (_, stored) => {
  const source = bytesSource('x.pcap', stored);
  const tap = await openSources([source]);
  const { offset, originalLength, length } = tap.packets;
  for (const row of [length - 1, 0, 17, length >> 1, 18, 1]) {
    const record = await readRecord(source, tap, row);
    if (!record.ok) throw new Error(record.error.kind);
    const at = offset[row] ?? 0;
    expect(record.value.originalLength).toBe(originalLength[row]);
    expect(Buffer.compare(record.value.bytes, pcap.subarray(at + 16, at + 16 + record.value.bytes.length))).toBe(0);
    expect(record.value.linkType).toBe(1);
  }
});

test('brings the comments of a pcapng packet, in either byte order', async () => {
  const bytes = encodeFrame({ src: '10.0.0.1:1', dst: '10.0.0.2:2', payload: 3 });
  for (const bigEndian of [false, true]) {
    const file = encodePcapng([{ time: 5n, bytes, comment: 'why this one? 为什么' }], { bigEndian });
    const source = bytesSource('x', file);
    const tap = await openSources([source]);
    expect(await readRecord(source, tap, 0)).toMatchObject({ ok: true, value: { bytes, comments: ['why this one? 为什么'] } });
  }
});

test('says so when the file is another one by now, or gone', async () => {
  const tap = await openSources([bytesSource('x.pcap', pcap)]);
  const shorter = await readRecord(bytesSource('x.pcap', pcap.subarray(0, 5000)), tap, 4000);
  expect(shorter).toMatchObject({ ok: false, error: { kind: 'changed' } });
  const gone = { name: 'x.pcap', size: pcap.length, read: () => Promise.reject(new Error('NotReadableError')) };
  expect(await readRecord(gone, tap, 3)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
});
