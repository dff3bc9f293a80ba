// What somebody could still learn from what was left: two captures that differ only in what is removed must leave as the same octets.
import { describe, expect, test } from 'vitest';
import { concat, encodeIcmpError, encodeIp, encodeTcp, ethernet, ipPacket, u16, u32 } from '../../testing/packets.ts';
import type { IncidentContents } from '../file/contents.ts';
import { writeIncidentFile } from '../file/writeIncidentFile.ts';
import { SAMPLE_CONTENTS } from '../testing/sampleContents.ts';
import { DEFAULT_CHOICES, type RedactionChoices, STRICT_CHOICES } from './choices.ts';
import { redactContents } from './redactContents.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 1);
const A = '203.0.113.77';
const B = '198.51.100.44';
const MAC = Uint8Array.of(0x0a, 0xca, 0x0a, 0x1a, 0x2a, 0x3a);

const contentsOf = (data: Uint8Array, linkType = 1): IncidentContents => ({
  ...SAMPLE_CONTENTS,
  interfaces: SAMPLE_CONTENTS.interfaces.map((i) => ({ ...i, linkType })),
  packets: [{ ...SAMPLE_CONTENTS.packets[0]!, data, originalLength: data.length }],
});
const left = (data: Uint8Array, choices: RedactionChoices = STRICT_CHOICES): Uint8Array =>
  redactContents(contentsOf(data), choices, KEY).contents.packets[0]!.data;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const octets = (n: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => (i * 37 + seed * 101 + (i * seed) / 3) & 255);

const tcp = (payload: Uint8Array): Uint8Array =>
  encodeIp({ src: `${A}:40000`, dst: `${B}:15010`, flags: 'PA', seq: 1000, ack: 2000, payload });
const udp = (source: number, destination: number, body: Uint8Array): Uint8Array =>
  ipPacket(A, B, 17, concat(u16(source), u16(destination), u16(8 + body.length), u16(0xbeef), body));
/** Of one TCP segment as a tunnel carries it. */
const inner = (payload: Uint8Array): Uint8Array => ethernet(tcp(payload));

/** Packets of every kind around a payload: what follows from the payload must go with it. */
const AROUND: Readonly<Record<string, (payload: Uint8Array) => Uint8Array>> = {
  TCP: (p) => ethernet(tcp(p)),
  'TCP with a wrong checksum': (p) => {
    const frame = ethernet(tcp(p));
    frame.set([0xbe, 0xef], 14 + 20 + 16);
    return frame;
  },
  'TCP over IPv6': (p) =>
    ethernet(encodeIp({ src: '[2001:db8::77]:40000', dst: '[2001:db8::44]:15010', flags: 'PA', seq: 1, ack: 2, payload: p })),
  'TCP cut in its header': (p) => ethernet(tcp(p)).slice(0, 14 + 20 + 19),
  'TCP cut in its payload': (p) => ethernet(tcp(p)).slice(0, 14 + 20 + 20 + 4),
  'the first fragment of a segment': (p) => {
    const ip = tcp(p);
    const whole = ip.slice(0, 20 + 20 + 24);
    new DataView(whole.buffer).setUint16(2, whole.length);
    new DataView(whole.buffer).setUint16(6, 0x2000);
    return ethernet(whole);
  },
  UDP: (p) => ethernet(udp(5000, 5001, p)),
  'UDP cut in its header': (p) => ethernet(udp(5000, 5001, p)).slice(0, 14 + 20 + 7),
  DNS: (p) => ethernet(udp(40000, 53, concat(u16(7), u16(0x0100), u16(1), u16(0), u16(0), u16(0), p))),
  VXLAN: (p) => ethernet(udp(50000, 4789, concat(u32(0x08000000), u32(77 << 8), inner(p)))),
  Geneve: (p) =>
    ethernet(udp(50000, 6081, concat(Uint8Array.of(2, 0, 0x65, 0x58, 0, 0, 77, 0), Uint8Array.of(1, 2, 3, 1), octets(4, 9), inner(p)))),
  'VXLAN-GPE': (p) => ethernet(udp(50000, 4790, concat(Uint8Array.of(0x0c, 0, 0, 1), u32(77 << 8), tcp(p)))),
  NSH: (p) => ethernet(concat(u16(0x0002), Uint8Array.of(2, 1), u32(255), tcp(p)), 0x894f),
  L2TP: (p) => ethernet(udp(1701, 1701, concat(u16(0x0002), u16(7), u16(8), u16(0xff03), u16(0x0021), tcp(p)))),
  'L2TP, a control message': (p) => ethernet(udp(1701, 1701, concat(u16(0xc802), u16(12), p))),
  Teredo: (p) =>
    ethernet(
      udp(3544, 3544, encodeIp({ src: '[2001:db8::77]:40000', dst: '[2001:db8::44]:15010', flags: 'PA', seq: 1, ack: 2, payload: p })),
    ),
  'GRE with a checksum': (p) => ethernet(ipPacket(A, B, 47, concat(u16(0x8000), u16(0x0800), u16(0xabcd), u16(0), tcp(p)))),
  SCTP: (p) => ethernet(ipPacket(A, B, 132, concat(u16(1), u16(2), u32(3), p.slice(0, 4), p))),
  'an ICMP error that quotes a segment': (p) => ethernet(encodeIcmpError(B, A, 3, 1, 0, tcp(p))),
  'an ICMP error that quotes a few octets': (p) => ethernet(encodeIcmpError(B, A, 3, 1, 0, tcp(p).slice(0, 28))),
  ping: (p) => ethernet(ipPacket(A, B, 1, concat(Uint8Array.of(8, 0), p.slice(0, 2), u32(1), p))),
  'a protocol nobody knows': (p) => ethernet(ipPacket(A, B, 253, p)),
  'an EtherType nobody knows': (p) => ethernet(p, 0x88cc),
  'padding behind the datagram': (p) => concat(ethernet(tcp(new Uint8Array())), p),
};

describe('of a payload that was dropped nothing can be learnt', () => {
  test.each(Object.entries(AROUND))('%s', (_, around) => {
    const base = octets(64, 1);
    const seen = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) seen.add(hex(left(around(seed === 1 ? base : octets(64, seed)))));
    expect([...seen]).toHaveLength(1);
    const kept = [...seen][0] ?? '';
    expect(kept).not.toContain(hex(base).slice(0, 12));
  });
});

test('of addresses that were replaced neither octets nor a checksum over them stay', () => {
  for (const [name, around] of Object.entries(AROUND)) {
    const data = around(octets(64, 3));
    const was = hex(data);
    const is = hex(left(data));
    for (const address of [A, B]) {
      const spelled = hex(Uint8Array.from(address.split('.'), Number));
      if (was.includes(spelled)) expect(is, name).not.toContain(spelled);
    }
  }
  // Inside of tunnels they are replaced though payload stays.
  for (const [name, around] of Object.entries(AROUND).filter(([n]) => /^(VXLAN|Geneve|NSH|L2TP$|GRE)/.test(n))) {
    const kept = hex(left(around(new TextEncoder().encode('PAYLOAD')), { ...STRICT_CHOICES, payload: { keep: 'all' } }));
    expect(kept, name).toContain(hex(new TextEncoder().encode('PAYLOAD')));
    for (const address of [A, B]) expect(kept, name).not.toContain(hex(Uint8Array.from(address.split('.'), Number)));
  }
  // A header without its payload: the checksum alone would tell a sum of both addresses.
  const cut = ethernet(tcp(new Uint8Array())).slice(0, 14 + 20 + 18);
  expect(left(cut).length).toBeLessThanOrEqual(14 + 20 + 16);
});

test('options that name or tell of a host are blanked, those that the analysis reads stay', () => {
  const cookie = Uint8Array.of(34, 10, 0xca, 0xfe, 0xca, 0xfe, 1, 2, 3, 4);
  const toa = Uint8Array.of(254, 8, 0x9c, 0x40, 203, 0, 113, 77);
  const stamps = Uint8Array.of(8, 10, 0, 0, 0, 9, 0, 0, 0, 8);
  const header = encodeTcp({ src: `${A}:40000`, dst: `${B}:15010`, flags: 'S', seq: 1, ack: 0 }).slice(0, 20);
  header[12] = ((20 + 28) / 4) << 4;
  const kept = hex(left(ethernet(ipPacket(A, B, 6, concat(header, cookie, toa, stamps)))));
  expect(kept).not.toContain('cafe');
  expect(kept).not.toContain('cb00714d');
  expect(kept).toContain(hex(stamps));
});

describe('hardware addresses inside IPv6 addresses', () => {
  const eui = 'fd00::8ca:aff:fe1a:2a3a';
  const frame = (): Uint8Array => {
    const data = ethernet(encodeIp({ src: `[${eui}]:1`, dst: '[fd00::1]:2', flags: 'S', seq: 1, ack: 0 }));
    data.set(MAC, 6);
    return data;
  };

  test('go with them, though addresses stay', () => {
    const data = left(frame(), DEFAULT_CHOICES);
    const source = data.subarray(14 + 8, 14 + 24);
    expect(hex(source)).not.toContain('1a2a3a');
    // The same replacement as in the frame's own header.
    const mac = data.subarray(6, 12);
    expect(hex(source.subarray(8))).toBe(hex(Uint8Array.of(mac[0]! ^ 2, mac[1]!, mac[2]!, 0xff, 0xfe, mac[3]!, mac[4]!, mac[5]!)));
    expect(hex(source.subarray(0, 8))).toBe('fd00000000000000');
  });

  test('in texts and names as well; other addresses stay as they are', async () => {
    const contents = contentsOf(frame());
    const document = { ...contents.document, summary: `${eui} asked fd00::1`, names: [[eui, 'canaryhost']] as const };
    const redacted = redactContents({ ...contents, document }, DEFAULT_CHOICES, KEY).contents;
    expect(redacted.document.summary).toMatch(/^fd00::[0-9a-f:]+ asked fd00::1$/);
    const file = Buffer.from(await writeIncidentFile(redacted));
    for (const spelling of ['1a2a3a', 'fe1a:2a3a', '8ca:aff'])
      expect(file.includes(spelling) || hex(file).includes(hex(Buffer.from(spelling)))).toBe(false);
    expect(JSON.stringify(redacted.document)).not.toContain('fe1a:2a3a');
  });
});
