import { expect, test, vi } from 'vitest';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { loneResets, manyConnections, oneConnection } from '../../testing/manyConnections.ts';
import { correlate } from '../correlate/correlate.ts';
import { analyze } from './analyze.ts';
import { buildWorkspace } from './workspace.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Processor time, milliseconds: the least of two, for other work goes on. */
function leastOfTwo(work: () => void): number {
  const times = [0, 1].map(() => {
    const start = cpuMillis();
    work();
    return cpuMillis() - start;
  });
  return Math.min(...times);
}

/** Of a whole analysis. */
async function cost(taps: ReturnType<typeof manyConnections>): Promise<number> {
  const opened = await taps;
  return leastOfTwo(() => analyze(buildWorkspace(opened)));
}

/** Eight times the work may take twenty times as long at most, where a square would take sixty-four; short times are noise. */
test.each([
  ['connections that a RST ends', 2000, (n: number) => manyConnections(n)],
  ['RSTs of which nothing else was captured', 4000, loneResets],
  ['segments never acknowledged', 8000, (n: number) => oneConnection(n, 'unanswered')],
  ['segments sent again', 8000, (n: number) => oneConnection(n, 'sentAgain')],
  ['leaks on one path', 4000, (n: number) => oneConnection(n, 'leaked')],
])('%s: time grows with their number, not with its square', async (_, count, make) => {
  const small = await cost(make(count));
  const large = await cost(make(8 * count));
  expect({ small, large, linear: large < Math.max(20 * small, 150) }).toMatchObject({ linear: true });
});

test('correlation looks at a connection that took its course for a small part of the time that one takes which a RST ends', async () => {
  const correlating = async (end: 'closed' | 'reset'): Promise<number> => {
    const workspace = buildWorkspace(await manyConnections(20_000, end));
    return leastOfTwo(() => correlate(workspace));
  };
  let [calm, ending] = [0, 0];
  for (let i = 0; i < 5 && !(calm < 0.5 * ending); i++) [calm, ending] = [await correlating('closed'), await correlating('reset')];
  expect({ calm, ending, small: calm < 0.5 * ending }).toMatchObject({ small: true });
});

test('a RST that nothing else belongs to costs a small part of a connection that one ends', async () => {
  let [alone, ending] = [0, 0];
  for (let i = 0; i < 3 && !(alone < 0.6 * ending); i++)
    [alone, ending] = [await cost(loneResets(20_000)), await cost(manyConnections(20_000))];
  expect({ alone, ending, small: alone < 0.6 * ending }).toMatchObject({ small: true });
});
