import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { HARDSHIPS } from '../../testing/hardships.ts';
import { recordsOf } from '../../testing/rewrap.ts';
import { hasScenarios, SCENARIOS, truthOf } from '../../testing/scenarios.ts';
import { tapExchange } from '../../testing/tapExchange.ts';
import { correlate } from '../correlate/correlate.ts';
import { tapId } from '../model/units.ts';
import { analyze } from '../query/analyze.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { replayPaths } from '../replay/replayPaths.ts';
import { diagnose } from './diagnose.ts';

interface World {
  readonly client: string;
  readonly service: string;
  readonly server: string;
  /** Initial sequence numbers. */
  readonly c: number;
  readonly s: number;
  readonly extra: string;
}

const HOME: World = { client: '10.0.1.1:40001', service: '10.96.0.5:80', server: '10.0.2.9:8080', c: 1000, s: 9000, extra: '' };

/** An old segment leaks, is reset, and the server's side dies; then the server's answer tells the client. */
function leak({ client, service, server, c, s, extra }: World): string {
  const [cs, ss] = [(n: number) => (c + n) >>> 0, (n: number) => (s + n) >>> 0];
  return `${extra}
    client = ${client}
    svc = ${service}
    pod = ${server}
    0ms envoy:client>svc pilot+0.2ms:client>pod S seq=${c} win=64240 mss=1460 ws=7 sackok ts
    1ms pilot:pod>client envoy+0.2ms:svc>client SA seq=${s} win=65160 mss=1460 ws=7 sackok ts
    2ms envoy:client>svc pilot+0.2ms:client>pod A ts
    3ms envoy:client>svc pilot+0.2ms:client>pod PA len=200 ts
    10ms pilot:pod>client PA seq=${ss(1)} len=1448 ipid=7777 ts=5000/1
    11ms pilot:pod>client envoy+0.2ms:svc>client A seq=${ss(1449)} len=1448 ts=5001/1
    12ms pilot:pod>client envoy+0.2ms:svc>client A len=1448 *100/0.1ms ts=5002/1
    40ms pilot:pod>client envoy+0.2ms:svc>client PA seq=${ss(1)} len=1448 ts=5030/1
    41ms envoy:client>svc pilot+0.2ms:client>pod A ts
    300ms envoy:pod>client PA seq=${ss(1)} ack=${cs(201)} len=1448 ipid=7777 ts=5000/1
    300.1ms envoy:client>pod pilot+0.2ms:client>pod R seq=${cs(201)} ipid=0
    310ms envoy:client>svc pilot+0.2ms:client>pod A ts
    310.5ms pilot:pod>client envoy+0.2ms:svc>client R seq=${ss(147_697)} ipid=0`;
}

async function findings(world: World): Promise<unknown> {
  const workspace = buildWorkspace(await tapExchange(leak(world)));
  const correlation = correlate(workspace);
  const { findings } = diagnose(workspace, correlation, replayPaths(workspace, correlation));
  return findings.map((f) => ({
    kind: f.kind,
    severity: f.severity,
    confidence: f.confidence,
    evidence: f.evidence.map((e) => [e.says.id, e.packet.tap, e.packet.row]),
    chain: f.chain.map((s) => s.says.id),
    rivals: f.rivals.map((r) => r.kind),
  }));
}

const WORLDS: readonly (readonly [string, Partial<World>])[] = [
  ['server numbers that wrap in mid-stream', { s: 2 ** 32 - 50_000 }],
  ['client numbers that wrap in the handshake', { c: 2 ** 32 - 1 }],
  ['numbers across half of the circle', { c: 2 ** 31 - 100, s: 2 ** 31 - 70_000 }],
  ['another day', { extra: 'start 2031-12-31T23:59:59Z' }],
  ['a clock that is ahead and fast', { extra: 'clock pilot +3.7s 40ppm' }],
  ['IPv6', { client: '[fd00:1::1]:40001', service: '[fd00:96::5]:80', server: '[fd00:2::9]:8080' }],
  [
    'other addresses and ports, the higher one at the server',
    { client: '203.0.113.9:1025', service: '198.51.100.1:61000', server: '192.0.2.1:61001' },
  ],
];

test.each(WORLDS)('%s: the same finding, evidence, chain and rivals', async (_, change) => {
  const home = await findings(HOME);
  expect(home).toMatchObject([{ kind: 'leak-old-segment', severity: 'critical' }]);
  expect(await findings({ ...HOME, ...change })).toEqual(home);
});

vi.setConfig({ testTimeout: 60_000 });

/** Recordings of different causes, each with captures on both sides. */
const RECORDED = [
  'beyond-window',
  'server-restarted',
  'late-ack',
  'ipvs-port-changed-4taps',
  'idle-timeout',
  'app-close-unread',
  'keepalive-race',
  'reply-bypasses-nat',
  'client-aborted',
  // RSTs that a device forged, equal in every number to those that hosts made.
  'middlebox-rst-4taps',
];

describe.runIf(hasScenarios)('recordings that suffered', () => {
  const load = (name: string) =>
    truthOf(name).captures.map(({ point, files }) => ({
      point,
      ...recordsOf(new Uint8Array(readFileSync(`${SCENARIOS}/${name}/${files[0]?.file ?? ''}`))),
    }));
  type Captures = ReturnType<typeof load>;

  async function answer(captures: Captures) {
    const taps = captures.map(({ point, records, shape }, i) =>
      openBytes(encodePcap(records, { linkType: shape.linkType }), { tapName: point, tapId: tapId(i) }),
    );
    const { diagnosis, correlation } = analyze(buildWorkspace(await Promise.all(taps)));
    return {
      loud: diagnosis.findings.filter((f) => f.severity !== 'info').map((f) => `${f.kind} ${f.severity}`),
      resets: correlation.resets.map((r) => `${r.source.port} ${r.direction} by ${r.origin} ${r.effect}`).sort(),
    };
  }

  describe.each(RECORDED)('%s', (name) => {
    test.each(HARDSHIPS)('$name: the same findings', async ({ recounts, apply }) => {
      const whole = load(name);
      const suffered = whole.map((c, i) => ({ ...c, records: [...apply(c.records, i === whole.length - 1)] }));
      const [before, after] = [await answer(whole), await answer(suffered)];
      expect(after.loud).toEqual(before.loud);
      if (!recounts) expect(after.resets).toEqual(before.resets);
    });
  });

  const half = (captures: Captures, which: (i: number) => boolean): Captures =>
    captures.map((c, i) => (which(i) ? { ...c, records: c.records.slice(c.records.length >> 1) } : c));

  test.each([
    ['ebay-leak', 'leak-old-segment critical'],
    ['ipv6', 'leak-old-segment critical'],
    ['clock-skew', 'leak-old-segment critical'],
    ['context-files', 'leak-old-segment critical'],
    // What follows the silence leaks: most of what is left of the connection is astray.
    ['idle-timeout', 'leak-entry-gone critical'],
    ['idle-timeout-loose0', 'leak-entry-gone critical'],
  ])('%s: captures that all began half way tell the same cause', async (name, cause) => {
    const whole = load(name);
    expect((await answer(whole)).loud).toEqual([cause]);
    expect((await answer(half(whole, () => true))).loud).toEqual([cause]);
  });

  test.each(['idle-timeout', 'idle-timeout-loose0'])('%s: the client’s capture alone began half way', async (name) => {
    expect((await answer(half(load(name), (i) => i === 0))).loud).toEqual(['leak-entry-gone critical']);
  });

  test('captures of two servers that share no packet tell the same in either order', async () => {
    const servers = load('idle-timeout-rebalanced').filter(({ point }) => point.startsWith('pilot'));
    const told = await answer(servers);
    expect(told.loud).toEqual(['rebalanced-entry-gone critical']);
    expect(await answer([...servers].reverse())).toEqual(told);
  });

  test('names of capture points and of files change nothing', async () => {
    const whole = load('beyond-window');
    const strange = ['捕获点三', 'pilot', '', 'envoy'];
    const { loud, resets } = await answer(whole.map((c, i) => ({ ...c, point: strange[i] ?? c.point })));
    expect({ loud, resets }).toEqual(await answer(whole));
  });
});
