// Section 12 of the conntrack rules where IPVS and conntrack meet: what becomes of packets that conntrack refuses.
import { describe, expect, test } from 'vitest';
import { tapExchange } from '../../testing/tapExchange.ts';
import { correlate } from '../correlate/correlate.ts';
import { type TrackerSettings, V_INVALID, V_UNKNOWN } from '../model/verdict.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { O_PORT_CHANGED, O_TRANSLATED } from './arrivals.ts';
import { buildWorks } from './replayPaths.ts';
import { run } from './run.ts';

/** 3000 octets each way, acknowledged; then an old segment of the client's, and one of the pod's. */
const TEXT = `
  client = 10.1.0.5:40000
  svc    = 10.96.0.9:80
  pod    = 10.1.0.9:8080
  0ms   envoy:client>svc  pilot+10ms:client>pod  S   seq=1000 win=1000 ts
  20ms  pilot:pod>client  envoy+10ms:svc>client  SA  seq=9000 win=1000 ts
  31ms  envoy:client>svc  pilot+10ms:client>pod  A   win=1000 ts
${[0, 1, 2]
  .map(
    (i) => `
  ${42 + 22 * i}ms  pilot:pod>client  envoy+10ms:svc>client  A seq=${9001 + 1000 * i} ack=${1001 + 1000 * i} len=1000 win=1000 ts
  ${53 + 22 * i}ms  envoy:client>svc  pilot+10ms:client>pod  A seq=${1001 + 1000 * i} ack=${10001 + 1000 * i} len=1000 win=1000 ts`,
  )
  .join('')}
  120ms pilot:pod>client  envoy+10ms:svc>client  A seq=12001 ack=4001 win=1000 ts
  150ms envoy:client>svc  pilot+10ms:client>pod  A seq=1001 ack=12001 len=100 win=1000 ts
  170ms pilot:pod>client  envoy+10ms:svc>client  A seq=9001 ack=4001 len=100 win=1000 ts`;

async function lastTwo(settings: TrackerSettings): Promise<[number, number][]> {
  const workspace = buildWorkspace(await tapExchange(TEXT));
  const [work] = buildWorks(workspace, correlate(workspace));
  const order = work?.orders[0];
  if (!work || !order) throw new Error('no path crosses NAT');
  const { verdict, fate } = run(work.arrivals, order, workspace, '5.10', settings);
  const { length } = work.arrivals;
  return [length - 2, length - 1].map((at) => [verdict[at] ?? -1, fate[at] ?? -1]);
}

describe('12 IPVS beside conntrack', () => {
  test('12.3 a client packet that conntrack refuses is tracked afresh behind IPVS, under another port; a reply never leaks', async () => {
    expect(await lastTwo({ ipvs: true })).toEqual([
      [V_INVALID, O_PORT_CHANGED],
      [V_INVALID, O_TRANSLATED],
    ]);
  });
  test('12.3 not where be_liberal lets it pass, nor without loose, where the rewritten packet stays INVALID and keeps its port', async () => {
    expect((await lastTwo({ ipvs: true, be_liberal: true })).map(([, fate]) => fate)).toEqual([O_TRANSLATED, O_TRANSLATED]);
    expect((await lastTwo({ ipvs: true, loose: false })).map(([, fate]) => fate)).toEqual([O_TRANSLATED, O_TRANSLATED]);
  });
  test('12.3 a rule that drops INVALID in FORWARD takes replies, and not what IPVS takes in at the node', async () => {
    const [client, reply] = await lastTwo({ ipvs: true, dropInvalid: true });
    expect(client).toEqual([V_INVALID, O_PORT_CHANGED]);
    expect(reply?.[1]).not.toBe(O_TRANSLATED);
  });
  test('12.4 with vs.conntrack 0 nothing is tracked and nothing of this happens', async () => {
    expect(await lastTwo({ ipvs: true, vsConntrack: false })).toEqual([
      [V_UNKNOWN, O_TRANSLATED],
      [V_UNKNOWN, O_TRANSLATED],
    ]);
  });
});
