import { expect, test } from 'vitest';
import { diagnoseExchange, findingOf, type Given, kindsOf, OPENED } from '../../../testing/diagnoseExchange.ts';
import { analyzeScenario, hasScenarios } from '../../../testing/scenarios.ts';
import type { ContextFacts } from '../../model/context.ts';

const FOUR: Given = { taps: 4 };
const kinds = async (text: string, given?: Given): Promise<string[]> => kindsOf(await diagnoseExchange(text, given));
const SYN = 'S seq=1000 win=64240 mss=1460 ws=7 sackok ts';

test('C1: RST+ACK to the SYN', async () => {
  expect(await kinds(`0ms C> ${SYN}\n 1ms <S RA seq=0 ack=1001`)).toEqual(['connection-refused/warning']);
});

test('C1: the service has no endpoint: an ICMP error instead', async () => {
  const text = `0ms envoy:client>svc ${SYN}\n 0.1ms envoy:10.0.9.1:0>client ICMP3/3 of=client>svc seq=1000\n 1s envoy:client>svc ${SYN}`;
  expect(await kinds(text)).toEqual(['connection-refused/warning']);
});

test('C1, near miss: a RST after the handshake refuses nothing', async () => {
  expect(await kinds(`${OPENED()} 10ms <S RA ts`)).not.toContain('connection-refused/warning');
});

test('C2: the segment arrives, and the server’s host knows no such connection', async () => {
  const found = await diagnoseExchange(`${OPENED()} 5s C> PA len=40 ts\n 5.001s <S R seq=10001 ipid=0`);
  expect(kindsOf(found)).toEqual(['server-restarted/critical']);
  expect(findingOf(found, 'server-restarted')?.rivals.map((r) => r.kind)).toEqual(
    expect.arrayContaining(['leak-old-segment', 'leak-entry-gone', 'ipvs-idle-expired', 'reset-by-node', 'forged-reset', 'keepalive-race']),
  );
});

test.runIf(hasScenarios)('C2: a host that only refuses may never have had the connection', async () => {
  const { diagnosis } = await analyzeScenario('idle-timeout-rebalanced', ['pilot2']);
  expect(findingOf(diagnosis, 'server-restarted')?.confidence).toBe('possible');
});

test('C2, near miss: the server’s RST follows a leak and belongs to it', async () => {
  const text = `${OPENED()}
    100ms pilot:pod>client envoy+0.2ms:pod>client PA seq=210001 len=1200 ts
    100.4ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
    200ms C> PA seq=1201 ack=10001 len=10 ts
    200.5ms <S R seq=10001 ipid=0`;
  expect(await kinds(text)).toEqual(['leak-beyond-window/critical']);
});

test('C2 can’t be told without a capture at the server: that is what is asked for, with a command', async () => {
  const text = `${OPENED()} 5s C> PA len=40 ts\n 5.001s <S R seq=10001 ipid=0`;
  const alone = await diagnoseExchange(text.replaceAll('C>', 'X>'), {}).catch(() => null);
  expect(alone).toBeNull();
  const lines = `0ms envoy:client>svc ${SYN}
    1ms envoy:svc>client SA seq=9000 win=65160 ws=7 sackok ts
    2ms envoy:client>svc A ts
    3ms envoy:client>svc PA len=200 ts
    4ms envoy:svc>client PA len=100 ts
    5s envoy:client>svc PA len=200 ts
    5.001s envoy:svc>client R seq=9101 ipid=0`;
  const found = await diagnoseExchange(lines);
  expect(kindsOf(found)).toEqual([]);
  expect(found.verdict.kind).toBe('undecided');
  expect(found.undecided.map((u) => u.kind)).toContain('server-restarted');
  expect(found.captureNext.map((c) => c.command).join('\n')).toMatch(/tcpdump -i any .* -w server\.pcap 'tcp port 80'/);
});

test('C3: a live socket of the server says RST+ACK', async () => {
  const found = await diagnoseExchange(`${OPENED()} 5s C> PA len=40 ts\n 5.001s <S RA ts`);
  expect(kindsOf(found)).toEqual(['server-aborted/critical']);
  expect(findingOf(found, 'server-aborted')?.rivals.map((r) => r.kind)).toEqual(
    expect.arrayContaining(['forged-reset', 'server-restarted']),
  );
});

test('C3, near miss: both had closed before', async () => {
  expect(await kinds(`${OPENED()} 10ms C> FA ts\n 11ms <S FA ts\n 12ms C> A ts\n 13ms <S RA ts`)).not.toContain('server-aborted/critical');
});

/** RSTs in the name of both ends that neither end sent. */
const FORGED = `${OPENED()}
  10ms C> PA len=40 ts
  11ms <S A ts
  1s envoy:svc>client R seq=10001 ttl=57 ipid=4242
  1s pilot:client>pod R seq=1241 ttl=57 ipid=4242
`;

test('C4: RSTs towards both ends that nobody sent', async () => {
  const found = await diagnoseExchange(FORGED);
  expect(kindsOf(found)).toEqual(['forged-reset/critical']);
  expect(findingOf(found, 'forged-reset')?.evidence.map((e) => e.says.id)).toEqual(
    expect.arrayContaining(['ev.notSentBy', 'ev.alsoForged']),
  );
});

test('C4, near miss: the RST is at its claimed origin', async () => {
  expect(await kinds(`${OPENED()} 1s <S RA ts`)).not.toContain('forged-reset/critical');
});

/** Connections that were silent; what they send then disappears beyond the server's side of the node. */
const idles = (pauses: readonly number[], fate: string): string =>
  pauses
    .map((p, i) => {
      const c = String(i + 2);
      return `${OPENED(c)}\n${[0, 0.2, 0.6, 1.4].map((t) => `${p + t}s envoy:client${c}>svc nin+0.05ms:client${c}>svc nout+0.1ms:client${c}>pod ${fate} PA seq=${c}1201 len=40 ts`).join('\n')}`;
    })
    .join('\n');

test('C5: all that were silent for 400 s find nobody, beyond the node', async () => {
  expect(await kinds(idles([400, 420, 450], ''), FOUR)).toContain('middlebox-idle-timeout/critical');
});

test('C5: seen from the pods alone it may be the node or a device; several victims of one limit speak for the device', async () => {
  const pods = idles([400, 420, 450], '').replaceAll(/nin\+0.05ms:client\d>svc nout\+0.1ms:client\d>pod /g, '');
  expect((await kinds(pods))[0]).toBe('middlebox-idle-timeout/critical');
});

test('C5, near miss: another connection survived a longer silence', async () => {
  const survivor = `${OPENED('9')}\n 900s C9> PA len=40 ts\n 900.001s <S9 PA len=40 ts\n 900.002s C9> A ts`;
  expect(await kinds(`${idles([400, 420], '')}\n${survivor}`, FOUR)).not.toContain('middlebox-idle-timeout/critical');
});

const race = (ack: number): string => `${OPENED()}
  3s <S FA ts
  2.9999s C> PA seq=1201 ack=${ack} len=300 ts
  3.0003s C> A seq=1501 ack=10002 ts
  3.0004s <S R seq=${ack} ipid=0
`;

test('C6: FIN and request cross', async () => {
  expect(await kinds(race(10001))).toEqual(['keepalive-race/critical']);
});

test('C6, near miss: the client knew of the FIN before it sent', async () => {
  const text = `${OPENED()}
    3s <S FA ts
    3.001s C> A ts
    4s C> PA seq=1201 ack=10002 len=300 ts
    4.0005s <S R seq=10002 ipid=0`;
  expect(await kinds(text)).not.toContain('keepalive-race/critical');
});

const exits = (later: string): string =>
  `${['2', '3', '4', '5'].map((c, i) => `${OPENED(c)}\n 10.${i}s <S${c} FA ts\n 10.${i}005s C${c}> FA ts\n 10.${i}01s <S${c} A ts`).join('\n')}
  12s C6> ${SYN}
  ${later}`;

test('C7: the server ends many connections at one moment and refuses those that come later', async () => {
  expect((await kinds(exits('12.001s <S6 RA seq=0 ack=1001')))[0]).toBe('endpoint-terminating/critical');
});

test('C7, near miss: later connections work: it only closed idle ones', async () => {
  expect(await kinds(exits('12.001s <S6 SA seq=9000 win=65160 ws=7 sackok ts\n 12.002s C6> A ts\n 12.003s C6> PA len=5 ts'))).toEqual([]);
});

test('C8: the address belongs to another pod now', async () => {
  const facts = (backend: string): Partial<ContextFacts> => ({
    names: [{ address: '10.0.2.9', port: null, name: 'shop/cart-1', kind: 'pod', node: null, file: 'kubectl.yaml' }],
    services: [
      { name: 'web', address: '10.96.0.5', port: 80, backends: [{ address: backend, port: 8080 }], via: 'kubectl', file: 'kubectl.yaml' },
    ],
  });
  const text = `${OPENED()} 5s C> PA len=40 ts\n 5.001s <S R seq=10001 ipid=0`;
  expect(await kinds(text, { facts: facts('10.0.2.10') })).toContain('backend-address-reused/critical');
  expect(await kinds(text, { facts: facts('10.0.2.9') })).toEqual(['server-restarted/critical']);
});

const lateAnswer = (first: string): string => `
  0ms C> ${SYN}
  ${first}
  1s C> ${SYN}
  1.001s <S SA seq=9000 win=65160 ws=7 sackok ts
  1.002s C> A ts
  1.003s C> PA len=10 ts
  1.004s <S A ts
`;

test('C8: a SYN without an answer is repeated, and another pod that has the address by then accepts it', async () => {
  const facts = (backend: string): Partial<ContextFacts> => ({
    names: [{ address: '10.0.2.9', port: null, name: 'shop/cart-1', kind: 'pod', node: null, file: 'kubectl.yaml' }],
    services: [
      { name: 'web', address: '10.96.0.5', port: 80, backends: [{ address: backend, port: 8080 }], via: 'kubectl', file: 'kubectl.yaml' },
    ],
  });
  const found = await diagnoseExchange(lateAnswer(''), { facts: facts('10.0.2.10') });
  expect(kindsOf(found)).toEqual(['backend-address-reused/warning']);
  expect(found.findings[0]?.summary.map((s) => s.id)).toEqual(['sum.backend-address-reused', 'out.wrongPod']);
  expect(await kinds(lateAnswer(''), { facts: facts('10.0.2.9') })).toEqual([]);
  // The first SYN made a fresh choice and was answered at once: no old entry led there.
  expect(await kinds(OPENED(), { facts: facts('10.0.2.10') })).toEqual([]);
});

const cookies = (options: string): string => `
  0ms C> ${SYN}
  1ms <S SA seq=9000 win=65160 ${options}
  2ms C> A
  3ms C> PA len=200
  4ms <S R seq=9001 ipid=0
`;

test('C9: a SYN/ACK without the offered options, then a plain RST for the first data', async () => {
  expect(await kinds(cookies('mss=1460'))).toEqual(['syn-cookies-failed/critical']);
  expect(await kinds(cookies('mss=1460 ws=7 sackok'))).not.toContain('syn-cookies-failed/critical');
});

const overflow = (ack: string): string => `
  0ms C> ${SYN}
  1ms <S SA seq=9000 win=65160 ws=7 sackok ts
  2ms ${ack} A ts
  1.001s <S SA seq=9000 win=65160 ws=7 sackok ts
  1.002s ${ack} A ts
  3.001s <S SA seq=9000 win=65160 ws=7 sackok ts
  3.002s ${ack} A ts
`;

test('C10: the SYN/ACK is sent again although the ACK had arrived', async () => {
  expect(await kinds(overflow('C>'))).toEqual(['accept-queue-overflow/critical']);
  expect(await kinds(overflow('C>|'))).not.toContain('accept-queue-overflow/critical');
});

test('C10, near miss: what passed a capture point before the SYN/ACK came again was still on its way', async () => {
  const late = (ms: number): string => `0ms node:client>pod ${SYN} ttl=63
    900ms node:pod>client SA seq=9000 win=65160 ws=7 sackok ts
    901ms node:client>pod A ts ttl=63
    ${901 + ms}ms node:pod>client SA seq=9000 win=65160 ws=7 sackok ts
    ${902 + ms}ms node:client>pod A ts ttl=63
    ${901 + 2 * ms}ms node:pod>client SA seq=9000 win=65160 ws=7 sackok ts
    9s node:client>pod PA len=40 ts ttl=63
    9.9s node:pod>client PA len=40 ts`;
  expect(await kinds(late(1000))).toEqual(['accept-queue-overflow/warning']);
  expect(await kinds(late(400))).toEqual([]);
});

test('C11: the client’s live socket says RST+ACK', async () => {
  const found = await diagnoseExchange(`${OPENED()} 10ms <S A len=1448 *10/0.1ms ts\n 10.5ms C> RA ts`);
  expect(kindsOf(found)).toEqual(['client-aborted/warning']);
  expect(found.verdict.kind).toBe('harmless');
});

test('C11, near miss: the client’s RST answers a leak', async () => {
  const text = `${OPENED()}
    100ms pilot:pod>client envoy+0.2ms:pod>client PA seq=210001 len=1200 ts
    100.4ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0`;
  expect(await kinds(text)).toEqual(['leak-beyond-window/critical']);
});

const timeWait = (age: number): string => `${OPENED()}
  10ms C> FA ts
  11ms <S FA ts
  12ms C> A ts
  ${[0, 1, 3].map((t) => `${age + t}s C> S seq=700000 win=64240 mss=1460 ws=7 sackok ts`).join('\n  ')}
`;

test('C12: SYNs reach a server in TIME_WAIT and get no answer', async () => {
  expect(await kinds(timeWait(20))).toEqual(['time-wait-reuse/critical']);
  expect(await kinds(timeWait(200))).not.toContain('time-wait-reuse/critical');
});

/** Two hosts behind one translated address; the second one's clock is at this value, and its SYNs arrive unanswered. */
const behindOne = (clock: number, other = '10.0.9.1:31002'): string => `
  snat1 = 10.0.9.1:31001
  snat2 = ${other}
  0ms envoy:client>svc pilot+0.2ms:snat1>pod S seq=1000 win=64240 mss=1460 ws=7 sackok ts=900000/0
  1ms pilot:pod>snat1 envoy+0.2ms:svc>client SA seq=9000 win=65160 ws=7 sackok ts=5000/900000
  2ms envoy:client>svc pilot+0.2ms:snat1>pod A ts=900002/5000
  3ms envoy:client>svc pilot+0.2ms:snat1>pod PA len=10 ts=900003/5000
  4ms pilot:pod>snat1 envoy+0.2ms:svc>client A ts=5004/900003
  ${[0, 1, 3].map((t) => `${5 + t}s envoy:client2>svc pilot+0.2ms:snat2>pod S seq=700000 win=64240 mss=1460 ws=7 sackok ts=${clock + t * 1000}/0`).join('\n  ')}
`;

test('C12: SYNs with a lower timestamp than another client’s behind the same address get no answer', async () => {
  const found = await diagnoseExchange(behindOne(50_000));
  expect(kindsOf(found)).toEqual(['time-wait-reuse/critical']);
  expect(found.findings[0]?.title.id).toBe('title.paws');
});

test('C12, near misses: the timestamp is the higher one; or the other client has another address', async () => {
  expect(await kinds(behindOne(950_000))).not.toContain('time-wait-reuse/critical');
  expect(await kinds(behindOne(50_000, '10.0.9.2:31002'))).not.toContain('time-wait-reuse/critical');
});

const large = (small: string): string => `${OPENED()}
  100ms |<S PA len=1448 *10/0.01ms ts
  ${[0.3, 0.7, 1.5, 3.1].map((t) => `${t}s |<S PA seq=10001 len=1448 ts`).join('\n  ')}
  ${small}
`;

test('C13: full-sized segments never arrive, small ones did', async () => {
  expect(await kinds(large(''))).toEqual(['mtu-black-hole/critical']);
});

test('C13, near miss: a segment as large arrived', async () => {
  expect(
    await kinds(
      `${OPENED()}\n 50ms <S PA len=1448 ts\n 51ms C> A ts\n${large('').replace(OPENED(), '').replaceAll('seq=10001', 'seq=11449')}`,
    ),
  ).not.toContain('mtu-black-hole/critical');
});

const repeated = (beyond: string): string =>
  `${OPENED()}
  100ms ${beyond} PA len=1448 *10/0.01ms ts
  ${[0.3, 0.7, 1.5, 3.1].map((t) => `${t}s ${beyond} PA seq=${beyond === '<S' ? 10001 : 1201} len=1448 ts`).join('\n  ')}
`
    .replaceAll('C>', 'nin:client>svc nout+0.1ms:client>pod')
    .replaceAll('<S', 'nout:pod>client nin+0.1ms:svc>client');

test.each([
  ['<S', /-w client\.pcap/],
  ['C>', /-w server\.pcap/],
])('C13 is undecided where all repeated segments pass both sides of the node (%s): what is missing lies beyond', async (way, command) => {
  const found = await diagnoseExchange(repeated(way));
  expect(kindsOf(found)).toEqual([]);
  expect(found.verdict.kind).toBe('undecided');
  expect(found.undecided.map((u) => [u.kind, u.missing.id])).toContainEqual(['mtu-black-hole', 'missing.beyond']);
  expect(found.captureNext.map((c) => c.command).join('\n')).toMatch(command);
});

test('C13, near miss: what was repeated is answered in the end', async () => {
  const answer = '3.2s nin:client>svc nout+0.1ms:client>pod A seq=1201 ack=24481 ts';
  const found = await diagnoseExchange(`${repeated('<S')}  ${answer}`);
  expect([found.verdict.kind, found.undecided]).toEqual(['nothing', []]);
});

const probes = (answer: string): string => `${OPENED()}
  ${[100, 101, 102, 103].map((t) => `${t}s C>| A seq=1200 ts\n  ${answer ? `${t}.001s ${answer} A ts` : ''}`).join('\n  ')}
  104s C> RA seq=1201 ts
`;

test('C14: four probes without an answer, then a RST', async () => {
  expect(await kinds(probes(''))).toEqual(['keepalive-failed/critical']);
  expect(await kinds(probes('<S'))).not.toContain('keepalive-failed/critical');
});

test('C3: what the server has answered was not left unread', async () => {
  const answered = `${OPENED()} 1s C> PA len=40 ts\n 1.001s <S PA len=300 ts\n 2s <S RA ts`;
  const found = await diagnoseExchange(answered);
  expect(findingOf(found, 'server-aborted')?.summary[0]?.id).toBe('sum.server-aborted');
});

test('C4: where only one end was told, only one believed it', async () => {
  const one = `${OPENED()} 1s pilot:client>pod R seq=1201 ttl=57 ipid=4242\n 2s C> PA seq=1201 ack=10001 len=40 ts\n 2.001s <S R seq=10001 ipid=0`;
  const found = await diagnoseExchange(one);
  expect(findingOf(found, 'forged-reset')?.summary[1]).toMatchObject({ id: 'out.forgedOne', values: { victim: '10.0.2.9:8080' } });
  expect(findingOf(await diagnoseExchange(FORGED), 'forged-reset')?.summary[1]?.id).toBe('out.forged');
});

test('C6, near miss: the server’s FIN comes after the RST: another host had made that', async () => {
  const text = `${OPENED()} 3s C> PA seq=1201 ack=10001 len=300 ts\n 3.0004s <S R seq=10001 ipid=0\n 4s <S FA seq=10001 ts`;
  expect(await kinds(text)).not.toContain('keepalive-race/critical');
});

/** A host goes down: from a moment on nothing of a size arrives. */
const dead = (bytes: number): string =>
  `${OPENED()} ${[0.1, 0.3, 0.7, 1.5, 3.1].map((t) => `${t}s C>| PA seq=1201 len=${bytes} ts`).join('\n  ')}`;

test('C13, near miss: nothing at all passes any more, and what vanishes is smaller than the ends may send', async () => {
  expect(await kinds(dead(1000))).not.toContain('mtu-black-hole/critical');
  const full = await diagnoseExchange(dead(1448));
  expect(findingOf(full, 'mtu-black-hole')?.confidence).toBe('possible');
});

test('C10: SYNs arrive and are passed over in silence where another had just been accepted', async () => {
  const full = [5, 6, 8].map((t) => `${t}s C3> ${SYN}`).join('\n ');
  const found = await diagnoseExchange(`${OPENED('2')} ${full}`);
  expect(findingOf(found, 'accept-queue-overflow')?.summary[0]?.id).toBe('sum.accept-queue-overflow.syn');
});

test('a connection that was tried again and never came about is not nothing', async () => {
  const found = await diagnoseExchange([0, 1, 3].map((t) => `${t}s C> ${SYN}`).join('\n '));
  expect(found.verdict.kind).toBe('undecided');
});

test('C11: nothing was under way: nothing is said of it', async () => {
  expect(findingOf(await diagnoseExchange(`${OPENED()} 1s C> RA ts`), 'client-aborted')?.summary).toHaveLength(1);
});

test('C14: what swallowed the probes swallows the RST too', async () => {
  expect(await kinds(probes('').replace('104s C>', '104s C>|'))).toEqual(['keepalive-failed/critical']);
});
