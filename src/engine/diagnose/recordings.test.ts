// What really happened on a 6.18 kernel with real stacks, and what is said of it: from all capture points, and from the two ends alone.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import type { Analysis } from '../model/analysis.ts';
import { tapId } from '../model/units.ts';
import { analyze } from '../query/analyze.ts';
import { buildWorkspace } from '../query/workspace.ts';

vi.setConfig({ testTimeout: 60_000 });

const FOLDER = 'src/testing/captures/recorded-6.18';

interface Expected {
  /** Main finding and severity; null: none. */
  readonly main: string | null;
  /** The same from the ends alone, where that differs. */
  readonly ends?: string | null;
  /** The same from the server's capture alone, where that is told. */
  readonly server?: string;
  /** Where nothing is found: the sentence that is said instead; absent: the captures can't tell. */
  readonly says?: string;
  /** Whose the first deadly RST is; absent: there is none. */
  readonly killer?: string;
}

const RECORDED: Readonly<Record<string, Expected>> = {
  'backend-changed-ipv6': { main: 'rebalanced-entry-gone/critical', killer: 'server' },
  'beyond-window': { main: 'leak-beyond-window/critical', killer: 'client' },
  'device-forgets-idle': { main: 'middlebox-idle-timeout/critical' },
  'entry-deleted-client-first': { main: 'stall-entry-gone/critical' },
  'forged-both-ends-ipv6': { main: 'forged-reset/critical', killer: 'middlebox' },
  'half-closed-expired-ipv6': { main: 'half-closed-expired/critical', killer: 'client' },
  'masqueraded-anew': { main: 'rebalanced-entry-gone/critical', killer: 'server' },
  'node-rejects': { main: 'reset-by-node/critical', killer: 'node' },
  'client-forgot': { main: 'client-aborted/critical', killer: 'client' },
  'entry-deleted-before-answer': { main: 'leak-entry-gone/critical', killer: 'client' },
  'final-ack-refused': { main: 'syn-cookies-failed/critical', server: 'syn-cookies-failed/critical', killer: 'server' },
  'queue-full-silent': { main: 'accept-queue-overflow/critical' },
  'reply-bypasses-nat-ipv6': { main: 'reply-bypasses-nat/critical', server: 'reply-bypasses-nat/critical', killer: 'client' },
  'server-host-rejects': { main: 'forged-reset/critical', killer: 'server' },
  'syn-lost': { main: null, says: 'verdict.synLost' },
  'syns-injected': { main: null, says: 'verdict.scope' },
  'way-back-changes': { main: 'reply-bypasses-nat/critical', killer: 'client' },
  'wrote-after-close': { main: null, says: 'verdict.wroteAfterClose', killer: 'server' },
  'queue-full': { main: 'accept-queue-overflow/critical' },
  'server-host-down': { main: null },
};

async function analyzeRecording(name: string, isWanted: (point: string) => boolean): Promise<Analysis> {
  const files = readdirSync(`${FOLDER}/${name}`).filter((f) => isWanted(f));
  const taps = await Promise.all(
    files.map((file, i) => openBytes(readFileSync(`${FOLDER}/${name}/${file}`), { tapName: file.replace('.pcap', ''), tapId: tapId(i) })),
  );
  return analyze(buildWorkspace(taps));
}

describe.each(Object.keys(RECORDED))('%s', (name) => {
  const { main, ends = main, says, killer } = RECORDED[name] ?? { main: null };

  test.each([
    ['all capture points', () => true, main],
    ['the two ends', (point: string) => /^(client|server)/.test(point), ends],
  ] as const)('%s', async (_, isWanted, expected) => {
    const { diagnosis, correlation } = await analyzeRecording(name, isWanted);
    const [first] = diagnosis.findings;
    expect(first ? `${first.kind}/${first.severity}` : null).toBe(expected);
    expect(diagnosis.verdict.kind).toBe(expected !== null ? 'incident' : says === undefined ? 'undecided' : 'nothing');
    if (says !== undefined) expect(diagnosis.verdict.says.map((s) => s.id)).toContain(says);
    expect(correlation.resets.find((r) => r.effect === 'kills')?.origin).toBe(killer);
  });
});

test.each(Object.entries(RECORDED).flatMap(([name, { server }]) => (server === undefined ? [] : [[name, server] as const])))(
  '%s: the server alone',
  async (name, server) => {
    const { diagnosis } = await analyzeRecording(name, (point) => point.startsWith('server'));
    const [first] = diagnosis.findings;
    expect(`${first?.kind}/${first?.severity}`).toBe(server);
  },
);
