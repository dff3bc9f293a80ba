// A document that uses every field, for tests.
import type { IncidentDocument } from '../model.ts';
import { DOCUMENT_VERSION } from '../model.ts';

export const SAMPLE_DOCUMENT: IncidentDocument = {
  version: DOCUMENT_VERSION,
  title: 'Pilot push resets, cell 12',
  summary: 'One delayed segment escaped NAT.\n\nSee `envoy #7`.',
  epoch: '1700000000000000000',
  captures: [
    { name: 'pilot.pcap', size: 4096, packets: 40, sha256: 'ab'.repeat(32) },
    { name: 'envoy.pcap', size: 2048, packets: 30, sha256: null },
  ],
  taps: [
    { name: 'pilot', captures: [0], position: 'server', clock: { offset: 0, uncertainty: 0, skewPpm: 0 } },
    { name: 'envoy', captures: [1], position: 'client', clock: { offset: 3_700_012_345, uncertainty: null, skewPpm: 40.1 } },
  ],
  lanes: [{ key: 'tap:0', name: 'Pilot pod', hidden: false }],
  laneOrder: ['tap:1', 'nat', 'tap:0'],
  hints: { orderPinned: true, pinnedOffsets: [null, 3_700_000_000], positions: ['server', null] },
  names: [
    ['10.148.74.37', 'envoy-7d9'],
    ['fd00::1', 'pilot-0'],
  ],
  notes: [
    { id: 'n1', pin: { kind: 'packet', packet: { capture: 1, frame: 7 } }, text: 'The **leaked** segment', changed: 1_700_000_000_000 },
    { id: 'n2', pin: { kind: 'span', from: 1_000, to: 2_000_000 }, text: 'Silence', changed: 1_700_000_000_001 },
    { id: 'n3', pin: { kind: 'lane', lane: 'tap:0' }, text: 'Node pool b', changed: 0 },
    { id: 'n4', pin: { kind: 'finding', finding: 'leak-old-segment', packet: { capture: 1, frame: 3 } }, text: '是的', changed: 0 },
    { id: 'n5', pin: { kind: 'incident' }, text: '', changed: 0 },
  ],
  highlights: [{ id: 'h1', pin: { kind: 'packet', packet: { capture: 0, frame: 2 } } }],
  story: [
    {
      id: 's1',
      text: 'Here it leaks',
      view: {
        path: { capture: 1, frame: 1 },
        selected: { capture: 1, frame: 7 },
        from: 0,
        to: 5_000_000,
        scale: 'time',
        folds: ['fold:12'],
        flipped: true,
        filter: 'tcp.flags.reset == 1',
        finding: 'leak-old-segment',
      },
    },
  ],
  view: { path: null, selected: null, from: null, to: null, scale: 'rows', folds: [], flipped: false, filter: '', finding: null },
  context: {
    files: [
      { name: 'conntrack.txt', kind: 'conntrack-list', facts: 1, problem: null },
      { name: 'node.txt', kind: 'sysctl', facts: 1, problem: 'It holds more than can be kept; the rest is left out.' },
    ],
    names: [{ address: '10.148.74.37', port: 15010, name: 'shop/cart', kind: 'pod', node: 'worker-1', file: 'kube.yaml' }],
    services: [
      {
        name: 'mesh/pilot',
        address: '192.168.107.214',
        port: 15010,
        backends: [{ address: '10.148.74.34', port: 15010 }],
        via: 'kubectl',
        file: 'k',
      },
    ],
    conntrack: [
      {
        state: 'ESTABLISHED',
        secondsLeft: 431_999,
        original: { source: '10.148.74.37:48640', destination: '192.168.107.214:15010' },
        reply: { source: '10.148.74.34:15010', destination: '10.148.74.37:48640' },
        unreplied: false,
        assured: true,
        file: 'conntrack.txt',
      },
    ],
    counters: [{ file: 'stats.txt', values: [['invalid', 18]] }],
    sysctl: [{ name: 'net.netfilter.nf_conntrack_tcp_be_liberal', value: '0', file: 'node.txt' }],
    kernels: [{ release: '5.10.46', node: 'worker-1', file: 'uname.txt' }],
    invalidRules: [{ chain: 'KUBE-FORWARD', action: 'drop', packets: 5, text: '-A KUBE-FORWARD -j DROP', file: 'rules.txt' }],
    hasRules: true,
    ipvsTimeouts: { tcp: 900, tcpfin: 120, file: 'ipvs.txt' },
    proxyMode: { mode: 'iptables', file: 'rules.txt' },
    marks: [
      {
        time: '1700000000500000000',
        text: 'read tcp 10.148.74.34:15010: connection reset by peer',
        kind: 'reset',
        endpoints: ['10.148.74.34:15010'],
        file: 'pilot.log',
        line: 7,
      },
    ],
  },
  replay: { profile: '5.10', settings: { be_liberal: true, timeouts: { established: 432_000 } } },
  findings: [
    {
      kind: 'leak-old-segment',
      rule: 'A1',
      severity: 'critical',
      confidence: 'certain',
      title: 'One delayed segment escaped NAT',
      summary: 'conntrack called it INVALID.',
      path: '10.148.74.37:48640 → 192.168.107.214:15010',
      steps: [
        { text: 'sent', packets: [{ capture: 0, frame: 2 }] },
        { text: 'leaks', packets: [{ capture: 1, frame: 7 }] },
      ],
      rivals: [{ kind: 'forged-reset', because: 'TTL equals the client’s' }],
      remedies: ['be_liberal = 1'],
    },
  ],
  redaction: {
    payload: 'dropped',
    payloadOctets: 0,
    addresses: 'kept',
    hardwareAddresses: 'replaced',
    names: 'kept',
    comments: 'dropped',
    context: 'facts',
    notes: 'kept',
    times: 'kept',
    packets: { of: 70, kept: 12 },
  },
};
