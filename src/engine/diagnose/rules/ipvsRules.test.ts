import { expect, test } from 'vitest';
import { diagnoseExchange, findingOf, type Given, kindsOf, OPENED } from '../../../testing/diagnoseExchange.ts';
import type { ContextFacts } from '../../model/context.ts';

const IPVS: Partial<ContextFacts> = { proxyMode: { mode: 'ipvs', file: 'ipvsadm.txt' } };
const IPTABLES: Partial<ContextFacts> = { proxyMode: { mode: 'iptables', file: 'iptables-save.txt' } };
const kinds = async (text: string, given?: Given): Promise<string[]> => kindsOf(await diagnoseExchange(text, given));
const rivals = async (text: string, kind: string, given?: Given): Promise<string[]> =>
  findingOf(await diagnoseExchange(text, given), kind)?.rivals.map((r) => r.kind) ?? [];

/** An old segment of the client arrives from another port; the server resets that port, and the RST comes back as the service's. */
const portChanged = (number: number): string => `${OPENED()}
  odd = 10.0.1.1:55555
  10ms envoy:client>svc A seq=1201 len=1448 ipid=7777 ts=5000/1
  11ms C> A seq=2649 len=1448 *100/0.1ms ts=5001/1
  40ms C> A seq=1201 len=1448 ts=5030/1
  41ms <S A ts
  ${number === 10001 ? '' : '42ms <S PA len=500 ts\n  43ms C> A ts'}
  300ms pilot:odd>pod A seq=1201 ack=10001 len=1448 ipid=7777 ts=5000/1
  300.1ms pilot:pod>odd envoy+0.2ms:svc>client R seq=10001 ipid=0
`;

test('B0: a segment reaches the server from another port; the RST for it kills the client’s connection', async () => {
  expect(await kinds(portChanged(10001))).toEqual(['ipvs-port-changed/critical']);
  expect(await rivals(portChanged(10001), 'ipvs-port-changed')).toEqual(expect.arrayContaining(['server-restarted', 'leak-old-segment']));
});

test('B0: where the RST’s number is old the connection goes on: a warning', async () => {
  expect(await kinds(portChanged(10501))).toEqual(['ipvs-port-changed/warning']);
});

test('B0, near miss: the odd port has a SYN of its own: an ordinary connection', async () => {
  const text = `${OPENED()}
    odd = 10.0.1.1:55555
    300ms envoy:odd>svc pilot+0.2ms:odd>pod S seq=50000 win=64240 ws=7 sackok ts
    301ms pilot:pod>odd envoy+0.2ms:svc>odd SA seq=60000 win=65160 ws=7 sackok ts
    302ms envoy:odd>svc pilot+0.2ms:odd>pod A ts
    303ms envoy:odd>svc pilot+0.2ms:odd>pod PA len=10 ts`;
  expect(await kinds(text)).toEqual([]);
});

/** The client speaks after a pause; its segment does not get beyond the node, which answers by itself. */
const idle = (pause: number): string => `${OPENED()}
  ${pause}s C>| PA seq=1201 len=40 ts
  ${pause}.00006s nin:svc>client envoy+0.05ms:svc>client R seq=10001 ipid=0 ttl=64
`;
const FOUR: Given = { taps: 4 };

test('B1: after 1,000 s the node itself resets from the service address', async () => {
  const found = await diagnoseExchange(idle(1000), FOUR);
  expect(kindsOf(found)).toEqual(['ipvs-idle-expired/critical']);
  expect(findingOf(found, 'ipvs-idle-expired')?.confidence).toBe('certain');
  expect(findingOf(found, 'ipvs-idle-expired')?.rivals.map((r) => r.kind)).toEqual(
    expect.arrayContaining(['ipvs-backend-removed-reset', 'forged-reset']),
  );
});

test('B1, near misses: iptables is in use; or the server made the RST', async () => {
  expect(await kinds(idle(1000), { ...FOUR, facts: IPTABLES })).not.toContain('ipvs-idle-expired/critical');
  const byServer = `${OPENED()} 1000s C> PA seq=1201 len=40 ts\n 1000.001s <S R seq=10001 ipid=0`;
  expect(await kinds(byServer, FOUR)).toEqual(['server-restarted/critical']);
  expect(await rivals(byServer, 'server-restarted', FOUR)).toContain('ipvs-idle-expired');
});

const serverAfter = (pause: number): string => `${OPENED()}
  ${pause}s pilot:pod>client envoy+0.2ms:pod>client PA len=500 ts
  ${pause}.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
`;

test('B2: the server speaks after 1,000 s of silence under IPVS', async () => {
  expect(await kinds(serverAfter(1000), { facts: IPVS })).toContain('ipvs-reply-after-expiry/critical');
});

test('B2, near misses: a shorter silence; or iptables in use', async () => {
  expect(await kinds(serverAfter(500), { facts: IPVS })).not.toContain('ipvs-reply-after-expiry/critical');
  expect(await kinds(serverAfter(1000), { facts: IPTABLES })).toEqual(['leak-entry-gone/critical']);
});

const afterFin = (pause: number): string => `${OPENED()}
  10ms C> FA ts
  11ms <S A ts
  ${pause}s pilot:pod>client envoy+0.2ms:pod>client PA len=500 ts
  ${pause}.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1202 ipid=0
`;

test('B3: after the client’s FIN IPVS keeps the connection for 120 s only', async () => {
  expect(await kinds(afterFin(200), { facts: IPVS })).toEqual(['ipvs-fin-timeout/critical']);
  expect(await kinds(afterFin(60), { facts: IPVS })).not.toContain('ipvs-fin-timeout/critical');
});

const service = (backend: string): Partial<ContextFacts> => ({
  ...IPVS,
  services: [
    { name: 'web', address: '10.96.0.5', port: 80, backends: [{ address: backend, port: 8080 }], via: 'ipvs', file: 'ipvsadm.txt' },
  ],
});
/** In the midst of traffic the client's segments stop arriving, and nobody answers. */
const silent = `${OPENED()}
  100ms C> PA len=10 ts
  101ms <S A ts
  ${[0.2, 0.4, 0.8, 1.6, 3.2].map((t) => `${t}s C>| PA seq=1211 len=40 ts`).join('\n  ')}
`;

test('B4: the backend is no longer in the service, and its connections fall silent', async () => {
  expect(await kinds(silent, { ...FOUR, facts: service('10.0.2.10') })).toEqual(['ipvs-backend-removed-silent/critical']);
});

test('B4, near misses: the backend is still listed; or the sysctl says such connections are reset', async () => {
  expect(await kinds(silent, { ...FOUR, facts: service('10.0.2.9') })).not.toContain('ipvs-backend-removed-silent/critical');
  const sysctl = new Map([['net.ipv4.vs.expire_nodest_conn', { value: '1', file: 'sysctl.txt' }]]);
  expect(await kinds(silent, { ...FOUR, facts: { ...service('10.0.2.10'), sysctl } })).not.toContain(
    'ipvs-backend-removed-silent/critical',
  );
});

/** Steady traffic; then the node itself resets the next segment. A later connection goes to another backend. */
const removed = (later: string, pause = 3): string => `${OPENED()}
  1s C> PA len=40 ts
  1.001s <S A ts
  2s C> PA len=40 ts
  2.001s <S A ts
  ${pause}s C>| PA len=40 ts
  ${pause}.00006s nin:svc>client envoy+0.05ms:svc>client R seq=10001 ipid=0 ttl=64
  ${pause + 1}s C2>${later} S seq=7000 win=64240 mss=1460 ws=7 sackok ts
  ${pause + 1}.001s <S2${later} SA seq=8000 win=65160 ws=7 sackok ts
  ${pause + 1}.002s C2>${later} A ts
  ${pause + 1}.003s C2>${later} PA len=100 ts
  ${pause + 1}.004s <S2${later} PA len=100 ts
`;

test('B5: no silence, the node resets, and the next connection goes to another backend', async () => {
  const found = await diagnoseExchange(removed('b'), FOUR);
  expect(kindsOf(found)).toEqual(['ipvs-backend-removed-reset/critical']);
  expect(findingOf(found, 'ipvs-backend-removed-reset')?.evidence.map((e) => e.says.id)).toContain('ev.laterServer');
});

test('B5: a silence far below the timer of IPVS explains nothing where later connections go elsewhere', async () => {
  expect(await kinds(removed('b', 20), FOUR)).toEqual(['ipvs-backend-removed-reset/critical']);
  expect(await kinds(removed('', 20), FOUR)).toEqual(['ipvs-idle-expired/critical']);
  expect(await kinds(removed('b', 2000), FOUR)).toEqual(['ipvs-idle-expired/critical']);
});

test('B5, near miss: a silence longer than any before points to a timeout', async () => {
  expect(await kinds(idle(30), FOUR)).toEqual(['ipvs-idle-expired/critical']);
});

/** A port is used again shortly after its connection was closed; its first SYN is lost on the node. */
const reused = (age: number, mark: string): string => `${OPENED()}
  10ms C> FA ts
  11ms <S FA ts
  12ms C> A ts
  ${age}s C>${mark} S seq=700000 win=64240 mss=1460 ws=7 sackok ts
  ${age + 1}s C> S seq=700000 win=64240 mss=1460 ws=7 sackok ts
  ${age + 1}.001s <S SA seq=800000 ack=700001 win=65160 ws=7 sackok ts
  ${age + 1}.002s C> A seq=700001 ack=800001 ts
  ${age + 1}.003s C> PA seq=700001 ack=800001 len=10 ts
`;

test('B6: the first SYN on a port used 30 s ago is dropped, the second passes', async () => {
  expect(await kinds(reused(30, '|'), { ...FOUR, facts: IPVS })).toEqual(['ipvs-connect-delay/warning']);
});

test('B6, near misses: the port was fresh for long; or the first SYN arrived', async () => {
  expect(await kinds(reused(500, '|'), { ...FOUR, facts: IPVS })).not.toContain('ipvs-connect-delay/warning');
  expect(await kinds(reused(30, ''), { ...FOUR, facts: IPVS })).not.toContain('ipvs-connect-delay/warning');
});

const dying = `${OPENED()}
  10ms C> FA ts
  11ms <S FA ts
  12ms C> A ts
  30s C> S seq=700000 win=64240 mss=1460 ws=7 sackok ts
  30.001s <S RA seq=0 ack=700001
`;

test('B7: a reused port goes to the previous backend, which is no endpoint any more', async () => {
  expect((await kinds(dying, { facts: service('10.0.2.10') }))[0]).toBe('ipvs-dying-backend/warning');
  expect(await kinds(dying, { facts: service('10.0.2.9') })).toEqual(['connection-refused/warning']);
});
