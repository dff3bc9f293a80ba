// The replay across capture points: what reached the node, in which order, and what follows where neither is certain.
import { expect, test } from 'vitest';
import { tapExchange } from '../../testing/tapExchange.ts';
import { correlate } from '../correlate/correlate.ts';
import type { Correlation, Workspace } from '../model/correlation.ts';
import { type PathReplay, type TrackerSettings, V_ESTABLISHED, V_INVALID, V_NEW, V_UNKNOWN } from '../model/verdict.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { judgeAllLeaks } from './judge.ts';
import { replayPaths } from './replayPaths.ts';

const NAMES = `
  client = 10.1.0.5:40000
  svc    = 10.96.0.9:80
  pod    = 10.1.0.9:8080`;
/** A connection through the service, seen at both pods, one way 10 ms. */
const OPENED = `${NAMES}
  0ms   envoy:client>svc  pilot+10ms:client>pod  S   seq=1000 win=1000 ts
  20ms  pilot:pod>client  envoy+10ms:svc>client  SA  seq=9000 win=1000 ts
  30ms  envoy:client>svc  pilot+10ms:client>pod  A   win=1000 ts`;

interface Session {
  readonly workspace: Workspace;
  readonly correlation: Correlation;
  readonly replays: readonly (PathReplay | null)[];
}

async function replay(text: string, settings?: TrackerSettings): Promise<Session> {
  const workspace = buildWorkspace(await tapExchange(text));
  const correlation = correlate(workspace);
  return { workspace, correlation, replays: replayPaths(workspace, correlation, { profile: '5.10', ...(settings ? { settings } : {}) }) };
}

/** Verdict and doubt of the journeys of a path with this sequence number, by time. */
function verdictsAt(
  { correlation, replays }: Session,
  seq: number,
  path = 0,
): { verdict: number; isDoubtful: boolean; hasArrived: boolean }[] {
  const { journeys } = correlation;
  const found = replays[path];
  if (!found) throw new Error('not replayed');
  const list: { verdict: number; isDoubtful: boolean; hasArrived: boolean }[] = [];
  for (let j = journeys.pathStart[path] ?? 0; j < (journeys.pathEnd[path] ?? 0); j++) {
    if (journeys.seq[j] !== seq) continue;
    const i = j - (journeys.pathStart[path] ?? 0);
    const { verdict, orderDependent, arrived } = found.verdicts;
    list.push({ verdict: verdict[i] ?? -1, isDoubtful: orderDependent[i] === 1, hasArrived: arrived[i] === 1 });
  }
  return list;
}

test('a connection that crosses no NAT is not replayed', async () => {
  const { replays } = await replay(`${NAMES}
    0ms  envoy:client>pod  pilot+1ms:client>pod  S  seq=1000
    2ms  pilot:pod>client  envoy+1ms:pod>client  SA seq=9000
    4ms  envoy:client>pod  pilot+1ms:client>pod  A`);
  expect(replays).toEqual([null]);
});

test('a held segment is judged when it reached the node, not when it was sent', async () => {
  const session = await replay(`${OPENED}
    40ms  pilot:pod>client envoy+200ms:pod>client A seq=9001 len=100 win=1000 ts
    41ms  pilot:pod>client envoy+10ms:svc>client  A seq=9101 len=900 win=1000 ts
    60ms  pilot:pod>client envoy+10ms:svc>client  A seq=9001 len=100 win=1000 ts
    75ms  envoy:client>svc pilot+10ms:client>pod  A ack=10001 win=1000 ts
    90ms  pilot:pod>client envoy+10ms:svc>client  A seq=10001 len=1000 win=1000 ts
    105ms envoy:client>svc pilot+10ms:client>pod  A ack=11001 win=1000 ts
    110ms pilot:pod>client envoy+10ms:svc>client  A seq=11001 len=1000 win=1000 ts
    125ms envoy:client>svc pilot+10ms:client>pod  A ack=12001 win=1000 ts`);
  const [held, again] = verdictsAt(session, 9001);
  expect([held?.verdict, again?.verdict].sort()).toEqual([V_ESTABLISHED, V_INVALID]);
  const [leak] = judgeAllLeaks(session.workspace, session.correlation, session.replays).values();
  expect(leak).toMatchObject({ verdict: 'INVALID', reason: 'SEQ is under the lower bound (already ACKed data retransmitted)' });
  // td_end 12001 − window 1000 − 1 − end of the segment 9101
  expect(leak?.bytesBelowWindow).toBe(1899);
  expect(session.replays[0]?.verdicts.order).toBe('inferred');
});

test('a packet lost before the node did not arrive and changes nothing', async () => {
  const session = await replay(`${OPENED}
    40ms  pilot:pod>client                        A seq=9001 len=100 win=1000 ts
    41ms  pilot:pod>client envoy+10ms:svc>client  A seq=9101 len=100 win=1000 ts
    60ms  envoy:client>svc pilot+10ms:client>pod  A ack=9001 win=1000 ts
    80ms  pilot:pod>client envoy+10ms:svc>client  A seq=9001 len=100 win=1000 ts
    95ms  envoy:client>svc pilot+10ms:client>pod  A ack=9201 win=1000 ts`);
  const [lost, again] = verdictsAt(session, 9001);
  expect(lost).toMatchObject({ hasArrived: false, verdict: V_UNKNOWN });
  expect(again).toMatchObject({ hasArrived: true, verdict: V_ESTABLISHED });
});

test('where the order decides and nothing tells it, the verdict says so', async () => {
  // A repeated SYN crosses the SYN/ACK: near the client it came before it (NEW), near the server after it (ignored). Both are translated.
  const session = await replay(`${NAMES}
    0ms   envoy:client>svc  pilot+10ms:client>pod  S   seq=1000 win=1000 ts
    20ms  pilot:pod>client  envoy+10ms:svc>client  SA  seq=9000 win=1000 ts
    25ms  envoy:client>svc  pilot+10ms:client>pod  S   seq=1000 win=1000 ts
    50ms  envoy:client>svc  pilot+10ms:client>pod  A   win=1000 ts`);
  const [first, again] = verdictsAt(session, 1000);
  expect(first).toMatchObject({ verdict: V_NEW, isDoubtful: false });
  expect(again).toMatchObject({ verdict: V_NEW, isDoubtful: true });
  expect(session.replays[0]?.verdicts.agreement.disagreeing).toEqual([]);
});

test('an order that contradicts what was observed is no order: nothing is left in doubt', async () => {
  // The RST crosses the ACK that it lies below; it leaked, so the ACK was there first, as it is near the client.
  const session = await replay(`${OPENED}
    40ms  pilot:pod>client  envoy+10ms:svc>client  A   seq=9001 len=100 win=1000 ts
    55ms  envoy:client>svc  pilot+10ms:client>pod  A   ack=9101 win=1000 ts
    60ms  pilot:pod>client  envoy+10ms:pod>client  R   seq=9050 win=0`);
  expect(verdictsAt(session, 9050)[0]).toMatchObject({ verdict: V_INVALID, isDoubtful: false });
  expect(session.replays[0]?.verdicts.agreement.disagreeing).toEqual([]);
});

test('the server speaks first after the entry ran out: picked up in reverse, NEW, untranslated', async () => {
  const session = await replay(
    `${OPENED}
    40ms  pilot:pod>client envoy+10ms:svc>client  A seq=9001 len=100 win=1000 ts
    55ms  envoy:client>svc pilot+10ms:client>pod  A ack=9101 win=1000 ts
    30s   pilot:pod>client envoy+10ms:pod>client  A seq=9101 len=100 win=1000 ts
    30.011s envoy:client>pod pilot+10ms:client>pod R seq=1001 win=0`,
    { timeouts: { established: 20 } },
  );
  expect(verdictsAt(session, 9101)[0]?.verdict).toBe(V_NEW);
  const [leak] = judgeAllLeaks(session.workspace, session.correlation, session.replays).values();
  expect(leak).toMatchObject({ verdict: 'NEW', bytesBelowWindow: null, reason: expect.stringContaining('picked up') });
  expect(session.replays[0]?.verdicts.agreement.disagreeing).toEqual([]);
});

test('two connections on one tuple share an entry: the second opens anew', async () => {
  const session = await replay(`${OPENED}
    40ms  envoy:client>svc pilot+10ms:client>pod  FA win=1000 ts
    55ms  pilot:pod>client envoy+10ms:svc>client  FA win=1000 ts
    70ms  envoy:client>svc pilot+10ms:client>pod  A win=1000 ts
    1s    envoy:client>svc  pilot+10ms:client>pod  S   seq=500000 win=1000 ts
    1.02s pilot:pod>client  envoy+10ms:svc>client  SA  seq=700000 win=1000 ts
    1.04s envoy:client>svc  pilot+10ms:client>pod  A   win=1000 ts`);
  expect(session.correlation.paths.length).toBe(2);
  const opened = verdictsAt(session, 500_000, 1);
  expect(opened[0]?.verdict).toBe(V_NEW);
  for (const r of session.replays) expect(r?.verdicts.agreement.disagreeing).toEqual([]);
});

test('capture points at the node tell what reached it: what went around it did not', async () => {
  const session = await replay(`${NAMES}
    0ms   envoy:client>svc  veth+0.05ms:client>svc  uplink+0.1ms:client>pod  pilot+10ms:client>pod  S   seq=1000 win=1000 ts
    20ms  pilot:pod>client  uplink+10ms:pod>client  veth+10.05ms:svc>client  envoy+10.1ms:svc>client  SA  seq=9000 win=1000 ts
    31ms  envoy:client>svc  veth+0.05ms:client>svc  uplink+0.1ms:client>pod  pilot+10ms:client>pod  A   win=1000 ts
    32ms  envoy:client>svc  veth+0.05ms:client>svc  uplink+0.1ms:client>pod  pilot+10ms:client>pod  A   seq=1001 len=100 win=1000 ts
    33ms  envoy:client>svc  pilot+10ms:client>pod  A   seq=1101 len=100 win=1000 ts
    50ms  pilot:pod>client  uplink+10ms:pod>client  veth+10.05ms:pod>client  envoy+10.1ms:pod>client  A  ack=1201 win=1000 ts
    61ms  envoy:client>pod  veth+0.05ms:client>pod  uplink+0.1ms:client>pod  pilot+10ms:client>pod  R  seq=1201 win=0`);
  expect(verdictsAt(session, 1101)[0]).toMatchObject({ hasArrived: false });
  const leak = [...judgeAllLeaks(session.workspace, session.correlation, session.replays).values()][0];
  expect(leak).toMatchObject({ verdict: 'INVALID', reason: 'ACK is over the upper bound (ACKed data not seen yet)' });
  expect(session.replays[0]?.verdicts.order).toBe('node-tap');
});

test('without a capture point at the node a leaked ACK of data that went around it stays a contradiction, and says nothing false', async () => {
  const session = await replay(`${OPENED}
    40ms  envoy:client>svc  pilot+10ms:client>pod  A   seq=1001 len=100 win=1000 ts
    60ms  pilot:pod>client  envoy+10ms:pod>client  A   ack=1101 win=1000 ts
    71ms  envoy:client>pod  pilot+10ms:client>pod  R   seq=1101 win=0`);
  const [leak] = judgeAllLeaks(session.workspace, session.correlation, session.replays).values();
  expect(leak).toMatchObject({ verdict: null, reason: null, bytesBelowWindow: null });
  expect(session.replays[0]?.verdicts.agreement.disagreeing.length).toBe(1);
});

test('2.3 what arrived damaged is INVALID, unless checksums are not looked at', async () => {
  const text = `${OPENED}
    40ms  pilot:pod>client  envoy+10ms:pod>client  A seq=9001 len=100 win=1000 ts
    60ms  pilot:pod>client  envoy+10ms:svc>client  A seq=9001 len=100 win=1000 ts
    75ms  envoy:client>svc  pilot+10ms:client>pod  A ack=9101 win=1000 ts`;
  const { workspace, correlation, replays } = await replay(text);
  const [leaked] = correlation.leaks.map((leak) => leak.journey);
  if (leaked === undefined) throw new Error('nothing leaked');
  expect(replays[0]?.verdicts.agreement.disagreeing).toEqual([leaked]);
  const again = (settings: TrackerSettings) =>
    replayPaths(workspace, correlation, { profile: '5.10', settings, damaged: new Set([leaked]) });
  expect(again({})[0]?.verdicts.agreement.disagreeing).toEqual([]);
  const [said] = judgeAllLeaks(workspace, correlation, again({})).values();
  expect(said).toMatchObject({ verdict: 'INVALID', reason: 'bad checksum' });
  expect(again({ checksum: false })[0]?.verdicts.agreement.disagreeing).toEqual([leaked]);
});

test('a stated setting is not inferred: contradictions stay visible', async () => {
  const text = `${OPENED}
    40ms  pilot:pod>client envoy+10ms:svc>client  A seq=9001 len=1000 win=1000 ts
    55ms  envoy:client>svc pilot+10ms:client>pod  A ack=10001 win=1000 ts
    70ms  pilot:pod>client envoy+10ms:svc>client  A seq=10001 len=1000 win=1000 ts
    85ms  envoy:client>svc pilot+10ms:client>pod  A ack=11001 win=1000 ts
    100ms pilot:pod>client envoy+10ms:svc>client  A seq=11001 len=1000 win=1000 ts
    115ms envoy:client>svc pilot+10ms:client>pod  A ack=12001 win=1000 ts
    300ms pilot:pod>client envoy+10ms:svc>client  A seq=9001 len=100 win=1000 ts`;
  const free = await replay(text);
  expect(free.replays[0]?.inferred.map((i) => i.name)).toEqual(['be_liberal']);
  expect(free.replays[0]?.verdicts.agreement.disagreeing).toEqual([]);
  const stated = await replay(text, { be_liberal: false, dropInvalid: false, loose: true });
  expect(stated.replays[0]?.inferred).toEqual([]);
  expect(stated.replays[0]?.verdicts.agreement.disagreeing.length).toBe(1);
});
