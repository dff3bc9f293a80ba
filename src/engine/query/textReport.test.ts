import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { analyzeExchange, OPENED } from '../../testing/diagnoseExchange.ts';
import { analyzeScenario, contextOf, hasScenarios } from '../../testing/scenarios.ts';
import { renderText } from './textReport.ts';

vi.setConfig({ testTimeout: 60_000 });

/** The most different of the recorded scenarios; the texts were read and would be signed. */
const GOLDEN = [
  'ebay-leak-4taps',
  'late-ack',
  'unseen-ack',
  'idle-timeout',
  'idle-timeout-client-first-loose0',
  'idle-timeout-rebalanced',
  'masquerade',
  'drop-invalid-stall',
  'ipvs-port-changed-4taps',
  'ipvs-backend-removed',
  'middlebox-rst',
  'keepalive-race',
  'mtu-black-hole',
  'lossy',
];

describe.runIf(hasScenarios)('text for people', () => {
  test.each(GOLDEN)('%s', async (name) => {
    await expect(renderText(await analyzeScenario(name))).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test('context files', async () => {
    const analysis = await analyzeScenario('context-files', undefined, contextOf('context-files'));
    await expect(renderText(analysis)).toMatchFileSnapshot('golden/context-files.txt');
    await expect(renderText(analysis, 'zh')).toMatchFileSnapshot('golden/context-files.zh.txt');
  });

  test('only the server’s capture', async () => {
    await expect(renderText(await analyzeScenario('ebay-leak', ['pilot']))).toMatchFileSnapshot('golden/undecided.txt');
  });

  test('no line is longer than a terminal is wide, but commands', () => {
    for (const name of GOLDEN) {
      const lines = readFileSync(new URL(`./golden/${name}.txt`, import.meta.url), 'utf8').split('\n');
      expect(lines.filter((l) => l.length > 100 && !/^\s+tcpdump /.test(l))).toEqual([]);
    }
  });
});

test('a file name can’t move the cursor', async () => {
  const analysis = await analyzeExchange(`${OPENED()} 5s C> PA len=40 ts\n 5.001s <S RA ts`);
  const taps = analysis.workspace.taps.map((tap) => ({
    ...tap,
    name: '\u001b[2Jx',
    files: tap.files.map((f) => ({ ...f, name: '\u001b]0;y\u0007' })),
  }));
  const text = renderText({ ...analysis, workspace: { ...analysis.workspace, taps } });
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
