// What follows from what: a packet is predicted only as long as its sender had seen nothing else than what was recorded.
import { describe, expect, test } from 'vitest';
import { tapExchange } from '../../testing/tapExchange.ts';
import { correlate } from '../correlate/correlate.ts';
import type { PathReplay, Profile, TrackerSettings } from '../model/verdict.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { type Consequences, fateOf, foresee, W_NOT_SENT, W_OTHERWISE, W_SAME, W_UNKNOWN } from './consequences.ts';
import { buildWorks, replayPaths } from './replayPaths.ts';

const NAMES = `
  client = 10.1.0.5:40000
  svc    = 10.96.0.9:80
  pod    = 10.1.0.9:8080`;
/** A connection through the service, seen at both pods, one way 10 ms, 3000 octets sent by the pod and acknowledged. */
const STREAM = `${NAMES}
  0ms   envoy:client>svc  pilot+10ms:client>pod  S   seq=1000 win=1000 ts
  20ms  pilot:pod>client  envoy+10ms:svc>client  SA  seq=9000 win=1000 ts
  31ms  envoy:client>svc  pilot+10ms:client>pod  A   win=1000 ts
  42ms  pilot:pod>client  envoy+10ms:svc>client  A seq=9001 len=1000 win=1000 ts
  53ms  envoy:client>svc  pilot+10ms:client>pod  A ack=10001 win=1000 ts
  64ms  pilot:pod>client  envoy+10ms:svc>client  A seq=10001 len=1000 win=1000 ts
  75ms  envoy:client>svc  pilot+10ms:client>pod  A ack=11001 win=1000 ts
  86ms  pilot:pod>client  envoy+10ms:svc>client  A seq=11001 len=1000 win=1000 ts
  97ms  envoy:client>svc  pilot+10ms:client>pod  A ack=12001 win=1000 ts`;
/** An old segment leaks at 150 ms; its RST closes the pod's socket, whose host answers what still comes with RSTs. */
const KILLED = `${STREAM}
  140ms pilot:pod>client  envoy+10ms:pod>client  A seq=9001 len=100 win=1000 ts
  151ms envoy:client>pod  pilot+10ms:client>pod  R seq=1001 win=0
  155ms envoy:client>svc  pilot+10ms:client>pod  A seq=1001 ack=12001 len=10 win=1000 ts
  166ms pilot:pod>client  envoy+10ms:svc>client  R seq=12001 win=0`;

interface Foretold {
  readonly time: number;
  readonly would: number;
  readonly because: number | null;
  readonly fate: string;
}

/** What would have become of each journey, by the ms at which it was sent. */
async function foretell(
  text: string,
  assumed: { readonly profile?: Profile; readonly settings?: TrackerSettings },
  inForce: TrackerSettings = {},
): Promise<{ readonly at: (ms: number) => Foretold | undefined; readonly openFrom: number }> {
  const workspace = buildWorkspace(await tapExchange(text));
  const correlation = correlate(workspace);
  const replays = replayPaths(workspace, correlation, { profile: '5.10', settings: inForce });
  const [work] = buildWorks(workspace, correlation);
  if (!work) throw new Error('no path crosses NAT');
  const asked = work.arrivals.paths.map((p) => replays[p.id]).filter((r): r is PathReplay => !!r);
  const [found] = foresee(work, asked, workspace, correlation, assumed.profile ?? '5.10', { ...inForce, ...assumed.settings });
  if (!found) throw new Error('nothing foreseen');
  const { journeys } = correlation;
  const timeOf = (j: number): number => Math.round(((journeys.firstTime[j] ?? 0) - (journeys.firstTime[0] ?? 0)) / 1e6);
  const list = foretoldOf(found, timeOf);
  return { at: (ms) => list.find((f) => f.time === ms), openFrom: found.openFrom / 1e6 };
}

const foretoldOf = ({ would, because, arrivals, from, after }: Consequences, timeOf: (j: number) => number): Foretold[] =>
  [...would].map((w, i) => ({
    time: timeOf(arrivals.journey[from + i] ?? 0),
    would: w,
    because: (because[i] ?? -1) < 0 ? null : timeOf(because[i] ?? 0),
    fate: fateOf(after.fate[from + i] ?? 0),
  }));

describe('a leak that would not have happened', () => {
  test.each([
    ['be_liberal translates it', { settings: { be_liberal: true } }, 'translated'],
    ['a newer kernel translates it', { profile: '6.18' as const }, 'translated'],
    ['a rule drops it', { settings: { dropInvalid: true } }, 'gone'],
  ])('%s: the RST that answers it is not sent, nor those of the socket it closed', async (_name, assumed, fate) => {
    const { at } = await foretell(KILLED, assumed);
    expect(at(140)).toMatchObject({ would: W_OTHERWISE, fate });
    expect(at(151)).toMatchObject({ would: W_NOT_SENT, because: 140 });
    expect(at(166)).toMatchObject({ would: W_NOT_SENT, because: 151 });
  });
  test('what the client sent before it could have heard anything else is as recorded', async () => {
    const { at, openFrom } = await foretell(KILLED, { settings: { be_liberal: true } });
    expect(at(155)?.would).toBe(W_SAME);
    expect(openFrom).toBeGreaterThan(160);
  });
  test('what it sent later is unknown, and says since which packet', async () => {
    const { at } = await foretell(`${KILLED}\n  400ms envoy:client>svc pilot+10ms:client>pod FA seq=1011 ack=12001 win=1000 ts`, {
      settings: { be_liberal: true },
    });
    expect(at(400)).toMatchObject({ would: W_UNKNOWN, because: 151 });
  });
  test('without an effect on any socket the rest goes on as recorded', async () => {
    const text = `${STREAM}
      140ms pilot:pod>client  envoy+10ms:pod>client  A seq=9001 len=100 win=1000 ts
      149ms envoy:client>svc  pilot+10ms:client>pod  A seq=1001 ack=12001 len=50 win=1000 ts
      151ms envoy:client>pod  pilot+10ms:client>pod  R seq=1001 win=0
      170ms pilot:pod>client  envoy+10ms:svc>client  A seq=12001 ack=1051 len=100 win=1000 ts
      181ms envoy:client>svc  pilot+10ms:client>pod  A seq=1051 ack=12101 win=1000 ts
      300ms envoy:client>svc  pilot+10ms:client>pod  A seq=1051 ack=12101 len=10 win=1000 ts
      311ms pilot:pod>client  envoy+10ms:svc>client  A seq=12101 ack=1061 win=1000 ts`;
    const { at, openFrom } = await foretell(text, { settings: { be_liberal: true } });
    expect(at(140)?.would).toBe(W_OTHERWISE);
    expect(at(151)?.would).toBe(W_NOT_SENT);
    expect([170, 181, 300, 311].map((ms) => at(ms)?.would)).toEqual([W_SAME, W_SAME, W_SAME, W_SAME]);
    expect(openFrom).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a leak that would have happened', () => {
  test('the host it reaches answers with a RST that nobody recorded: what follows is unknown', async () => {
    const text = `${STREAM}
      140ms pilot:pod>client  envoy+10ms:svc>client  A seq=9001 len=100 win=1000 ts
      151ms envoy:client>svc  pilot+10ms:client>pod  A ack=12001 win=1000 ts
      162ms pilot:pod>client  envoy+10ms:svc>client  A seq=12001 len=100 win=1000 ts`;
    const { at } = await foretell(text, { settings: { be_liberal: false } }, { be_liberal: true });
    expect(at(140)).toMatchObject({ would: W_OTHERWISE, fate: 'untranslated' });
    expect(at(162)).toMatchObject({ would: W_UNKNOWN, because: 140 });
  });
});

test('without a change everything is as recorded', async () => {
  const { at, openFrom } = await foretell(KILLED, {});
  expect([140, 151, 155, 166].map((ms) => at(ms)?.would)).toEqual([W_SAME, W_SAME, W_SAME, W_SAME]);
  expect(openFrom).toBe(Number.POSITIVE_INFINITY);
});
