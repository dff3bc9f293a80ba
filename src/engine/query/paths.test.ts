import { expect, test } from 'vitest';
import { correlateExchange } from '../../testing/correlateTaps.ts';
import type { Analysis } from '../model/analysis.ts';
import type { ConnectionListRequest } from '../model/connectionList.ts';
import { NO_CONTEXT } from '../model/context.ts';
import { pathId } from '../model/units.ts';
import { connectionPosition, listConnections } from './connectionList.ts';
import { clockDetails, clocksApart, pathHeader } from './paths.ts';

const TEXT = `
  a = 10.0.0.1:40000
  b = 10.0.0.1:40001
  svc = 192.168.0.1:80
  pod = 10.0.0.9:8080
  0ms   c:a>svc  s+1ms:a>pod  S  seq=1000 ts
  2ms   s:pod>a  c+1ms:svc>a  SA seq=5000 ts
  4ms   c:a>svc  s+1ms:a>pod  A  ts
  10ms  c b>pod  S seq=70000 ts
  11ms  c pod>b  RA seq=0 ack=70001
  40ms  c pod>a  PA seq=5001 len=10 ack=1001 ipid=9 ts=50/4`;
const ALL: ConnectionListRequest = {
  filter: { text: '', reset: false, leak: false, nat: false, retransmission: false },
  order: 'start',
  descending: false,
  from: 0,
  count: 10,
};

async function analysed(): Promise<Analysis> {
  const { workspace, correlation } = await correlateExchange(TEXT);
  return {
    workspace,
    correlation,
    replays: [],
    context: NO_CONTEXT,
    diagnosis: { findings: [], undecided: [], captureNext: [], contradictions: [] },
  } as unknown as Analysis;
}
const clients = (analysis: Analysis, part: Partial<ConnectionListRequest> & { readonly flags?: object; readonly text?: string }) =>
  listConnections(analysis, { ...ALL, ...part, filter: { ...ALL.filter, ...part.flags, text: part.text ?? '' } }).rows.map((r) => r.client);

test('filters by text, RST, leak and NAT', async () => {
  const analysis = await analysed();
  expect(clients(analysis, {})).toEqual(['10.0.0.1:40000', '10.0.0.1:40001']);
  expect(clients(analysis, { text: ':40001' })).toEqual(['10.0.0.1:40001']);
  expect(clients(analysis, { text: '192.168.0.1 10.0.0.9' })).toEqual(['10.0.0.1:40000']);
  expect(clients(analysis, { flags: { reset: true } })).toEqual(['10.0.0.1:40001']);
  expect(clients(analysis, { flags: { leak: true } })).toEqual(['10.0.0.1:40000']);
  expect(clients(analysis, { flags: { nat: true } })).toEqual(['10.0.0.1:40000']);
});

test('sorts both ways and gives windows and positions', async () => {
  const analysis = await analysed();
  expect(clients(analysis, { order: 'packets', descending: true })[0]).toBe('10.0.0.1:40000');
  expect(clients(analysis, { order: 'client', descending: true })[0]).toBe('10.0.0.1:40001');
  expect(listConnections(analysis, { ...ALL, from: 1, count: 1 }).rows).toHaveLength(1);
  expect(connectionPosition(analysis, ALL, pathId(1))).toBe(1);
});

test('a path header names legs, the NAT between them, strays and reasons', async () => {
  const header = pathHeader(await analysed(), pathId(0));
  expect(header?.legs.map((l) => [l.tap, l.server, l.beyondNat])).toEqual([
    [0, '192.168.0.1:80', false],
    [1, '10.0.0.9:8080', true],
  ]);
  expect(header?.strays.map((s) => [s.kind, s.source])).toEqual([['leak', '10.0.0.9:8080']]);
  expect(header?.reasons[0]?.kind).toBe('isn-pair');
});

test('clock details carry the bounds', async () => {
  const [, other] = clockDetails(await analysed(), 'en');
  expect(other?.above.length).toBeGreaterThan(0);
  expect(other?.below.length).toBeGreaterThan(0);
});

test('a clock that nothing relates to the reference says whom it shares packets with, in the words of the report', async () => {
  const { workspace, correlation } = await correlateExchange(`
    a = 10.0.0.1:40000
    b = 10.0.0.2:80
    c = 10.9.0.1:50000
    d = 10.9.0.2:80
    0ms  alone:a>b  S  seq=1000 ts
    0ms  left:c>d  right+1ms:c>d  S  seq=7000 ts
    2ms  right:d>c left+1ms:d>c  SA seq=9000 ts`);
  const analysis = { workspace, correlation, context: NO_CONTEXT } as unknown as Analysis;
  const clocks = clockDetails(analysis, 'en');
  expect(clocks.map((c) => c.apart)).toEqual([
    '',
    'saw none of the packets that alone holds: clock known against right only',
    'saw none of the packets that alone holds: clock known against left only',
  ]);
  expect(clocksApart(analysis, 'zh')[1]).toBe('没有见到 alone 中的任何包：只知道其时钟相对于 right 的偏移');
  expect(clocks.map((c) => c.uncertainty === Number.POSITIVE_INFINITY)).toEqual([false, true, true]);
});
