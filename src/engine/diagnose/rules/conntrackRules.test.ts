// Over 400 lines because it is one exchange after another: each rule of the conntrack family with what triggers it and what must not.
import { expect, test } from 'vitest';
import { diagnoseExchange, findingOf, type Given, kindsOf, OPENED } from '../../../testing/diagnoseExchange.ts';

const FOUR: Given = { taps: 4 };
const kinds = async (text: string, given?: Given): Promise<string[]> => kindsOf(await diagnoseExchange(text, given));
const sysctl = (values: Record<string, string>): NonNullable<Given['facts']> => ({
  sysctl: new Map(Object.entries(values).map(([k, value]) => [k, { value, file: 'sysctl.txt' }])),
});

/** A segment held back, sent again, overtaken by so many others; it then arrives untranslated, is reset, and the server's side dies. */
const late = (segments: number, ackNow = 1201): string => `${OPENED()}
  10ms pilot:pod>client PA seq=10001 len=1448 ipid=7777 ts=5000/1
  11ms <S A seq=11449 len=1448 ts=5001/1
  12ms <S A len=1448 *${segments}/0.1ms ts=5002/1
  40ms <S PA seq=10001 len=1448 ts=5030/1
  41ms C> A ts
  ${ackNow > 1201 ? `50ms C> PA len=${ackNow - 1201} ts\n  51ms <S A ts` : ''}
  300ms envoy:pod>client PA seq=10001 ack=1201 len=1448 ipid=7777 ts=5000/1
  300.1ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
  310ms C> A seq=${ackNow} ts
`;

test('A1: a segment more than one window behind leaks, and the RST it provokes kills', async () => {
  const found = await diagnoseExchange(`${late(100)}\n 310.5ms <S R seq=157697 ipid=0`);
  expect(kindsOf(found)).toEqual(['leak-old-segment/critical']);
  expect(found.verdict.kind).toBe('incident');
  const { rivals, chain } = findingOf(found, 'leak-old-segment') ?? { rivals: [], chain: [] };
  expect(rivals.map((r) => r.kind)).toEqual(
    expect.arrayContaining(['forged-reset', 'ipvs-idle-expired', 'leak-entry-gone', 'server-aborted', 'server-restarted', 'packet-loss']),
  );
  expect(chain.map((s) => s.says.id)).toEqual(
    expect.arrayContaining(['step.sent', 'step.twin', 'step.leaked', 'step.clientReset', 'step.serverTook']),
  );
});

test('A1, near miss: the same leak inside the window is no old segment', async () => {
  expect(await kinds(late(20))).not.toContain('leak-old-segment/critical');
});

test('A1: where the client has sent data meanwhile the RST misses and nothing is harmed', async () => {
  expect(await kinds(late(100, 1401))).toEqual(['leak-old-segment/warning']);
});

const UPLOAD = `${OPENED()}
  10ms C> A len=1448 *200/0.1ms ts
  31ms <S A ts=6000/1
`;

test('A2: an ACK further back than the window leaks, and its RST is ignored', async () => {
  const text = `${UPLOAD}
    100ms envoy:pod>client A seq=10001 ack=2649 ipid=7000 ts=5100/1
    100.1ms envoy:client>pod pilot+0.2ms:client>pod R seq=2649 ipid=0
    110ms C> PA len=10 ts
    111ms <S A ts`;
  expect(await kinds(`${text}`)).toEqual(['leak-late-ack/warning']);
});

test('A2, near miss: an ACK that is 5,000 octets late is inside what conntrack tolerates', async () => {
  const text = `${UPLOAD}
    100ms envoy:pod>client A seq=10001 ack=286001 ipid=7000 ts=5100/1
    100.1ms envoy:client>pod pilot+0.2ms:client>pod R seq=286001 ipid=0
    110ms C> PA len=10 ts
    111ms <S A ts`;
  expect(await kinds(text)).not.toContain('leak-late-ack/warning');
});

/** The client's data goes around the node from some byte on; the server acknowledges it; so many of its ACKs leak. */
const around = (acks: number): string => `${OPENED()}
  10ms C> PA len=1000 ts
  11ms <S A ts
  20ms envoy:client>svc pilot+0.3ms:client>pod A len=1000 *${acks}/1ms ts
  ${Array.from(
    { length: acks },
    (_, i) => `${21 + i}ms pilot:pod>client nout+0.1ms:pod>client nin+0.15ms:pod>client envoy+0.2ms:pod>client A ack=${3201 + i * 1000} ts
  ${21.3 + i}ms envoy:client>pod nin+0.05ms:client>pod nout+0.1ms:client>pod pilot+0.2ms:client>pod R seq=${3201 + i * 1000} ipid=0`,
  ).join('\n  ')}
`;

test('A3: ACKs of data that went around the node leak; the last RST has the number that the server expects', async () => {
  const found = await diagnoseExchange(around(8), FOUR);
  expect(kindsOf(found)[0]).toBe('leak-unseen-ack/critical');
  expect(findingOf(found, 'leak-unseen-ack')?.evidence.map((e) => e.says.id)).toContain('ev.aroundNode');
});

test('A3, near miss: what is acknowledged did pass the node', async () => {
  expect(
    await kinds(
      around(8).replaceAll(
        'envoy:client>svc pilot+0.3ms:client>pod A len=1000',
        'envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:client>pod pilot+0.3ms:client>pod A len=1000',
      ),
      FOUR,
    ),
  ).not.toContain('leak-unseen-ack/critical');
});

const ahead = (by: number): string => `${OPENED()}
  100ms pilot:pod>client envoy+0.2ms:pod>client PA seq=${10001 + by} len=1200 ts
  100.4ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
`;

test('A4: a segment beyond what the window ever allowed leaks', async () => {
  expect(await kinds(ahead(200_000))).toEqual(['leak-beyond-window/critical']);
});

test('A4, near miss: inside the window it is something else', async () => {
  expect(await kinds(ahead(0))).not.toContain('leak-beyond-window/critical');
});

/** After a silence the server speaks first; what it sends leaks. */
const serverFirst = (pause: string): string => `${OPENED()}
  ${pause} pilot:pod>client envoy+0.2ms:pod>client PA len=1448 ts
`;

test('A5: after a silence the server’s new data leaks: the entry was gone', async () => {
  const found = await diagnoseExchange(`${serverFirst('400s')} 400.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0`);
  expect(kindsOf(found)).toEqual(['leak-entry-gone/critical']);
  expect(findingOf(found, 'leak-entry-gone')?.rivals.map((r) => r.kind)).toEqual(
    expect.arrayContaining(['leak-old-segment', 'leak-unseen-ack', 'leak-late-ack', 'forged-reset']),
  );
});

test('A5: a silence shorter than every default timeout is found too, with that said against it', async () => {
  const found = await diagnoseExchange(`${serverFirst('5s')} 5.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0`);
  expect(findingOf(found, 'leak-entry-gone')?.against.map((e) => e.says.id)).toEqual(['ev.gapBelowDefaults']);
});

const KILLS = '10.4ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0';

test('A5: without a silence no timer ran out: somebody removed the entry, which is no more than possible', async () => {
  const found = await diagnoseExchange(`${serverFirst('10ms')} ${KILLS}`);
  expect(findingOf(found, 'leak-entry-gone')).toMatchObject({
    confidence: 'possible',
    summary: [{ id: 'sum.leak-entry-gone.sudden' }, {}],
  });
});

test('A5, near miss: a later reply comes translated: there is an entry; where the client’s data had just got through it is but possible', async () => {
  const translated = `${serverFirst('10ms')} 20ms <S PA seq=12449 len=40 ts`;
  expect(await kinds(translated)).not.toContain('leak-entry-gone/warning');
  const delivered = `${OPENED()} 9ms C> PA len=40 ts\n 10ms pilot:pod>client envoy+0.2ms:pod>client PA len=1448 ts\n ${KILLS.replace('1201', '1241')}`;
  expect(findingOf(await diagnoseExchange(delivered), 'leak-entry-gone')?.confidence).toBe('possible');
});

test('A3: what the client just got through to the server is acknowledged, and every such ACK leaks', async () => {
  const acks = [10, 12, 14].map((t) => `${t}ms C> PA len=100 ts\n ${t + 1}ms pilot:pod>client envoy+0.2ms:pod>client A ts`).join('\n ');
  expect(await kinds(`${OPENED()} ${acks}\n 16ms envoy:client>pod pilot+0.2ms:client>pod R seq=1501 ipid=0`)).toEqual([
    'leak-unseen-ack/critical',
  ]);
});

test('A6: the client speaks into the void with longer and longer pauses; a reply that leaks after one of them was not first', async () => {
  const void_ = [2, 2.2, 2.6, 3.4, 5].map((t) => `${t}s C>| PA seq=1201 len=40 ts`).join('\n  ');
  const fin = '8s pilot:pod>client nout+0.1ms:pod>client nin+0.1ms:pod>client envoy+0.1ms:pod>client FA ts';
  const found = await diagnoseExchange(`${OPENED()} ${void_}\n ${fin}`, FOUR);
  expect(kindsOf(found)).toEqual(['stall-entry-gone/critical']);
});

test('A6: the node answers that the service is unreachable: it had nothing that translates, however short the silence', async () => {
  const refused = [0.02, 0.22, 0.62, 1.42]
    .map(
      (t) => `${t}s C>| PA seq=1201 len=40 ts\n ${t}1s nin:10.0.9.1:0>client envoy+0.1ms:10.0.9.1:0>client ICMP3/0 of=client>svc seq=1201`,
    )
    .join('\n ');
  const found = await diagnoseExchange(`${OPENED()} ${refused}`, FOUR);
  expect(findingOf(found, 'stall-entry-gone')?.summary[0]?.id).toBe('sum.stall-entry-gone.sudden');
});

const clientFirst = (pause: number, lost: string): string => `${OPENED()}
  ${[0, 0.2, 0.6, 1.4, 3].map((t) => `${pause + t}s C>${lost} PA seq=1201 len=40 ts`).join('\n  ')}
`;

test('A6: after a silence nothing of what the client sends arrives', async () => {
  expect(await kinds(clientFirst(600, '|'), FOUR)).toEqual(['stall-entry-gone/critical']);
});

test('A6, near miss: without a silence the same stall has another cause', async () => {
  expect(await kinds(clientFirst(0.02, '|'), FOUR)).not.toContain('stall-entry-gone/critical');
});

test('A6, refuted where the client’s packets do arrive', async () => {
  expect(await kinds(clientFirst(600, ''), FOUR)).not.toContain('stall-entry-gone/critical');
});

const MASQUERADED = `
  node = 10.0.9.1:30000
  0ms envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod S seq=1000 win=64240 mss=1460 ws=7 sackok ts
  1ms pilot:pod>node nout+0.1ms:pod>node nin+0.15ms:svc>client envoy+0.2ms:svc>client SA seq=9000 win=65160 ws=7 sackok ts
  2ms envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod A ts
  3ms envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod PA len=200 ts
  10ms pilot:pod>node PA seq=9001 len=1448 ipid=7777 ts=5000/1
  11ms pilot:pod>node nout+0.1ms:pod>node nin+0.15ms:svc>client envoy+0.2ms:svc>client A seq=10449 len=1448 ts=5001/1
  12ms pilot:pod>node nout+0.1ms:pod>node nin+0.15ms:svc>client envoy+0.2ms:svc>client A len=1448 *100/0.1ms ts=5001/1
  40ms pilot:pod>node nout+0.1ms:pod>node nin+0.15ms:svc>client envoy+0.2ms:svc>client PA seq=9001 len=1448 ts=5030/1
  41ms envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod A ts
  300ms nout:pod>node PA seq=9001 len=1448 ipid=7777 ts=5000/1
`;

test('A7: masqueraded, the refused reply is delivered to the node, whose RST kills the server’s side', async () => {
  const found = await diagnoseExchange(`${MASQUERADED} 300.1ms nout:node>pod pilot+0.1ms:node>pod R seq=1201 ipid=0 ttl=64`);
  expect(kindsOf(found)).toEqual(['reset-by-node/critical']);
});

test('A7, near miss: the RST starts at the client', async () => {
  expect(
    await kinds(`${MASQUERADED} 300.1ms envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod RA seq=1201 ts`),
  ).not.toContain('reset-by-node/critical');
});

/** The server's ACKs of what went around the node are dropped there; the client repeats itself. */
const dropped = (acks: string): string => `${OPENED()}
  20ms envoy:client>svc pilot+0.3ms:client>pod A len=1000 *6/1ms ts
  ${[21, 22, 23, 24, 25, 26].map((t) => `${t}ms ${acks} A ts`).join('\n  ')}
  ${[0.2, 0.6, 1.4, 3, 6].map((t) => `${t}s C> A seq=1201 len=1000 ts\n  ${t + 0.001}s ${acks} A ts`).join('\n  ')}
`;

test('A8: a rule drops what is INVALID: silence, no RST', async () => {
  const found = await diagnoseExchange(dropped('|<S'), FOUR);
  expect(kindsOf(found)).toEqual(['stall-invalid-dropped/critical']);
  expect(findingOf(found, 'stall-invalid-dropped')?.rivals.map((r) => r.kind)).toEqual(
    expect.arrayContaining(['mtu-black-hole', 'stall-entry-gone']),
  );
});

test('A8, near miss: the answers arrive', async () => {
  expect(await kinds(dropped('<S'), FOUR)).toEqual([]);
});

const SYNS = (mark: string): string => [0, 1, 3, 7].map((t) => `${t}s C>${mark} S seq=1000 win=64240 mss=1460 ws=7 sackok ts`).join('\n');

test('A9: only the backend’s own address ever answers', async () => {
  const answers = [0, 1, 3, 7].map(
    (t, i) => `${t}.001s pilot:pod>client envoy+0.2ms:pod>client SA seq=${9000 + i * 1000} ack=1001 win=65160 ws=7 ts
    ${t}.0014s envoy:client>pod pilot+0.2ms:client>pod R seq=1001 ipid=0`,
  );
  const found = await diagnoseExchange(`${SYNS('')}\n${answers.join('\n')}`);
  expect(kindsOf(found)).toEqual(['reply-bypasses-nat/critical']);
});

test('A9, near miss: one translated reply refutes it', async () => {
  expect(await kinds(`${OPENED()} 10ms pilot:pod>client envoy+0.2ms:pod>client PA len=100 ts`)).not.toContain(
    'reply-bypasses-nat/critical',
  );
});

test('A10: the pod reaches itself, and the SYN gets no answer', async () => {
  const own = [0, 1, 3].map((t) => `${t}s envoy:client>svc S seq=1000 win=64240 mss=1460 ws=7 sackok ts`).join('\n');
  const services = [
    {
      name: 'web',
      address: '10.96.0.5',
      port: 80,
      backends: [{ address: '10.0.1.1', port: 80 }],
      via: 'kubectl' as const,
      file: 'kubectl.yaml',
    },
  ];
  expect(await kinds(own, { facts: { services } })).toEqual(['hairpin/critical']);
  expect(
    await kinds(own, { facts: { services: services.map((s) => ({ ...s, backends: [{ address: '10.0.2.9', port: 8080 }] })) } }),
  ).not.toContain('hairpin/critical');
});

const halfClosed = (fin: string): string => `${OPENED()}
  10ms C> ${fin} ts
  11ms <S A ts
  200s pilot:pod>client envoy+0.2ms:pod>client PA len=500 ts
  200.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=${fin === 'FA' ? 1202 : 1201} ipid=0
`;

test('A11: after the client’s FIN the short timer runs out, and the server’s data leaks', async () => {
  expect(await kinds(halfClosed('FA'))).toEqual(['half-closed-expired/critical']);
});

test('A11, near miss: nobody had closed', async () => {
  expect(await kinds(halfClosed('PA len=0'))).toEqual(['leak-entry-gone/critical']);
});

const inexact = (pause: string): string => `${OPENED()}
  10ms C> R seq=1500 ipid=0
  ${pause} pilot:pod>client envoy+0.2ms:pod>client PA ack=1201 len=500 ts
`;

test('A12: an inexact RST leaves the entry ten seconds; what the server sends later leaks', async () => {
  expect((await kinds(`${inexact('30s')} 30.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0`))[0]).toBe(
    'entry-shortened-by-reset/critical',
  );
});

test('A12, near miss: the silence is shorter than those ten seconds', async () => {
  expect(await kinds(`${inexact('5s')} 5.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0`)).not.toContain(
    'entry-shortened-by-reset/critical',
  );
});

test('A13: a SYN from a used port is answered by an ACK of the old connection; the RST clears it away', async () => {
  const text = `${OPENED()}
    5s C> S seq=700000 win=64240 mss=1460 ws=7 sackok ts
    5.001s <S A seq=10001 ack=1201 ts
    5.002s C> R seq=1201 ipid=0
    6s C> S seq=700000 win=64240 mss=1460 ws=7 sackok ts
    6.001s <S SA seq=800000 ack=700001 win=65160 ws=7 sackok ts
    6.002s C> A seq=700001 ack=800001 ts
    6.003s C> PA seq=700001 ack=800001 len=10 ts`;
  expect(await kinds(text)).toEqual(['syn-meets-live-entry/warning']);
  const fine = text
    .replace(/5\.001s.*\n/, '5.001s <S SA seq=800000 ack=700001 win=65160 ws=7 sackok ts\n')
    .replace(/5\.002s.*\n/, '5.002s C> A seq=700001 ack=800001 ts\n')
    .replace(/6s.*\n/, '')
    .replace(/6\.001s.*\n/, '');
  expect(await kinds(fine)).toEqual([]);
});

const SNATED = (first: string): string => `
  node = 10.0.9.1:31000
  0ms envoy:client>svc nin+0.05ms:client>svc ${first} S seq=1000 win=64240 mss=1460 ws=7 sackok ts
  1s envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod S seq=1000 win=64240 mss=1460 ws=7 sackok ts
  1.001s pilot:pod>node nout+0.1ms:pod>node nin+0.15ms:svc>client envoy+0.2ms:svc>client SA seq=9000 win=65160 ws=7 sackok ts
  1.002s envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod A ts
  1.003s envoy:client>svc nin+0.05ms:client>svc nout+0.1ms:node>pod pilot+0.2ms:node>pod PA len=100 ts
  1.004s pilot:pod>node nout+0.1ms:pod>node nin+0.15ms:svc>client envoy+0.2ms:svc>client PA len=100 ts
`;

test('A14: the first SYN vanishes at the node that masquerades, the second passes', async () => {
  const counters = [{ file: 'conntrack-S.txt', values: new Map([['insert_failed', 3]]) }];
  const found = await diagnoseExchange(SNATED(''), { facts: { counters } });
  expect(kindsOf(found)).toEqual(['nat-port-clash/warning']);
  expect(findingOf(found, 'nat-port-clash')?.confidence).toBe('certain');
  expect(await kinds(SNATED('nout+0.1ms:node>pod pilot+0.2ms:node>pod'))).toEqual([]);
});

const crowded = (victims: readonly number[], oldLost: string): string => `${OPENED('2')}
  ${victims.flatMap((v, i) => [0, 1, 3].map((t) => `${1 + i * 0.01 + t}s C${v}>| S seq=${v}000 win=64240 mss=1460 ws=7 sackok ts`)).join('\n  ')}
  1.5s C2>${oldLost} PA seq=21201 len=10 ts
  1.6s ${oldLost ? 'C2>' : '<S2'} PA ${oldLost ? 'seq=21201 len=10' : ''} ts
  2.5s C2> PA seq=21211 len=10 ts
  2.6s <S2 A ts
`;

test('A15: the SYNs of many connections vanish in one period, the old ones go on', async () => {
  const found = await diagnoseExchange(crowded([3, 4, 5, 6], ''), FOUR);
  expect(kindsOf(found)).toEqual(['table-full/critical']);
  expect(findingOf(found, 'table-full')?.blast?.connections).toBe(4);
});

test('A15, near misses: two victims are chance; and a table is not full where old connections suffer as well', async () => {
  expect(await kinds(crowded([3, 4], ''), FOUR)).not.toContain('table-full/critical');
  expect(await kinds(crowded([3, 4, 5, 6], '|'), FOUR)).not.toContain('table-full/critical');
});

test('A16: SYNs arrive at the node with a wrong checksum', async () => {
  const text = [0, 1, 3, 7]
    .map((t) => `${t}s envoy:client>svc nin+0.05ms:client>svc S seq=1000 win=64240 mss=1460 ws=7 sackok ts`)
    .join('\n');
  const at = (tap: number): Given => ({ checksumOf: (p) => (p.tap === tap ? 'wrong' : 'right') });
  expect(await kinds(text, at(1))).toEqual(['bad-checksum-invalid/critical']);
  expect(await kinds(text, at(0))).toEqual([]);
});

/** Replies leak although the node captured everything that makes them valid, and nothing was silent. */
const untracked = (count: number): string => `${OPENED()}
  ${Array.from(
    { length: count },
    (_, i) => `${10 + i * 2}ms C> PA len=100 ts
  ${11 + i * 2}ms pilot:pod>client nout+0.1ms:pod>client nin+0.15ms:pod>client envoy+0.2ms:pod>client PA len=100 ts`,
  ).join('\n  ')}
`;

test('A17: replies go on leaking although the node’s own capture makes them valid', async () => {
  expect((await kinds(untracked(8), FOUR))[0]).toMatch(/^conntrack-bypassed/);
});

test('A17, near miss: one leak is no missing entry; next to a packet of the other direction it is a race (A19)', async () => {
  const text = `${OPENED()}
    10ms C> PA len=100 ts
    10.02ms pilot:pod>client nout+0.1ms:pod>client nin+0.15ms:pod>client envoy+0.2ms:pod>client PA len=100 ts
    20ms C> A ts
    21ms <S PA len=50 ts`;
  const found = await kinds(text, FOUR);
  expect(found).toEqual(['parallel-handling/warning']);
  expect(await kinds(text.replace('10.02ms', '15ms'), FOUR)).not.toContain('parallel-handling/warning');
});

/** A segment that does not leave the node, and the node's answer to it. */
const swallowed = (number: number): string => `${OPENED()}
  10ms C>| PA len=100 ts
  10.06ms nin:svc>client envoy+0.05ms:svc>client RA seq=${number} ack=55 ttl=64 ipid=0
  20ms C> PA seq=1201 ack=10001 len=100 ts
  21ms <S A seq=10001 ts
`;

test('A18: the node answers a packet with the numbers of another connection', async () => {
  expect(await kinds(swallowed(900_123_456), FOUR)).toEqual(['early-demux/warning']);
});

test('A18, near misses: the node answers without a socket; or the packet was forwarded', async () => {
  expect(await kinds(swallowed(10_001).replace('RA seq', 'R seq'), FOUR)).not.toContain('early-demux/warning');
  expect(await kinds(swallowed(900_123_456).replace('C>|', 'C>'), FOUR)).not.toContain('early-demux/warning');
});

const elsewhere = (answer: string): string => `${OPENED()}
  2000s C>b PA seq=1201 len=40 ts
  2000.001s ${answer}
`;

test('A20: after a silence the client’s data is sent to another backend, which resets it', async () => {
  const found = await diagnoseExchange(elsewhere('<Sb R seq=10001 ipid=0'));
  expect(kindsOf(found)).toEqual(['rebalanced-entry-gone/critical']);
  expect(findingOf(found, 'rebalanced-entry-gone')?.rivals.map((r) => r.kind)).toEqual(
    expect.arrayContaining(['server-restarted', 'ipvs-idle-expired']),
  );
});

test('A20, near miss: the same backend answers', async () => {
  expect(await kinds(elsewhere('<S A ts').replace('C>b', 'C>'))).toEqual([]);
});

test('sysctl values are evidence: loose=1 speaks against A6', async () => {
  const found = await diagnoseExchange(clientFirst(600, '|'), { ...FOUR, facts: sysctl({ 'net.netfilter.nf_conntrack_tcp_loose': '1' }) });
  expect(findingOf(found, 'stall-entry-gone')?.against.map((e) => e.says.id)).toEqual(['ev.looseIsOn']);
});

test('A20: picked up by the same backend after more than the stated timeout: worth knowing, no harm', async () => {
  const stated = (seconds: number, loose = 1): Given => ({
    facts: sysctl({
      'net.netfilter.nf_conntrack_tcp_timeout_established': String(seconds),
      'net.netfilter.nf_conntrack_tcp_loose': String(loose),
    }),
  });
  const text = elsewhere('<S A ts').replace('C>b', 'C>');
  const found = await diagnoseExchange(text, stated(1800));
  expect(kindsOf(found)).toEqual(['rebalanced-entry-gone/info']);
  expect(found.findings[0]?.title.id).toBe('title.picked-up');
  expect(found.verdict.kind).toBe('nothing');
  expect(await kinds(text, stated(2100))).toEqual([]);
  expect(await kinds(text, stated(1800, 0))).toEqual([]);
  const serverFirst = `${OPENED()}\n 2000s <S PA len=40 ts\n 2000.001s C> A ts`;
  expect(await kinds(serverFirst, stated(1800))).toEqual([]);
});

/** The node answers in the service's name; nothing says why. */
const BY_NODE = `${OPENED()} 100ms envoy:client>svc nin+0.05ms:client>svc PA seq=1201 len=40 ts
  100.1ms nin:svc>client envoy+0.05ms:svc>client R seq=10001 ipid=0 ttl=64
  120ms <S A seq=10001 ack=1201 ts`;

test('A7: the node resets and nothing says why: that is what is told, and IPVS only where something speaks for it', async () => {
  const found = await diagnoseExchange(BY_NODE, FOUR);
  expect(kindsOf(found)).toEqual(['reset-by-node/critical']);
  expect(found.findings[0]).toMatchObject({
    confidence: 'possible',
    summary: [{ id: 'sum.reset-by-node.unclear' }, { id: 'out.nodeKilledUnclear' }],
  });
});

test('A16: a reply damaged on its way to the node leaks, and harms nobody', async () => {
  const damaged = `${OPENED()} 10ms pilot:pod>client PA len=100 ts\n 10.2ms envoy:pod>client PA seq=10001 len=100 ts badsum\n 300ms <S PA seq=10001 len=100 ts\n 301ms C> A ts`;
  const found = await diagnoseExchange(damaged, { checksumOf: (ref) => (ref.tap === 0 && ref.row === 6 ? 'wrong' : 'right') });
  expect(kindsOf(found)).toEqual(['bad-checksum-invalid/warning']);
  // Wrong of all that got there, translated or not: the capture stands where nobody has filled them in.
  expect(kindsOf(await diagnoseExchange(damaged, { checksumOf: () => 'wrong' }))).not.toContain('bad-checksum-invalid/warning');
  expect(kindsOf(await diagnoseExchange(damaged, { checksumOf: () => 'right' }))).not.toContain('bad-checksum-invalid/warning');
});

const replies = (client: string): string => `${OPENED()}
  ${[1, 1.2, 1.6, 2.4, 4].map((t) => `${t}s |<S PA seq=10001 len=700 ts\n ${t}05s ${client} A seq=1201 ack=10001 ts`).join('\n  ')}`;

test('A8: replies vanish in the node again and again while the client’s packets pass: likely enough to say, as a guess', async () => {
  const found = await diagnoseExchange(replies('C>'), FOUR);
  expect(findingOf(found, 'stall-invalid-dropped')).toMatchObject({
    confidence: 'possible',
    summary: [{ id: 'sum.stall-invalid-dropped.guess' }, {}],
  });
});

test('A8, near miss: the client’s packets do not pass either: the path is dead', async () => {
  expect(await kinds(replies('C>|'))).not.toContain('stall-invalid-dropped/critical');
});

test('A20: masqueraded, what is picked up in mid-stream gets another source port, which the server knows nothing of', async () => {
  const nat = (text: string, port: number): string =>
    text.replaceAll('client>pod', `10.0.9.1:${port}>pod`).replaceAll('pod>client', `pod>10.0.9.1:${port}`);
  const before = `
    0ms envoy:client>svc pilot+0.2ms:client>pod S seq=1000 win=64240 mss=1460 ws=7 sackok ts
    1ms pilot:pod>client envoy+0.2ms:svc>client SA seq=9000 win=65160 mss=1460 ws=7 sackok ts
    2ms envoy:client>svc pilot+0.2ms:client>pod A ts
    3ms envoy:client>svc pilot+0.2ms:client>pod PA len=200 ts
    4ms pilot:pod>client envoy+0.2ms:svc>client PA len=1000 ts
    5ms envoy:client>svc pilot+0.2ms:client>pod A ts`;
  const after = `
    3s envoy:client>svc pilot+0.2ms:client>pod PA seq=1201 ack=10001 len=100 ts
    3.001s pilot:pod>client envoy+0.2ms:svc>client R seq=10001 ipid=0`;
  const found = await diagnoseExchange(`${nat(before, 3001)}${nat(after, 5007)}`);
  expect(kindsOf(found)).toEqual(['rebalanced-entry-gone/critical']);
  expect(found.findings[0]?.summary[0]?.id).toBe('sum.rebalanced-entry-gone.port');
});

test('A5: removed under a running download: a run leaks until the client speaks, then replies are translated again', async () => {
  const nodes = (line: string): string =>
    line.replace('LEAK', 'pilot:pod>client nout+0.1ms:pod>client nin+0.1ms:pod>client envoy+0.1ms:pod>client');
  const text = `${OPENED()} 10ms <S A len=1000 *10/0.01ms ts
    ${nodes('10.5ms LEAK A len=1000 *6/0.01ms ts')}
    10.7ms C> A seq=1201 ack=20001 ts
    11.2ms <S A len=1000 *5/0.01ms ts
    11.3ms envoy:client>pod nin+0.05ms:client>pod nout+0.1ms:client>pod pilot+0.1ms:client>pod R seq=1201 ipid=0`;
  const found = await diagnoseExchange(text, FOUR);
  expect(kindsOf(found)).toEqual(['leak-entry-gone/critical']);
  expect(findingOf(found, 'leak-entry-gone')?.summary[0]?.id).toBe('sum.leak-entry-gone.sudden');
});
