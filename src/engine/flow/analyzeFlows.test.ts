import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { tapExchange } from '../../testing/tapExchange.ts';
import * as C from '../model/connection.ts';
import { type FlowAnalysis, HANDSHAKE_SEEN, PORTS_REUSED, RST_SEEN_A, RST_SEEN_B } from '../model/connection.ts';
import { analyzeFlows } from './analyzeFlows.ts';

const flowsOf = async (text: string): Promise<FlowAnalysis> => {
  const [tap] = await tapExchange(text);
  if (!tap) throw new Error('no tap');
  return analyzeFlows(tap.packets);
};
const marksOf = async (text: string): Promise<readonly number[]> => [...(await flowsOf(text)).segments.marks];

const OPENED = `
  0ms   t 10.0.0.1:1000>10.0.0.2:80  S   seq=100 ws=7
  10ms  t 10.0.0.2:80>10.0.0.1:1000  SA  seq=300 ws=7
  11ms  t 10.0.0.1:1000>10.0.0.2:80  A`;
const OUT = '10.0.0.1:1000>10.0.0.2:80';
const BACK = '10.0.0.2:80>10.0.0.1:1000';

describe('connections', () => {
  test('a handshake tells direction, numbers and window shift', async () => {
    const { connections } = await flowsOf(OPENED);
    expect(connections.length).toBe(1);
    expect((connections.flags[0] ?? 0) & HANDSHAKE_SEEN).toBe(HANDSHAKE_SEEN);
    const opener = connections.opener[0] ?? 0;
    expect(connections.isn[opener]).toBe(100);
    expect(connections.isn[1 - opener]).toBe(300);
    expect(connections.windowScale[0]).toBe(7);
    expect(connections.sndNxt[opener]).toBe(101);
  });
  test.each([
    ['both shift', 'ws=7', 'ws=3', [7, 3]],
    ['one offers none, then neither shifts', '', 'ws=3', [0, 0]],
    ['one offers none, the other was not captured', '', null, [0, 0]],
    ['one offers it, the other was not captured', 'ws=7', null, [-1, -1]],
    ['no shift beyond 14', 'ws=20', 'ws=0', [14, 0]],
  ])('window shift: %s', async (_, syn, synAck, expected) => {
    const answer = synAck === null ? '' : `10ms t ${BACK} SA seq=300 ${synAck}`;
    const { connections } = await flowsOf(`0ms t ${OUT} S seq=100 ${syn}\n${answer}\n11ms t ${OUT} A seq=101 ack=301`);
    const opener = connections.opener[0] ?? 0;
    expect([connections.windowScale[opener], connections.windowScale[1 - opener]]).toEqual(expected);
  });
  test('options that the snap length cut say nothing of the window shift', async () => {
    const { connections } = await flowsOf(`snap t 54\n${OPENED.replaceAll('ws=7', 'mss=1460 ws=7')}`);
    expect([...connections.windowScale]).toEqual([-1, -1]);
  });
  test('where the SYN was missed, the SYN/ACK tells its number', async () => {
    const { connections } = await flowsOf(`0ms t ${BACK} SA seq=300 ack=101 ws=7\n1ms t ${OUT} A seq=101 ack=301`);
    const opener = connections.opener[0] ?? 0;
    expect([connections.isn[opener], connections.isn[1 - opener]]).toEqual([100, 300]);
  });
  test('a SYN with a new number on the same ports starts another, a repeated SYN does not', async () => {
    const text = `${OPENED}\n20ms t ${OUT} R seq=101\n30ms t ${OUT} S seq=100\n1s t ${OUT} S seq=5000`;
    const { connections, segments } = await flowsOf(text);
    expect(connections.length).toBe(2);
    expect([...segments.connection]).toEqual([1, 1, 1, 1, 1, 2]);
    expect((segments.marks[5] ?? 0) & PORTS_REUSED).toBe(PORTS_REUSED);
    expect((connections.flags[0] ?? 0) & (RST_SEEN_A | RST_SEEN_B)).not.toBe(0);
  });
  test('where no SYN was seen, the end that others connect to is the service’s, whatever its port', async () => {
    const openerOf = async (before: string): Promise<boolean> => {
      const { connections } = await flowsOf(`${before}\n20ms t 10.0.0.2:40000>10.0.0.9:1000 PA seq=1 ack=1 len=10`);
      const last = connections.length - 1;
      return connections.sent[2 * last + (connections.opener[last] ?? 0)] === 1;
    };
    expect(await openerOf('')).toBe(true);
    expect(await openerOf('0ms t 10.0.0.1:900>10.0.0.2:40000 S seq=100')).toBe(false);
  });
  test('where no SYN was seen, numbers that both lie far off are of another connection', async () => {
    const length = async (second: string): Promise<number> =>
      (await flowsOf(`0ms t ${BACK} PA seq=300 ack=101 len=10\n1ms t ${OUT} R seq=101\n${second}`)).connections.length;
    expect(await length(`9s t ${BACK} PA seq=2000000000 ack=3000000000 len=10\n9.1s t ${OUT} R seq=3000000000`)).toBe(2);
    expect(await length(`9s t ${OUT} PA seq=3000000000 ack=2000000000 len=10`)).toBe(2);
    expect(await length(`2ms t ${BACK} R seq=310\n9s t ${BACK} PA seq=2000000000 ack=3000000000 len=10`)).toBe(2);
    // Far behind in one number only: late, not another.
    expect(await length(`9s t ${BACK} PA seq=2000000000 ack=101 len=10`)).toBe(1);
    expect(await length(`9s t ${BACK} PA seq=310 ack=2000000000 len=10`)).toBe(1);
  });
  test('rows of a connection are in file order', async () => {
    const { segments } = await flowsOf(`${OPENED}\n20ms t 10.0.0.3:9>10.0.0.2:80 S seq=1\n30ms t ${OUT} PA len=5`);
    expect([...segments.rows.subarray(segments.rowStart[0], segments.rowStart[1])]).toEqual([0, 1, 2, 4]);
  });
});

describe('what tells that nothing need be looked at', () => {
  const flowOf = async (text: string) => (await flowsOf(text)).connections;
  const SENT = `${OPENED}\n20ms t ${OUT} PA len=100\n21ms t ${OUT} PA len=100\n30ms t ${BACK} A`;
  test('two capture points that saw the same packets have equal digests, whatever NAT made of the addresses', async () => {
    const translated = SENT.replaceAll('10.0.0.1:1000', '10.9.0.1:31000').replaceAll('10.0.0.2:80', '10.9.0.2:8080');
    expect([...(await flowOf(translated)).digest]).toEqual([...(await flowOf(SENT)).digest]);
  });
  test.each([
    ['another length', SENT.replace('PA len=100', 'PA len=99')],
    ['another order', SENT.replace('20ms t', '22ms t')],
    ['a packet less', SENT.replace(`30ms t ${BACK} A`, '')],
    ['a packet twice', `${SENT}\n31ms t ${BACK} A`],
  ])('%s makes another digest', async (_, text) => {
    expect([...(await flowOf(text)).digest]).not.toEqual([...(await flowOf(SENT)).digest]);
  });
  test.each([
    ['an exchange that takes its course', SENT, 0],
    ['one retransmission', `${SENT}\n300ms t ${OUT} PA seq=101 len=100`, 0],
    ['two', `${SENT}\n300ms t ${OUT} PA seq=101 len=100\n600ms t ${OUT} PA seq=101 len=100`, C.EVENTFUL],
    ['a SYN again', `0ms t ${OUT} S seq=100\n1s t ${OUT} S seq=100`, C.EVENTFUL],
    ['a SYN that a bare ACK answers', `0ms t ${OUT} S seq=100\n1ms t ${BACK} A seq=7 ack=9`, C.EVENTFUL],
  ])('eventful or not: %s', async (_, text, expected) => {
    expect((await flowOf(text)).flags.reduce((all, f) => all | f, 0) & C.EVENTFUL).toBe(expected);
  });
});

describe('marks, as Wireshark puts them', () => {
  test.each([
    ['retransmission', C.RETRANSMISSION, `20ms t ${OUT} PA len=100\n300ms t ${OUT} PA seq=101 len=100`],
    ['spurious retransmission', C.SPURIOUS_RETRANSMISSION, `20ms t ${OUT} PA len=100\n21ms t ${BACK} A\n300ms t ${OUT} PA seq=101 len=100`],
    ['lost segment', C.LOST_SEGMENT, `20ms t ${OUT} PA seq=501 len=100`],
    ['out of order', C.OUT_OF_ORDER, `20ms t ${OUT} PA seq=201 len=100\n20.1ms t ${OUT} PA seq=101 len=100`],
    ['duplicate ACK', C.DUPLICATE_ACK, `20ms t ${BACK} A\n21ms t ${BACK} A`],
    ['zero window', C.ZERO_WINDOW, `20ms t ${BACK} A win=0`],
    ['zero window probe', C.ZERO_WINDOW_PROBE, `20ms t ${BACK} A win=0\n30ms t ${OUT} A len=1`],
    ['window update', C.WINDOW_UPDATE, `20ms t ${BACK} A win=0\n30ms t ${BACK} A win=100`],
    ['window full', C.WINDOW_FULL, `20ms t ${BACK} A win=1\n30ms t ${OUT} PA len=128`],
    ['keep-alive', C.KEEP_ALIVE, `20ms t ${OUT} A seq=100`],
    ['keep-alive ACK', C.KEEP_ALIVE_ACK, `20ms t ${BACK} A\n30ms t ${OUT} A seq=100\n31ms t ${BACK} A`],
    ['ACK of unseen data', C.ACKED_UNSEEN, `20ms t ${OUT} PA len=10\n21ms t ${BACK} A ack=900`],
    [
      'fast retransmission',
      C.FAST_RETRANSMISSION,
      `20ms t ${OUT} PA len=100 *4/0.1ms\n21ms t ${BACK} A ack=201\n22ms t ${BACK} A ack=201\n22.1ms t ${BACK} A ack=201\n23ms t ${OUT} PA seq=201 len=100`,
    ],
  ] as const)('%s', async (_, bit, text) => {
    const marks = await marksOf(`${OPENED}\n${text}`);
    expect((marks.at(-1) ?? 0) & bit).toBe(bit);
  });

  test('who takes the octet of a zero window probe moves its sender on', async () => {
    const probed = `${OPENED}\n20ms t ${BACK} A win=0\n30ms t ${OUT} A len=1\n31ms t ${BACK} A win=0 ack=102`;
    const marks = await marksOf(`${probed}\n40ms t ${BACK} A win=9 ack=102\n50ms t ${OUT} A seq=102 len=5`);
    expect(marks.slice(3)).toEqual([C.ZERO_WINDOW, C.ZERO_WINDOW_PROBE, C.ZERO_WINDOW | C.ZERO_WINDOW_PROBE_ACK, C.WINDOW_UPDATE, 0]);
    // An ACK of something else with the window closed is none of the probe.
    const other = await marksOf(
      `${OPENED}\n12ms t ${OUT} A len=9\n20ms t ${BACK} A win=0 ack=101\n30ms t ${OUT} A len=1\n31ms t ${BACK} A win=0 ack=102`,
    );
    expect((other.at(-1) ?? 0) & C.ZERO_WINDOW_PROBE_ACK).toBe(0);
  });

  test('numbers may wrap', async () => {
    const text = `0ms t ${OUT} PA seq=4294967200 len=96\n1ms t ${OUT} PA len=100\n300ms t ${OUT} PA seq=4294967200 len=96`;
    const marks = await marksOf(text);
    expect((marks[1] ?? 0) & C.LOST_SEGMENT).toBe(0);
    expect((marks[2] ?? 0) & C.RETRANSMISSION).toBe(C.RETRANSMISSION);
  });
});

test('counts of a lossy capture are tshark 4.0.17’s, but for SACK (marks.ts says why)', async () => {
  const file = fileURLToPath(new URL('../../testing/captures/lossy/envoy.pcap', import.meta.url));
  const tap = await openBytes(new Uint8Array(readFileSync(file)));
  const { segments } = analyzeFlows(tap.packets);
  const count = (bit: number): number => segments.marks.reduce((n, m) => n + ((m & bit) === 0 ? 0 : 1), 0);
  expect(count(C.SPURIOUS_RETRANSMISSION)).toBe(135);
  expect(count(C.LOST_SEGMENT)).toBe(166);
  expect(count(C.DUPLICATE_ACK)).toBe(793);
  expect(count(C.WINDOW_UPDATE)).toBe(94);
  expect(count(C.ACKED_UNSEEN)).toBe(0);
  // tshark: 10 by timer, 119 fast, 61 out of order; nine of these are told apart by SACK blocks.
  expect(count(C.RETRANSMISSION) + count(C.FAST_RETRANSMISSION) + count(C.OUT_OF_ORDER)).toBe(190);
  expect(Math.abs(count(C.FAST_RETRANSMISSION) - 119)).toBeLessThanOrEqual(9);
});

test('half a million segments that nobody acknowledges cost no more than their number', async () => {
  const [tap] = await tapExchange(`0ms t ${OUT} PA seq=1 len=10 *1000/0.01ms`);
  if (!tap) throw new Error('no tap');
  const n = 500_000;
  const { packets } = tap;
  const wide = <T extends Uint32Array | Uint16Array | Uint8Array | Float64Array>(from: T, to: T): T => to.fill(Number(from[0])) as T;
  const many = {
    ...packets,
    length: n,
    time: Float64Array.from({ length: n }, (_, i) => i * 1e4),
    tuple: wide(packets.tuple, new Uint32Array(n)),
    seq: Uint32Array.from({ length: n }, (_, i) => 1 + i * 10),
    ack: wide(packets.ack, new Uint32Array(n)),
    payloadLength: wide(packets.payloadLength, new Uint32Array(n)),
    window: wide(packets.window, new Uint16Array(n)),
    flags: wide(packets.flags, new Uint16Array(n)),
    ipId: Uint16Array.from({ length: n }, (_, i) => i),
    tsval: new Uint32Array(n),
  };
  const started = cpuMillis();
  const { segments } = analyzeFlows(many);
  expect(segments.marks.every((m) => m === 0)).toBe(true);
  expect(cpuMillis() - started).toBeLessThan(3_000);
});
