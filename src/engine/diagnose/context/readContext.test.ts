import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cpuMillis } from '../../../testing/cpuMillis.ts';
import { type ContextText, readContext } from './readContext.ts';

const yaml = (text: string): unknown => parse(text, { maxAliasCount: 100 });
const read = (text: string, name = 'file') => readContext([{ name, text }], yaml);
const SAMPLE = '../shared/captures/context-files';

test('conntrack -L becomes entries with both tuples and what is left of the timer', () => {
  const facts = read(
    'tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.96.0.1 sport=4000 dport=443 src=10.1.0.9 dst=10.0.0.1 sport=6443 dport=4000 [ASSURED] mark=0 use=1\n',
  );
  expect(facts.conntrack).toEqual([
    {
      state: 'ESTABLISHED',
      secondsLeft: 431_999,
      original: { source: '10.0.0.1:4000', destination: '10.96.0.1:443' },
      reply: { source: '10.1.0.9:6443', destination: '10.0.0.1:4000' },
      unreplied: false,
      assured: true,
      file: 'file',
    },
  ]);
});

test('conntrack -S adds the CPUs up', () => {
  const facts = read('cpu=0   \tfound=1 invalid=18 insert_failed=2 drop=0\ncpu=1   \tfound=1 invalid=3 insert_failed=0 drop=0\n');
  expect(facts.counters[0]?.values.get('invalid')).toBe(21);
});

test('iptables-save tells of a rule that drops INVALID, with its counter, and of the backends of a service', () => {
  const facts = read(`*nat
-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment "kube-system/kube-dns:dns-tcp cluster IP" -m tcp --dport 53 -j KUBE-SVC-1
-A KUBE-SVC-1 -m statistic --mode random --probability 0.5 -j KUBE-SEP-1
-A KUBE-SVC-1 -j KUBE-SEP-2
-A KUBE-SEP-1 -p tcp -m tcp -j DNAT --to-destination 10.1.0.2:5353
-A KUBE-SEP-2 -p tcp -m tcp -j DNAT --to-destination 10.1.0.3:5353
COMMIT
*filter
[5:1660] -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
COMMIT
`);
  expect(facts.invalidRules).toMatchObject([{ chain: 'KUBE-FORWARD', action: 'drop', packets: 5 }]);
  expect(facts.services[0]).toMatchObject({ name: 'kube-system/kube-dns:dns-tcp', address: '10.96.0.10', port: 53 });
  expect(facts.services[0]?.backends.map((b) => b.address).sort()).toEqual(['10.1.0.2', '10.1.0.3']);
  expect(facts.proxyMode?.mode).toBe('iptables');
  expect(facts.hasRules).toBe(true);
});

test('a rule that excludes INVALID drops nothing', () => {
  const facts = read('*filter\n-A FORWARD -m conntrack ! --ctstate INVALID -j DROP\nCOMMIT\n');
  expect(facts.invalidRules).toEqual([]);
});

test('nft list ruleset tells of its rule on ct state invalid', () => {
  const facts = read(
    'table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy accept;\n\t\tct state invalid counter packets 7 bytes 400 drop\n\t}\n}\n',
  );
  expect(facts.invalidRules).toMatchObject([{ chain: 'FORWARD', action: 'drop', packets: 7 }]);
});

test('ipvsadm -Ln names backends, shows IPVS in use and the timeouts', () => {
  const facts = read(
    'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight\nTCP  10.96.0.1:443 rr\n  -> 10.1.0.2:6443 Masq 1 0 0\nTCP  [fd00::1]:80 rr\n  -> [fd00::2]:8080 Masq 1 0 0\nTimeout (tcp tcpfin udp): 900 120 300\n',
  );
  expect(facts.services.map((s) => `${s.address} ${s.backends[0]?.address}`)).toEqual(['10.96.0.1 10.1.0.2', 'fd00::1 fd00::2']);
  expect(facts.proxyMode?.mode).toBe('ipvs');
  expect(facts.ipvsTimeouts).toMatchObject({ tcp: 900, tcpfin: 120 });
});

test('sysctl -a, uname and hosts are told apart by their lines', () => {
  expect(
    read('net.netfilter.nf_conntrack_tcp_be_liberal = 1\nkernel.x = 2\nnet.ipv4.vs.conntrack=1\n').sysctl.get('net.ipv4.vs.conntrack')
      ?.value,
  ).toBe('1');
  expect(read('Linux node-1 5.10.46 #1 SMP x86_64 GNU/Linux\n').kernels[0]).toMatchObject({ release: '5.10.46', node: 'node-1' });
  expect(read('5.10.46\n').kernels[0]?.release).toBe('5.10.46');
  expect(read('10.0.0.7 envoy-7d9\n').names.map((n) => n.name)).toEqual(['envoy-7d9']);
  expect(read('# my hosts\n127.0.0.1 localhost\nFD00:0:0:0::1  six\n').names.map((n) => `${n.address} ${n.name}`)).toEqual([
    '127.0.0.1 localhost',
    'fd00::1 six',
  ]);
});

test('log lines that tell of a reset become marks with their time and endpoints', () => {
  const facts = read(`2026-11-22T14:38:58.181549Z info starting
2026-11-22T14:39:00.522910Z error read tcp 10.1.0.34:15010->10.1.0.37:48640: connection reset by peer
[2026-11-22 15:39:00.558][18][warning] reset reason: connection termination
2026-11-22T16:39:01+01:00 connection refused
1795354215.395726718 [envoy] error=timed out
`);
  expect(facts.marks.map((m) => m.kind).sort()).toEqual(['refused', 'reset', 'reset', 'timeout']);
  const reset = facts.marks.find((m) => m.line === 2);
  expect(reset?.endpoints).toEqual(['10.1.0.34:15010', '10.1.0.37:48640']);
  expect(reset?.time).toBe((BigInt(Date.UTC(2026, 10, 22, 14, 39, 0)) * 1_000_000n + 522_910_000n).toString());
  expect(facts.marks.find((m) => m.line === 4)?.time).toBe((BigInt(Date.UTC(2026, 10, 22, 15, 39, 1)) * 1_000_000n).toString());
  expect(facts.marks.find((m) => m.line === 5)?.kind).toBe('timeout');
});

test('kubectl JSON names pods, services and nodes, and lists the ready backends of each service port', () => {
  const facts = read(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          kind: 'Service',
          metadata: { namespace: 'a', name: 'web' },
          spec: { clusterIP: '10.96.0.1', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
        },
        {
          kind: 'Pod',
          metadata: { namespace: 'a', name: 'web-1' },
          spec: { nodeName: 'n1' },
          status: { phase: 'Running', podIP: '10.1.0.2' },
        },
        {
          kind: 'Pod',
          metadata: { namespace: 'a', name: 'agent' },
          spec: { nodeName: 'n1', hostNetwork: true },
          status: { podIP: '10.0.0.1' },
        },
        {
          kind: 'Node',
          metadata: { name: 'n1' },
          status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }], nodeInfo: { kernelVersion: '5.10.46' } },
        },
        {
          kind: 'EndpointSlice',
          metadata: { namespace: 'a', labels: { 'kubernetes.io/service-name': 'web' } },
          ports: [{ name: 'http', port: 8080 }],
          endpoints: [
            { addresses: ['10.1.0.2'], conditions: { ready: true } },
            { addresses: ['10.1.0.3'], conditions: { ready: false } },
          ],
        },
      ],
    }),
  );
  expect(facts.names.map((n) => `${n.address} ${n.port ?? '-'} ${n.name}`)).toEqual([
    '10.96.0.1 - a/web',
    '10.96.0.1 80 a/web:http',
    '10.1.0.2 - a/web-1',
    '10.0.0.1 - n1',
  ]);
  expect(facts.services).toMatchObject([{ name: 'a/web', port: 80, backends: [{ address: '10.1.0.2', port: 8080 }] }]);
  expect(facts.kernels[0]).toMatchObject({ release: '5.10.46', node: 'n1' });
});

test('what is of no known kind, or is damaged, is listed with the reason and stops nothing', () => {
  const facts = readContext(
    [
      { name: 'poem', text: 'roses are red\n' },
      { name: 'cut.json', text: '{"apiVersion":"v1","items":[{"kind":"Pod"' },
      {
        name: 'bomb.yaml',
        text: 'apiVersion: v1\nkind: List\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nitems: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
      },
      { name: 'uname', text: '6.1.0-18-amd64\n' },
    ],
    yaml,
  );
  expect(facts.files.map((f) => [f.name, f.problem === null])).toEqual([
    ['poem', false],
    ['cut.json', false],
    ['bomb.yaml', false],
    ['uname', true],
  ]);
  expect(facts.kernels).toHaveLength(1);
});

test('no text makes it throw', () => {
  const words = fc.constantFrom(
    'tcp',
    'src=',
    '10.0.0.1',
    '::',
    '[',
    ']',
    ':80',
    '-A ',
    '*nat',
    'items:',
    '{',
    '=',
    '\n',
    ' ',
    'found=1 invalid=2',
    '2026-01-01T00:00:00',
    'TCP  ',
    '-> ',
    '\0',
    '\ud800',
  );
  fc.assert(fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 40 }), (parts) => read(parts.join('')).files.length === 1));
});

test('ten thousand brackets and a line of a megabyte take no time', () => {
  const start = cpuMillis();
  read(`-A X ${'--ctstate '.repeat(100_000)}\n`);
  read(`2026-01-01T00:00:00Z reset by peer ${'1.1.1.'.repeat(200_000)}\n`);
  read(`${'['.repeat(10_000)}\n`);
  expect(cpuMillis() - start).toBeLessThan(2000);
});

describe.runIf(existsSync(SAMPLE))('the context files of a recorded incident', () => {
  const files: ContextText[] = existsSync(SAMPLE)
    ? readdirSync(SAMPLE)
        .filter((f) => /\.(txt|log|ya?ml)$/.test(f))
        .map((name) => ({ name, text: readFileSync(join(SAMPLE, name), 'utf8') }))
    : [];

  test('every file is understood', () => {
    expect(readContext(files, yaml).files.filter((f) => f.problem !== null || f.facts === 0)).toEqual([]);
  });

  test('services, pods and nodes get their names, and the logs their marks', () => {
    const facts = readContext(files, yaml);
    expect(facts.names.map((n) => n.kind)).toEqual(expect.arrayContaining(['pod', 'service', 'node']));
    expect(facts.marks.filter((m) => m.kind === 'reset').length).toBeGreaterThanOrEqual(2);
    expect(facts.services.every((s) => s.backends.length > 0)).toBe(true);
  });
});
