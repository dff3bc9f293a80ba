import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { diagnoseExchange, OPENED } from '../../testing/diagnoseExchange.ts';
import { type ContextText, readContext } from './context/readContext.ts';

/** What the files, as their tools print them, contradict in an exchange; the finding they speak against stays the first. */
async function clashes(text: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  const list: ContextText[] = Object.entries(files).map(([name, content]) => ({ name, text: content }));
  const facts = readContext(list, (yaml): unknown => parse(yaml));
  expect(facts.files.filter((f) => f.problem !== null)).toEqual([]);
  const { contradictions, findings } = await diagnoseExchange(text, { facts });
  return [findings[0]?.kind ?? 'nothing', ...contradictions.map((c) => c.id)];
}

/** A1: so many segments later the first one arrives a second time, untranslated. */
const OLD = `${OPENED()}
  10ms pilot:pod>client PA seq=10001 len=1448 ipid=7777 ts=5000/1
  11ms <S A seq=11449 len=1448 ts=5001/1
  12ms <S A len=1448 *100/0.1ms ts=5002/1
  40ms <S PA seq=10001 len=1448 ts=5030/1
  41ms C> A ts
  300ms envoy:pod>client PA seq=10001 ack=1201 len=1448 ipid=7777 ts=5000/1
  300.1ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
  310ms C> A seq=1201 ts
`;
/** A2. */
const LATE = `${OPENED()}
  10ms C> A len=1448 *200/0.1ms ts
  31ms <S A ts=6000/1
  100ms envoy:pod>client A seq=10001 ack=2649 ipid=7000 ts=5100/1
  100.1ms envoy:client>pod pilot+0.2ms:client>pod R seq=2649 ipid=0
  110ms C> PA len=10 ts
  111ms <S A ts
`;
/** A4. */
const BEYOND = `${OPENED()}
  100ms pilot:pod>client envoy+0.2ms:pod>client PA seq=210001 len=1200 ts
  100.4ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
`;
/** A5, after 400 s. */
const GONE = `${OPENED()}
  400s pilot:pod>client envoy+0.2ms:pod>client PA len=1448 ts
  400.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
`;
/** C2. */
const RESTARTED = `${OPENED()} 5s C> PA len=40 ts\n 5.001s <S R seq=10001 ipid=0`;

const KERNEL = (release: string): Record<string, string> => ({ uname: `${release}\n` });

test.each([
  ['leak-old-segment', OLD],
  ['leak-late-ack', LATE],
])('%s against a kernel that accepts late packets; no word on one that refuses them', async (kind, text) => {
  expect(await clashes(text, KERNEL('6.1.0-18-amd64'))).toEqual([kind, 'clash.kernel']);
  expect(await clashes(text, KERNEL('6.12.3'))).toEqual([kind, 'clash.kernel']);
  expect(await clashes(text, KERNEL('6.0.19'))).toEqual([kind]);
  expect(await clashes(text, KERNEL('5.15.0-91-generic'))).toEqual([kind]);
});

test('every kernel refuses what lies so far beyond the window: 6.1 contradicts nothing', async () => {
  expect(await clashes(BEYOND, KERNEL('6.1.0'))).toEqual(['leak-beyond-window']);
});

const FILTER = (chain: string, target: string, packets: number): Record<string, string> => ({
  'iptables-save -c': `*filter
:${chain} - [0:0]
[${packets}:${packets * 60}] -A ${chain} -m conntrack --ctstate INVALID -j ${target}
COMMIT
`,
});

test.each([
  ['leak-old-segment', OLD],
  ['leak-late-ack', LATE],
])('%s against a rule that has dropped INVALID packets on the way through', async (kind, text) => {
  expect(await clashes(text, FILTER('KUBE-FORWARD', 'DROP', 41))).toEqual([kind, 'clash.dropRule']);
  expect(await clashes(text, FILTER('KUBE-FORWARD', 'ACCEPT', 41))).toEqual([kind]);
  // Forwarded packets never come to INPUT.
  expect(await clashes(text, FILTER('KUBE-FIREWALL', 'DROP', 41))).toEqual([kind]);
});

test('the rule does not catch a packet without an entry, which is NEW', async () => {
  expect(await clashes(GONE, FILTER('KUBE-FORWARD', 'DROP', 41))).toEqual(['leak-entry-gone']);
});

const ESTABLISHED = (seconds: number): Record<string, string> => ({
  'sysctl -a': `net.netfilter.nf_conntrack_tcp_loose = 1\nnet.netfilter.nf_conntrack_tcp_timeout_established = ${seconds}\n`,
});

test('an entry is gone sooner than its stated timeout', async () => {
  expect(await clashes(GONE, ESTABLISHED(86_400))).toEqual(['leak-entry-gone', 'clash.established']);
  expect(await clashes(GONE, ESTABLISHED(401))).toEqual(['leak-entry-gone', 'clash.established']);
  expect(await clashes(GONE, ESTABLISHED(399))).toEqual(['leak-entry-gone']);
});

test('IPVS forgets a connection sooner than it says', async () => {
  const idle = `${OPENED()}
  1000s C>| PA seq=1201 len=40 ts
  1000.00006s envoy:svc>client R seq=10001 ipid=0 ttl=64
`;
  const timeouts = (tcp: number): Record<string, string> => ({ 'ipvsadm -l --timeout': `Timeout (tcp tcpfin udp): ${tcp} 120 300\n` });
  expect(await clashes(idle, timeouts(7200))).toEqual(['ipvs-idle-expired', 'clash.ipvsTimeout']);
  expect(await clashes(idle, timeouts(900))).toEqual(['ipvs-idle-expired']);
});

const IPVS = (backend: string): Record<string, string> => ({
  'ipvsadm -Ln': `IP Virtual Server version 1.2.1 (size=4096)
TCP  10.96.0.5:80 rr
  -> ${backend}            Masq    1      0          0
`,
});

test('a connection goes to a backend that the file does not list', async () => {
  expect(await clashes(RESTARTED, IPVS('10.0.2.77:8080'))).toContain('clash.backend');
  expect(await clashes(RESTARTED, IPVS('10.0.2.9:8080'))).toEqual(['server-restarted']);
  // A list for another service says nothing of this one.
  const other = { 'ipvsadm -Ln': IPVS('10.0.2.77:8080')['ipvsadm -Ln']?.replace('10.96.0.5:80', '10.96.0.5:443') ?? '' };
  expect(await clashes(RESTARTED, other)).toEqual(['server-restarted']);
});

const NAMED = (name: string): string => `*nat
-A KUBE-SERVICES -d 10.96.0.5/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80 -j KUBE-SVC-A
-A KUBE-SVC-A -j KUBE-SEP-A
-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.0.2.9:8080
COMMIT
`;

test('two files call one service by two names', async () => {
  expect(await clashes(RESTARTED, { before: NAMED('shop/web'), after: NAMED('shop/cart') })).toContain('clash.name');
  expect(await clashes(RESTARTED, { before: NAMED('shop/web'), after: NAMED('shop/web') })).toEqual(['server-restarted']);
  // A host's own list of names is anybody's to write.
  expect(await clashes(RESTARTED, { before: '10.0.2.9 web\n', after: '10.0.2.9 cart\n' })).toEqual(['server-restarted']);
});
