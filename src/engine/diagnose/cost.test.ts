import { expect, test, vi } from 'vitest';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { tapExchange } from '../../testing/tapExchange.ts';
import { correlate } from '../correlate/correlate.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { diagnose } from './diagnose.ts';

vi.setConfig({ testTimeout: 60_000 });

const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');
const NAMES = 'svc = 10.96.0.5:80\npod = 10.0.2.9:8080\n';

/** Time to diagnose, in milliseconds: the best of three, for other work goes on. */
async function cost(text: string): Promise<number> {
  const workspace = buildWorkspace(await tapExchange(NAMES + text));
  const correlation = correlate(workspace);
  const replays = correlation.paths.map(() => null);
  const times = [0, 1, 2].map(() => {
    const start = cpuMillis();
    diagnose(workspace, correlation, replays);
    return cpuMillis() - start;
  });
  return Math.min(...times);
}

/** Four times the work may take ten times as long at most, where a square would take sixteen; short times are noise. */
const isLinear = (small: number, large: number): boolean => large < Math.max(10 * small, 150);

const SYN = 'win=64240 mss=1460 ws=7 sackok ts';
const scan = (n: number): string =>
  lines(
    n,
    (i) =>
      `${i}ms envoy:10.0.1.${(i % 250) + 1}:${20000 + i}>svc S seq=${i * 7919} ${SYN}\n${i + 0.5}ms envoy:10.0.1.${(i % 250) + 1}:${20000 + i}>svc S seq=${i * 7919} ${SYN}`,
  );
const orphans = (n: number): string =>
  lines(n, (i) => {
    const c = `10.0.1.${(i % 250) + 1}:${20000 + i}`;
    const [up, down] = [`envoy:${c}>svc pilot+0.2ms:${c}>pod`, `pilot:pod>${c} envoy+0.2ms:svc>${c}`];
    return `${i}ms ${up} S seq=${i * 7919} ${SYN}\n${i + 0.3}ms ${down} SA seq=${i * 104729} ${SYN}\n${i + 0.6}ms ${up} A ts\n${i + 5000}ms ${up} PA len=10 ts\n${i + 5000.4}ms ${down} R seq=${(i * 104729 + 1) >>> 0} ipid=0`;
  });
const leaks = (n: number): string => `client = 10.0.1.1:40000
  0ms envoy:client>svc pilot+0.2ms:client>pod S seq=1000 ${SYN}
  1ms pilot:pod>client envoy+0.2ms:svc>client SA seq=9000 ${SYN}
  2ms envoy:client>svc pilot+0.2ms:client>pod A ts
  ${lines(n, (i) => `${5 + i * 2}ms envoy:client>svc pilot+0.2ms:client>pod PA len=10 ts\n${6 + i * 2}ms pilot:pod>client envoy+0.2ms:pod>client A ts`)}`;

test.each([
  ['unanswered SYNs to one service', scan],
  ['connections that die alike', orphans],
  ['leaks on one path', leaks],
])('%s: time grows with their number, not with its square', async (_, make) => {
  const small = await cost(make(500));
  const large = await cost(make(2000));
  expect({ small, large, linear: isLinear(small, large) }).toMatchObject({ linear: true });
});
