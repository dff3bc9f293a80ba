// What really happened on a 6.18 kernel with real stacks, and what is said of it: from all capture points, and from the two ends alone.
import { describe, expect, test, vi } from 'vitest';
import { analyzeRecording } from '../../testing/recordings.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Expected {
  /** Main finding and severity; null: none. */
  readonly main: string | null;
  /** The same from the ends alone, where that differs. */
  readonly ends?: string | null;
  /** The same from the server's capture alone, and from the client's, where that is told. */
  readonly server?: string;
  readonly client?: string;
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
  'sender-goes-on': { main: 'forged-reset/critical', server: 'forged-reset/critical', killer: 'middlebox' },
  'server-goes-on': { main: 'forged-reset/critical', client: 'forged-reset/critical', killer: 'middlebox' },
  'entry-deleted-in-handshake-ipv6': { main: 'leak-entry-gone/warning', client: 'leak-entry-gone/warning', killer: 'client' },
  'half-closed-then-aborted': { main: 'server-aborted/critical', server: 'server-aborted/critical', killer: 'server' },
  'final-ack-overflows': { main: 'syn-cookies-failed/critical', server: 'syn-cookies-failed/critical', killer: 'server' },
  'syns-lost-beyond': { main: null, ends: 'table-full/critical' },
  'late-segment-masqueraded': { main: 'reset-by-node/critical', server: 'reset-by-node/critical', killer: 'node' },
  'late-segment-without-options': { main: 'leak-old-segment/critical', client: 'leak-old-segment/critical', killer: 'client' },
  'zone-changes': { main: 'leak-entry-gone/critical', killer: 'client' },
  'unacknowledged-expires': { main: 'leak-entry-gone/critical', client: 'leak-entry-gone/critical', killer: 'client' },
};

describe.each(Object.keys(RECORDED))('%s', (name) => {
  const { main, ends = main, says, killer } = RECORDED[name] ?? { main: null };

  test.each([
    ['all capture points', () => true, main],
    ['the two ends', (point: string) => /^(client|server)/.test(point), ends],
  ] as const)('%s', async (_, isWanted, expected) => {
    const { diagnosis, correlation } = await analyzeRecording(name, isWanted);
    const [first] = diagnosis.findings;
    expect(first ? `${first.kind}/${first.severity}` : null).toBe(expected);
    const quiet = says === undefined ? 'undecided' : 'nothing';
    expect(diagnosis.verdict.kind).toBe(expected === null ? quiet : expected.endsWith('/critical') ? 'incident' : 'harmless');
    if (says !== undefined) expect(diagnosis.verdict.says.map((s) => s.id)).toContain(says);
    expect(correlation.resets.find((r) => r.effect === 'kills')?.origin).toBe(killer);
  });
});

const ALONE = Object.entries(RECORDED).flatMap(([name, expected]) =>
  (['client', 'server'] as const).flatMap((end) => (expected[end] === undefined ? [] : [[name, end, expected[end]] as const])),
);

test.each(ALONE)('%s: the %s alone', async (name, end, expected) => {
  const { diagnosis } = await analyzeRecording(name, (point) => point.startsWith(end));
  const [first] = diagnosis.findings;
  expect(`${first?.kind}/${first?.severity}`).toBe(expected);
});

test('from the ends alone nobody knows that SYNs were lost at the node', async () => {
  const { diagnosis } = await analyzeRecording('syns-lost-beyond', (point) => /^(client|server)/.test(point));
  expect(diagnosis.findings[0]).toMatchObject({ kind: 'table-full', confidence: 'possible' });
});

test('a capture a little way off does not make its nearest end the maker for certain', async () => {
  const { correlation } = await analyzeRecording('late-segment-without-options', (point) => !point.startsWith('client'));
  const [killer] = correlation.resets.filter((r) => r.effect === 'kills');
  expect(killer).toMatchObject({ origin: 'client', confidence: expect.not.stringMatching('certain') });
});

test.each([0.5, 0.7])(
  'the server’s capture ends after %f of it: what it no longer holds was not lost, and no ACK is of unseen data',
  async (share) => {
    const { diagnosis } = await analyzeRecording('entry-deleted-before-answer', (point) => /^(client|server)/.test(point), share);
    expect(diagnosis.findings.map((f) => f.kind)).not.toContain('leak-unseen-ack');
  },
);
