import { expect, test, vi } from 'vitest';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { manyConnections } from '../../testing/manyConnections.ts';
import { tapExchange } from '../../testing/tapExchange.ts';
import { correlate } from '../correlate/correlate.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { replayPaths } from './replayPaths.ts';

vi.setConfig({ testTimeout: 60_000 });

const SYN = 'win=64240 mss=1460 ws=7 sackok ts';
const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');

const exchange = (text: string): ReturnType<typeof tapExchange> => tapExchange(`svc = 10.96.0.5:80\npod = 10.0.2.9:8080\n${text}`);

/** Processor time of a replay, milliseconds: the least of three, for other work goes on. */
async function cost(taps: ReturnType<typeof manyConnections>): Promise<number> {
  const workspace = buildWorkspace(await taps);
  const correlation = correlate(workspace);
  const times = [0, 1, 2].map(() => {
    const start = cpuMillis();
    replayPaths(workspace, correlation);
    return cpuMillis() - start;
  });
  return Math.min(...times);
}

/** One connection: segments without an acknowledgement, beyond what the tracker lets pass. */
const unanswered = (n: number): string => `client = 10.0.1.1:40000
  0ms envoy:client>svc pilot+0.2ms:client>pod S seq=1000 ${SYN}
  1ms pilot:pod>client envoy+0.2ms:svc>client SA seq=9000 ${SYN}
  2ms envoy:client>svc pilot+0.2ms:client>pod A ts
  ${lines(n, (i) => `${3 + i * 0.1}ms envoy:client>svc pilot+0.2ms:client>pod PA len=1000 ts`)}`;

/** One connection, every answer of which leaks and is sent again. */
const leaking = (n: number): string => `client = 10.0.1.1:40000
  0ms envoy:client>svc pilot+0.2ms:client>pod S seq=1000 ${SYN}
  1ms pilot:pod>client envoy+0.2ms:svc>client SA seq=9000 ${SYN}
  2ms envoy:client>svc pilot+0.2ms:client>pod A ts
  ${lines(n, (i) => `${5 + i * 2}ms envoy:client>svc pilot+0.2ms:client>pod PA len=10 ts\n${6 + i * 2}ms pilot:pod>client envoy+0.2ms:pod>client A ts`)}`;

/** Eight times the work may take twenty times as long at most, where a square would take sixty-four; short times are noise. */
test.each([
  ['connections that a RST ends', 5000, manyConnections],
  ['segments never acknowledged', 1000, (n: number) => exchange(unanswered(n))],
  ['leaks on one path', 500, (n: number) => exchange(leaking(n))],
])('%s: time grows with their number, not with its square', async (_, count, make) => {
  const small = await cost(make(count));
  const large = await cost(make(8 * count));
  expect({ small, large, linear: large < Math.max(20 * small, 150) }).toMatchObject({ linear: true });
});
