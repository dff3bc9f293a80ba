// Journeys whose truth is known: offload that cuts and merges otherwise at every capture point, losses on either stretch, repairs with other
// boundaries and some new octets.
import { describe, expect, test } from 'vitest';
import { encodePcap, openBytes, type RecordSpec } from '../../testing/captureFiles.ts';
import { correlateTaps } from '../../testing/correlateTaps.ts';
import { Random } from '../../testing/mutate.ts';
import { encodeFrame, type SegmentSpec } from '../../testing/packets.ts';
import { J_INJECTED, J_LOST } from '../model/correlation.ts';

/** A record, and which transmission it is of; −1 without payload. */
interface Sent {
  readonly time: number;
  readonly seq: number;
  readonly length: number;
  readonly send: number;
  readonly spec: RecordSpec;
}

/** Octets `from` … `to` − 1 of a transmission that were lost. */
interface Loss {
  readonly send: number;
  readonly from: number;
  readonly to: number;
}

const CLIENT = '10.0.0.1:40000';
const START = 1_700_000_000_000_000_000n;
const MSS = 1000;
const FIRST = 5001;

/** A server (tap 2) sends to a client (tap 0) behind NAT; tap 1 lies between. */
function download(random: Random): { readonly taps: readonly Sent[][]; readonly losses: readonly Loss[] } {
  const taps: Sent[][] = [[], [], []];
  const losses: Loss[] = [];
  let [time, next, sends, id] = [10e6, FIRST, 0, 0];
  const put = (tap: number, at: number, isReply: boolean, segment: Partial<SegmentSpec>, send: number): void => {
    const server = tap === 0 ? '10.96.0.1:80' : '10.1.0.9:8080';
    const ends = isReply ? { src: server, dst: CLIENT } : { src: CLIENT, dst: server };
    const ttl = isReply ? 62 + tap : 64 - tap;
    const bytes = encodeFrame({ ...segment, ...ends, ttl, win: 5000 });
    const spec = { time: START + BigInt(at), bytes, originalLength: bytes.length };
    taps[tap]?.push({ time: at, seq: segment.seq ?? 0, length: Number(segment.payload ?? 0), send, spec });
  };
  const everywhere = (at: number, isReply: boolean, segment: Partial<SegmentSpec>): void => {
    id++;
    for (let hop = 0; hop < 3; hop++) put(isReply ? 2 - hop : hop, at + hop * 100_000, isReply, { ...segment, ipId: id & 0xffff }, -1);
  };
  const merges = [0, 1].map(() => random.below(2) === 0);
  const transmit = (from: number, to: number): void => {
    const send = sends++;
    const ts = [10 + Math.floor(time / 1e6), 2] as const;
    put(2, time, true, { flags: 'A', seq: from, ack: 101, payload: to - from, ts, ipId: ++id & 0xffff }, send);
    let parts: (readonly [number, number])[] = [];
    for (let at = from; at < to; at += MSS) parts.push([at, Math.min(to, at + MSS)]);
    for (const tap of [1, 0]) {
      for (const [a, b] of parts.filter(() => random.below(25) === 0)) {
        losses.push({ send, from: a, to: b });
        parts = parts.filter(([start]) => start !== a);
      }
      for (let i = 0; i < parts.length; i++) {
        const [start] = parts[i] as readonly [number, number];
        while (merges[tap] && parts[i + 1]?.[0] === parts[i]?.[1] && random.below(4) > 0) i++;
        const end = parts[i]?.[1] ?? start;
        put(
          tap,
          time + (2 - tap) * 100_000 + i * 1000,
          true,
          { flags: 'A', seq: start, ack: 101, payload: end - start, ts, ipId: ++id & 0xffff },
          send,
        );
      }
    }
  };
  everywhere(0, false, { flags: 'S', seq: 100, scale: 7, ts: [1, 0] });
  everywhere(1e6, true, { flags: 'SA', seq: FIRST - 1, ack: 101, scale: 7, ts: [1, 1] });
  everywhere(2e6, false, { flags: 'A', seq: 101, ack: FIRST, ts: [2, 1] });
  for (let i = 0; i < 50; i++) {
    time += 1e6 + random.below(3_000_000);
    const kind = i === 0 ? 0 : random.below(10);
    let from = next;
    if (kind > 5) from = FIRST + random.below(next - FIRST);
    if (kind > 8) from = Math.max(FIRST, next - 1 - random.below(500));
    const to =
      kind < 6
        ? next + 1 + random.below(20 * MSS)
        : kind < 9
          ? Math.min(next, from + 1 + random.below(3 * MSS))
          : from + 600 + random.below(2000);
    transmit(from, to);
    next = Math.max(next, to);
    if (random.below(3) === 0) everywhere(time + 1e6, false, { flags: 'A', seq: 101, ack: next, ts: [Math.floor(time / 1e6), 3] });
  }
  everywhere(time + 5e8, true, { flags: 'FA', seq: next, ack: 101, ts: [9998, 9] });
  everywhere(time + 6e8, false, { flags: 'FA', seq: 101, ack: next + 1, ts: [9999, 9] });
  for (const rows of taps) rows.sort((a, b) => a.time - b.time);
  return { taps, losses };
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('offload that cuts otherwise everywhere, losses, repairs (%i)', (seed) => {
  test('every octet of every record is in one journey, every journey is one transmission, what was lost is lost and nothing else', async () => {
    const { taps, losses } = download(new Random(seed));
    const opened = await Promise.all(taps.map((rows, i) => openBytes(encodePcap(rows.map((r) => r.spec)), { tapName: `t${i}` })));
    const { paths, journeys } = correlateTaps(opened).correlation;
    expect(paths.length).toBe(1);
    const { length, flags, seq, payloadLength, start, sightingTap, sightingRow, firstTime, lastTime } = journeys;
    const ranges = taps.map((rows) => rows.map((): [number, number][] => []));
    const lost: Loss[] = [];
    for (let j = 0; j < length; j++) {
      const sends = new Set<number>();
      const range: [number, number] = [seq[j] ?? 0, (seq[j] ?? 0) + (payloadLength[j] ?? 0)];
      for (let k = start[j] ?? 0; k < (start[j + 1] ?? 0); k++) {
        const [tap, row] = [sightingTap[k] ?? 0, sightingRow[k] ?? 0];
        sends.add(taps[tap]?.[row]?.send ?? -2);
        ranges[tap]?.[row]?.push(range);
      }
      expect([j, sends.size]).toEqual([j, 1]);
      expect((lastTime[j] ?? 0) - (firstTime[j] ?? 0)).toBeGreaterThanOrEqual(0);
      expect((flags[j] ?? 0) & J_INJECTED).toBe(0);
      if (((flags[j] ?? 0) & J_LOST) !== 0) lost.push({ send: [...sends][0] ?? -2, from: range[0], to: range[1] });
    }
    for (const [tap, rows] of taps.entries()) {
      for (const [row, { seq: from, length: octets }] of rows.entries()) {
        const parts = (ranges[tap]?.[row] ?? []).sort((a, b) => a[0] - b[0]);
        let at = from;
        for (const [a, b] of parts) {
          expect([tap, row, a]).toEqual([tap, row, at]);
          at = b;
        }
        expect([tap, row, at, parts.length > 0]).toEqual([tap, row, from + octets, true]);
      }
    }
    const octets = (list: readonly Loss[]): string[] =>
      list.flatMap((l) => Array.from({ length: l.to - l.from }, (_, i) => `${l.send} ${l.from + i}`)).sort();
    expect(octets(lost)).toEqual(octets(losses));
  });
});
