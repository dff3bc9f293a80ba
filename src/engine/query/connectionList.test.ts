import { expect, test } from 'vitest';
import { correlateExchange } from '../../testing/correlateTaps.ts';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { manyConnections } from '../../testing/manyConnections.ts';
import { correlate } from '../correlate/correlate.ts';
import { analyzeFlows } from '../flow/analyzeFlows.ts';
import type { Analysis } from '../model/analysis.ts';
import type { ConnectionListRequest } from '../model/connectionList.ts';
import { NO_CONTEXT } from '../model/context.ts';
import { pathId, tapId } from '../model/units.ts';
import { gatherFacts, listConnections } from './connectionList.ts';

const ALL: ConnectionListRequest = {
  filter: { text: '', reset: false, leak: false, nat: false, retransmission: false },
  order: 'start',
  descending: false,
  from: 0,
  count: 20,
};

const NOTHING_FURTHER = {
  replays: [],
  context: NO_CONTEXT,
  diagnosis: {
    findings: [],
    verdict: { kind: 'nothing' as const, says: [{ id: 'none', values: {} }] as const },
    undecided: [],
    captureNext: [],
    contradictions: [],
  },
};

const open = (port: number, at: number): string => `
  ${at}ms    c 10.0.0.1:${port}>10.0.0.9:80 S seq=${port}000
  ${at + 4}ms  c 10.0.0.9:80>10.0.0.1:${port} SA seq=${port}500
  ${at + 5}ms  c 10.0.0.1:${port}>10.0.0.9:80 A`;
const TEXT = `
  ${open(1001, 0)}
  10ms  c 10.0.0.1:1001>10.0.0.9:80 PA len=100
  30ms  c 10.0.0.9:80>10.0.0.1:1001 A
  40ms  c 10.0.0.1:1001>10.0.0.9:80 PA len=300
  41ms  c 10.0.0.1:1001>10.0.0.9:80 PA len=500
  50ms  c 10.0.0.9:80>10.0.0.1:1001 A
  60ms  c 10.0.0.1:1001>10.0.0.9:80 FA
  61ms  c 10.0.0.9:80>10.0.0.1:1001 FA
  62ms  c 10.0.0.1:1001>10.0.0.9:80 A
  ${open(1002, 100)}
  110ms c 10.0.0.9:80>10.0.0.1:1002 FA
  111ms c 10.0.0.1:1002>10.0.0.9:80 A
  ${open(1003, 200)}
  210ms c 10.0.0.1:1003>10.0.0.9:80 PA seq=1003001 len=10
  500ms c 10.0.0.1:1003>10.0.0.9:80 PA seq=1003001 len=10
  1s    c 10.0.0.1:1003>10.0.0.9:80 PA seq=1003001 len=10
  ${open(1004, 300)}
  310ms c 10.0.0.9:80>10.0.0.1:1004 R seq=1004501
  400ms c 10.0.0.1:1005>10.0.0.9:80 S seq=77
  420ms c 10.0.0.9:80>10.0.0.1:1006 PA seq=9 ack=7 len=40`;

async function analysed(text: string): Promise<Analysis> {
  const { workspace, correlation } = await correlateExchange(text);
  return { workspace, correlation, ...NOTHING_FURTHER };
}
const ports = (analysis: Analysis, text: string): readonly string[] =>
  listConnections(analysis, { ...ALL, filter: { ...ALL.filter, text } }).rows.map((r) => r.client.slice(-4));

test('says how each connection ended, by whom, and what of it was seen', async () => {
  const { rows } = listConnections(await analysed(TEXT), ALL);
  expect(rows.map((r) => [r.client.slice(-4), r.close, r.closedBy, r.completeness])).toEqual([
    ['1001', 'fin', null, 31],
    ['1002', 'half-closed', 'server', 23],
    ['1003', 'timed-out', null, 15],
    ['1004', 'reset', 'server', 39],
    ['1005', 'unanswered', null, 1],
    ['1006', 'open', null, 8],
  ]);
});

test('gathers ahead in steps of so many packets, and what it gathers is what a row says', async () => {
  const asked = listConnections(await analysed(TEXT), ALL).rows;
  const ahead = await analysed(TEXT);
  const steps: number[] = [];
  for (let at = pathId(0); at < asked.length; steps.push(at)) at = gatherFacts(ahead, at, 9);
  expect(steps).toEqual([1, 3, 6]);
  expect(gatherFacts(ahead, pathId(6), 9)).toBe(6);
  expect(listConnections(ahead, ALL).rows).toEqual(asked);
});

test('measures handshake, round trips and octets in flight, and says nothing where nothing was acknowledged', async () => {
  const { rows } = listConnections(await analysed(TEXT), ALL);
  const [first, , repeated, , , last] = rows;
  expect([first?.handshake, first?.rttLeast, first?.rttMedian]).toEqual([5e6, 1e6, 4e6]);
  expect([first?.bytesOut, first?.bytesBack, first?.inFlight]).toEqual([900, 0, 800]);
  expect(repeated?.inFlight).toBe(10);
  expect([last?.handshake, last?.rttMedian, last?.inFlight]).toEqual([Number.NaN, Number.NaN, 40]);
});

test.each([
  ['has RST', ['1004']],
  ['has:retransmission', ['1003']],
  ['is:fin', ['1001']],
  ['!is:open has:fin', ['1001', '1002']],
  ['not has:syn', ['1006']],
  ['handshake>=5ms', ['1001', '1002', '1003', '1004']],
  ['bytes > 0 rtt > 3ms', ['1001', '1003']],
  ['bytes>0.5kB', ['1001']],
  ['duration>=0.8s', ['1003']],
  [':1003 out=30', ['1003']],
  ['crosses NAT', []],
] as const)('filter %s', async (text, wanted) => {
  expect(ports(await analysed(TEXT), text)).toEqual(wanted);
});

test('a comparison of nothing known is named, and filters nothing', async () => {
  const answer = listConnections(await analysed(TEXT), { ...ALL, filter: { ...ALL.filter, text: ':100 speed>5 is:odd' } });
  expect([answer.unknownWord, answer.matched]).toEqual(['speed>5', 6]);
});

test('sorts by what is measured; what is not known comes last, both ways', async () => {
  const analysis = await analysed(TEXT);
  const sorted = (descending: boolean) =>
    listConnections(analysis, { ...ALL, order: 'rttMedian', descending }).rows.map((r) => r.client.slice(-4));
  expect(sorted(true)[0]).toBe('1001');
  expect(sorted(false).at(-1)).toBe('1006');
  expect(sorted(true).at(-1)).toBe('1006');
});

test('octets in flight and round trips are taken where they were captured nearest to the sender', async () => {
  const analysis = await analysed(`
    svc = 192.168.0.1:80
    0ms   c:10.0.0.1:5>svc s+5ms:10.0.0.1:5>10.0.0.9:80 S seq=1
    10ms  s:10.0.0.9:80>10.0.0.1:5 c+5ms:svc>10.0.0.1:5 SA seq=9
    20ms  c:10.0.0.1:5>svc s+5ms:10.0.0.1:5>10.0.0.9:80 A
    30ms  s:10.0.0.9:80>10.0.0.1:5 c+5ms:svc>10.0.0.1:5 PA len=70
    50ms  c:10.0.0.1:5>svc s+5ms:10.0.0.1:5>10.0.0.9:80 A`);
  const [row] = listConnections(analysis, ALL).rows;
  // The server's data at the server: 30 → 55 ms; the client's SYN at the client: 0 → 15 ms; SYN/ACK at the server: 10 → 25 ms.
  expect([row?.handshake, row?.rttLeast, row?.rttMedian]).toEqual([20e6, 15e6, 15e6]);
  expect(row?.inFlight).toBe(70);
});

test('a hundred thousand connections are sorted and filtered by what has to be measured in little time', async () => {
  const taps = (await manyConnections(100_000)).map((t, i) => ({ ...t, id: tapId(i) }));
  const flows = taps.map((t) => analyzeFlows(t.packets));
  const workspace = { epoch: taps[0]?.packets.epoch ?? 0n, taps, flows };
  const before = cpuMillis();
  const correlation = correlate(workspace, {});
  const correlating = cpuMillis() - before;
  const analysis = { workspace, correlation, ...NOTHING_FURTHER };
  const started = cpuMillis();
  expect(listConnections(analysis, { ...ALL, order: 'rttMedian', descending: true }).matched).toBe(100_000);
  const first = cpuMillis() - started;
  const again = cpuMillis();
  expect(listConnections(analysis, { ...ALL, order: 'inFlight', filter: { ...ALL.filter, text: 'is:reset rtt<1s' } }).matched).toBe(
    100_000,
  );
  const second = cpuMillis() - again;
  expect(first).toBeLessThan(correlating);
  expect(second).toBeLessThan(correlating / 3);
});
