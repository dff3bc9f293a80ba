import { describe, expect, test } from 'vitest';
import { encodePcap, encodePcapng, openSources, type RecordSpec } from '../../testing/captureFiles.ts';
import { encodeFrame, type SegmentSpec } from '../../testing/packets.ts';
import { analyzeFlows } from '../flow/analyzeFlows.ts';
import { DUPLICATE_RECORD, RETRANSMISSION } from '../model/connection.ts';
import { bytesSource } from './source.ts';

const START = 1_700_000_000_000_000_000n;
const BASE = { src: '10.0.0.1:40000', dst: '10.0.1.1:80', flags: 'PA', payload: 100 };

/** The n-th packet of a download: its own time, number and IP ID. */
const packet = (n: number, change: Partial<SegmentSpec> = {}, later = 0n): RecordSpec => ({
  time: START + BigInt(n) * 1_000_000n + later,
  bytes: encodeFrame({ ...BASE, seq: 1000 + 100 * n, ack: 500, ipId: 7 + n, ...change }),
});
const run = (from: number, to: number): RecordSpec[] => Array.from({ length: to - from }, (_, i) => packet(from + i));

const joined = (...files: readonly (readonly RecordSpec[])[]) =>
  openSources(files.map((records, i) => bytesSource(`x.pcap${i === 0 ? '' : i}`, encodePcap(records))));

describe('a block of packets repeated at the seam of two files', () => {
  test.each([1, 2, 7, 20])('%d packets are found, said, and counted once', async (count) => {
    const tap = await joined(run(0, 20), run(20 - count, 40));
    expect(tap.packets.repeats).toEqual([{ from: 20, to: 20 + count }]);
    expect(tap.files[1]?.problems).toMatchObject([{ kind: 'repeated', message: expect.stringContaining('x.pcap ends with') }]);
    const { connections, segments } = analyzeFlows(tap.packets);
    expect([...connections.packetCount]).toEqual([40]);
    expect([...connections.retransmissions]).toEqual([0, 0]);
    const marked = [...segments.marks].flatMap((mark, row) => (mark & DUPLICATE_RECORD ? [row] : []));
    expect(marked).toEqual(Array.from({ length: count }, (_, i) => 20 + i));
    expect([...segments.marks].filter((mark, row) => mark !== 0 && !marked.includes(row))).toEqual([]);
  });

  test('at every seam of a set, also where a whole file is repeated', async () => {
    const tap = await joined(run(0, 10), run(7, 10), run(8, 20), run(20, 25), run(24, 30));
    expect(tap.packets.repeats).toEqual([
      { from: 10, to: 13 },
      { from: 13, to: 15 },
      { from: 30, to: 31 },
    ]);
    expect([...analyzeFlows(tap.packets).connections.packetCount]).toEqual([30]);
  });

  test('of packets that are all alike, as many as repeat', async () => {
    const alike = Array.from({ length: 6 }, () => packet(3));
    const tap = await joined([...run(0, 3), ...alike], [...alike.slice(0, 4), packet(4)]);
    expect(tap.packets.repeats).toEqual([{ from: 9, to: 13 }]);
  });

  test('a connection that opens twice in the block stays two', async () => {
    const syn = (n: number, seq: number): RecordSpec => packet(n, { flags: 'S', seq, payload: 0 });
    const block = [syn(10, 1), syn(11, 900_000)];
    const tap = await joined([...run(0, 5), ...block], [...block, packet(12, { seq: 900_001 })]);
    const alone = await joined([...run(0, 5), ...block, packet(12, { seq: 900_001 })]);
    expect(analyzeFlows(tap.packets).connections.length).toBe(analyzeFlows(alone.packets).connections.length);
  });
});

describe('what only looks like it is not', () => {
  test('the last segments sent again: other times', async () => {
    const again = [18, 19].map((n) => packet(n, {}, 300_000_000n));
    const tap = await joined(run(0, 20), [...again, ...run(400, 405)]);
    expect(tap.packets.repeats).toBeUndefined();
    const { segments, connections } = analyzeFlows(tap.packets);
    expect(connections.packetCount[0]).toBe(27);
    expect(segments.marks[20] & DUPLICATE_RECORD).toBe(0);
    expect(segments.marks[20] & RETRANSMISSION).not.toBe(0);
  });

  test.each<[string, Partial<SegmentSpec>]>([
    ['IP ID', { ipId: 999 }],
    ['TTL', { ttl: 9 }],
    ['window', { win: 7 }],
    ['acknowledgment', { ack: 501 }],
    ['payload', { payload: 99 }],
  ])('the same moment, another %s', async (_, change) => {
    expect((await joined(run(0, 20), [packet(19, change), ...run(20, 30)])).packets.repeats).toBeUndefined();
  });

  test('the double of a packet on another interface, and a block that goes on differently', async () => {
    const double = (interfaceId: number): RecordSpec => ({ ...packet(19), interfaceId });
    const interfaces = [{ name: 'veth0' }, { name: 'eth0' }];
    const files = [
      [...run(0, 19), double(0)],
      [double(1), ...run(20, 25)],
    ];
    const tap = await openSources(files.map((records, i) => bytesSource(`a_0000${i}.pcapng`, encodePcapng(records, { interfaces }))));
    expect(tap.packets.repeats).toBeUndefined();
    // Two packets from the middle, then others than followed them there.
    expect((await joined(run(0, 20), [packet(5), packet(6), ...run(20, 30)])).packets.repeats).toBeUndefined();
  });
});
