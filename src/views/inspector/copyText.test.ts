import { expect, test } from 'vitest';
import type { Field } from '../../engine/model/dissection.ts';
import type { PacketDetail } from '../../engine/model/packetDetail.ts';
import { row, tapId } from '../../engine/model/units.ts';
import { connectionFilter, epochSeconds, fieldsJson, packetFilter, packetMarkdown, tcpdumpExpression } from './copyText.ts';

const leaf = (name: string, value: string, children: readonly Field[] = []): Field => ({
  name,
  label: name,
  value,
  text: '',
  offset: 0,
  length: 0,
  mask: 0,
  judgement: null,
  children,
});

const packet = { tap: tapId(1), row: row(3) };
const detail = (source: string, destination: string): PacketDetail => ({
  packet,
  label: 'envoy #4',
  row: {
    ...packet,
    frame: 4,
    time: 0,
    ownTime: 1_700_000_000_000_000_123n,
    delta: 0,
    source,
    destination,
    protocol: 'TCP',
    length: 54,
    info: 'a | b',
    verdict: '',
    marks: 0,
    analysis: 0,
  },
  file: 'envoy.pcap',
  interfaceName: null,
  bytes: new Uint8Array(54),
  originalLength: 54,
  dissection: {
    layers: [
      leaf('tcp', '', [
        leaf('tcp.flags', '0x0012', [leaf('tcp.flags.syn', '1')]),
        leaf('tcp.option_kind', '1'),
        leaf('tcp.option_kind', '1'),
      ]),
    ],
    protocols: ['eth', 'ip', 'tcp'],
    stop: null,
  },
  unreadable: null,
  segment: {
    source,
    destination,
    flags: 'ACK',
    seq: 10,
    seqRaw: 1010,
    ack: 1,
    ackRaw: 5,
    hasAck: true,
    payload: 0,
    window: 1,
    scaledWindow: 128,
    ttl: 64,
    ipId: 0x9a41,
    isIpv6: source.includes('['),
  },
  sightings: [],
  compared: [],
  leak: null,
  reset: null,
  held: null,
  lost: false,
  injected: false,
  judgement: null,
  verdictReason: '',
  consequences: [],
  connection: {
    stream: 0,
    path: null,
    direction: 1,
    client: destination,
    service: '192.168.107.214:15010',
    server: source,
    packets: 1,
    payload: [0, 0],
    retransmissions: 0,
    resets: 0,
    firstTime: 0,
    lastTime: 0,
    isn: [null, null],
    windowScale: [null, null],
    handshake: { captured: 'none', options: [] },
  },
});

const leg = detail('10.148.74.34:15010', '10.148.74.37:48640');

test('the packet’s filter names both ends, its number and its IP ID', () => {
  expect(packetFilter(leg)).toBe(
    'ip.src == 10.148.74.34 && ip.dst == 10.148.74.37 && tcp.srcport == 15010 && tcp.dstport == 48640 && tcp.seq_raw == 1010 && tcp.len == 0 && ip.id == 0x9a41 && tcp.flags == 0x0012',
  );
});

test('IPv6 has its own names and no IP ID', () => {
  expect(packetFilter(detail('[fd00::1]:80', '[fd00::2]:5000'))).toBe(
    'ipv6.src == fd00::1 && ipv6.dst == fd00::2 && tcp.srcport == 80 && tcp.dstport == 5000 && tcp.seq_raw == 1010 && tcp.len == 0 && tcp.flags == 0x0012',
  );
  expect(connectionFilter(detail('[fd00::1]:80', '[fd00::2]:5000'))).toContain('ipv6.addr == fd00::2');
});

test('the capture filter holds every address of the path: filtering by one tuple hides the leak', () => {
  expect(tcpdumpExpression(leg)).toBe('tcp and host 10.148.74.37 and (host 10.148.74.34 or host 192.168.107.214) and port 15010');
});

test('JSON nests as tshark’s, repeated names become lists', () => {
  const json = JSON.parse(fieldsJson(leg));
  expect(json.layers[0].tcp).toEqual({ 'tcp.flags': '0x0012', 'tcp.flags_tree': { 'tcp.flags.syn': '1' }, 'tcp.option_kind': ['1', '1'] });
  expect(json.frame.time_epoch).toBe('1700000000.000000123');
});

test('Markdown has nothing of the capture that Markdown would obey', () => {
  expect(packetMarkdown(leg, [['source', '10.0.0.1<b>']])).toContain('10.0.0.1\\<b\\>');
  expect(packetMarkdown(leg, [])).toContain('a \\| b');
});

test('times before 1970 keep their digits', () => expect(epochSeconds(-1_500_000_000n)).toBe('-1.500000000'));
