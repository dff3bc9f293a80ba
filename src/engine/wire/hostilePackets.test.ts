// Hand-made packets whose headers lie, repeat and nest: each is a row, is taken apart without a throw, and costs no more than others do.
import { expect, test } from 'vitest';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { concat, encodeFrame, encodeIp, encodeTcp, ethernet, ipPacket, u16, u32 } from '../../testing/packets.ts';
import { IS_TCP } from '../model/packetTable.ts';
import { dissect } from './dissect/dissect.ts';

const segment = { src: '10.0.0.1:1000', dst: '10.0.0.2:80', seq: 7, payload: 20 };
const tcp = encodeTcp(segment);
const good = encodeFrame(segment);
const times = <T>(count: number, part: T): T[] => new Array<T>(count).fill(part);

/** A frame with one octet of its headers set: the IP header starts at 14, the TCP header at 34. */
function set(at: number, ...values: readonly number[]): Uint8Array {
  const frame = good.slice();
  frame.set(values, at);
  return frame;
}

const ipv6 = (next: number, ...payload: readonly Uint8Array[]): Uint8Array => {
  const body = concat(...payload);
  return ethernet(concat(Uint8Array.of(0x60, 0, 0, 0), u16(body.length), Uint8Array.of(next, 64), new Uint8Array(32), body));
};
const udp = (port: number, ...payload: readonly Uint8Array[]): Uint8Array => {
  const body = concat(...payload);
  return ipPacket('10.0.0.1', '10.0.0.2', 17, concat(u16(port), u16(port), u16(body.length + 8), u16(0), body));
};
/** VXLAN whose UDP header states a length. */
function udpOf(stated: number): Uint8Array {
  const packet = udp(4789, u32(0x08000000), u32(0x100), good);
  new DataView(packet.buffer).setUint16(24, stated);
  return packet;
}
const gre = (type: number, ...payload: readonly Uint8Array[]): Uint8Array =>
  ethernet(ipPacket('10.0.0.1', '10.0.0.2', 47, concat(u16(0), u16(type), ...payload)));
const tcpOptions = (...octets: readonly number[]): Uint8Array => {
  const options = new Uint8Array(40);
  options.set(octets);
  const header = concat(tcp.subarray(0, 20), options);
  header[12] = 0xf0;
  return ethernet(ipPacket('10.0.0.1', '10.0.0.2', 6, header));
};
const nested = (depth: number, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array => {
  let ip = encodeIp({ src: '10.0.0.1:1', dst: '10.0.0.2:2' });
  for (let i = 0; i < depth && ip.length < 60_000; i++) ip = wrap(ip);
  return ethernet(ip);
};
const vxlanHeader = concat(u32(0x08000000), u32(0x100));

/** Name, frame, and whether a TCP header is found in it. */
const CASES: readonly (readonly [string, Uint8Array, boolean])[] = [
  ['an IPv4 header behind which nothing was sent', good.subarray(0, 34), false],
  ['VXLAN in UDP that claims 7 octets', ethernet(udpOf(7)), false],
  ['VXLAN in UDP that claims less than it carries', ethernet(udpOf(40)), false],
  ['VXLAN in UDP of length 0, as offload leaves it', ethernet(udpOf(0)), true],
  ['a mobility header before TCP', ipv6(135, Uint8Array.of(6, 0, 5, 0, 0, 0, 0, 0), tcp), false],
  ['ISL in ISL', concat(...times(60, concat(Uint8Array.of(1, 0, 0x0c, 0, 0, 0), new Uint8Array(20))), good), false],
  ['Frame Relay addresses without an end', gre(0x6559, new Uint8Array(64)), false],
  [
    'GRE routes without an end',
    ethernet(ipPacket('10.0.0.1', '10.0.0.2', 47, concat(u32(0x40000800), u32(0), ...times(200, u32(0x08000004)), encodeIp(segment)))),
    false,
  ],
  [
    'MACsec in MACsec',
    concat(new Uint8Array(12), u16(0x88e5), ...times(100, concat(u16(0), u32(1), u16(0x88e5))), encodeIp(segment)),
    false,
  ],
  ...[0, 1, 4].map((words) => [`an IPv4 header of ${words} words`, set(14, 0x40 | words), false] as const),
  ['an IPv4 header of 15 words where 5 are captured', set(14, 0x4f).subarray(0, 40), false],
  ['an IPv4 total length below its header', set(16, 0, 19), false],
  ['an IPv4 total length of nothing but the header', set(16, 0, 20), false],
  ['an IPv4 total length of 65,535', set(16, 0xff, 0xff), true],
  ...[0, 1, 4].map((words) => [`a TCP header of ${words} words`, set(46, words << 4), true] as const),
  ['a TCP header of 15 words where 5 are captured', set(46, 0xf0).subarray(0, 54), true],
  ['a TCP option of length 0', tcpOptions(8, 0), true],
  ['a TCP option of length 1', tcpOptions(5, 1, 5, 1, 5, 1), true],
  ['TCP options that claim more than there is', tcpOptions(8, 255), true],
  ['SACK blocks that are none', tcpOptions(5, 9, 1, 2, 3, 4, 5, 6, 7), true],
  ['forty NOPs', tcpOptions(...times(40, 1)), true],
  [
    'IPv6 options by the thousand',
    ipv6(0, ...times(4000, Uint8Array.of(0, 0, 1, 4, 0, 0, 0, 0)), Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0), tcp),
    false,
  ],
  ['an IPv6 extension that claims 2,048 octets', ipv6(60, Uint8Array.of(6, 255, 0, 0, 0, 0, 0, 0), tcp), false],
  ['an IPv6 option of length 255', ipv6(0, Uint8Array.of(6, 0, 1, 255, 0, 0, 0, 0), tcp), true],
  ['IPv6 fragment headers by the thousand', ipv6(44, ...times(4000, Uint8Array.of(44, 0, 0, 0, 0, 0, 0, 1)), tcp), false],
  ['IPv6 whose fragment says it is more and last at once', ipv6(44, Uint8Array.of(6, 0, 0xff, 0xf9, 0, 0, 0, 1), tcp), false],
  ['a hundred VLAN tags', concat(new Uint8Array(12), ...times(100, Uint8Array.of(0x81, 0, 0, 1)), u16(0x0800), encodeIp(segment)), false],
  ['MPLS labels without a bottom', concat(new Uint8Array(12), u16(0x8847), ...times(30, u32(0x00001040)), encodeIp(segment)), false],
  [
    'MPLS labels by the thousand',
    concat(new Uint8Array(12), u16(0x8847), ...times(9000, u32(0x00001040)), u32(0x00001140), encodeIp(segment)),
    false,
  ],
  ['GRE in GRE', nested(1000, (inner) => ipPacket('10.0.0.1', '10.0.0.2', 47, concat(u16(0), u16(0x0800), inner))), false],
  ['GRE whose optional fields are not there', ethernet(ipPacket('10.0.0.1', '10.0.0.2', 47, u32(0xb0000800))), false],
  ['VXLAN in VXLAN', nested(1000, (inner) => udp(4789, vxlanHeader, ethernet(inner))), false],
  ['GTP in GTP', nested(1000, (inner) => udp(2152, Uint8Array.of(0x30, 0xff), u16(inner.length), u32(1), inner)), false],
  [
    'GTP extensions that go round',
    ethernet(udp(2152, Uint8Array.of(0x34, 0xff), u16(0), u32(1), u32(0x00000001), ...times(200, u32(0x01000001)))),
    false,
  ],
  ['a GTP extension of no length', ethernet(udp(2152, Uint8Array.of(0x34, 0xff), u16(0), u32(1), u32(0x00000001), u32(0))), false],
  ['Geneve options that claim 252 octets', ethernet(udp(6081, Uint8Array.of(0x3f, 0), u16(0x6558), u32(0))), false],
  ['UDP that claims 7 octets', ethernet(ipPacket('10.0.0.1', '10.0.0.2', 17, concat(u16(53), u16(53), u16(7), u16(0)))), false],
  ['IP in IP', nested(2000, (inner) => ipPacket('10.0.0.1', '10.0.0.2', 4, inner)), false],
  ['LLC by the length of nothing', concat(new Uint8Array(12), u16(0)), false],
  [
    'ICMP errors that quote themselves',
    nested(500, (inner) => ipPacket('10.0.0.1', '10.0.0.2', 1, concat(Uint8Array.of(3, 4, 0, 0, 0, 0, 0, 0), inner))),
    false,
  ],
  [
    'an ICMP error that quotes half a header',
    ethernet(ipPacket('10.0.0.1', '10.0.0.2', 1, concat(Uint8Array.of(3, 4, 0, 0, 0, 0, 0, 0), encodeIp(segment).subarray(0, 22)))),
    false,
  ],
];

test.each(CASES)('%s', async (_, frame, isTcp) => {
  const record = (bytes: Uint8Array) => ({ time: 1n, bytes });
  const tap = await openBytes(encodePcap([record(good), record(frame), record(good)]));
  expect(Array.from(tap.packets.flags, (f) => (f & IS_TCP) !== 0)).toEqual([true, isTcp, true]);
  expect(tap.files[0]?.problems).toEqual([]);
  for (const cut of [0, 1, 14, 15, 20, 34, 35, 40, 47, 54, 60, 80]) {
    const part = frame.subarray(0, cut === 0 ? frame.length : cut);
    expect(dissect(part, 1, frame.length).layers.length).toBeGreaterThan(0);
    expect((await openBytes(encodePcap([{ time: 1n, bytes: part, originalLength: frame.length }]))).packets.length).toBe(1);
  }
});

test('a thousand of each take less than 50 µs a packet', async () => {
  const one = encodePcap(CASES.map(([, bytes]) => ({ time: 1n, bytes: bytes.subarray(0, 2000) }))).subarray(24);
  const bytes = new Uint8Array(24 + 1000 * one.length);
  bytes.set(encodePcap([]));
  for (let i = 0; i < 1000; i++) bytes.set(one, 24 + i * one.length);
  const begun = cpuMillis();
  expect((await openBytes(bytes)).packets.length).toBe(1000 * CASES.length);
  expect((cpuMillis() - begun) / (1000 * CASES.length)).toBeLessThan(0.05);
});

test('fragments that overlap, repeat, leave gaps or are tiny make at most one segment, and never one from gaps', async () => {
  const datagram = encodeTcp({ ...segment, payload: 60 });
  const piece = (from: number, to: number, more: boolean, id = 1) => ({
    time: 1n,
    bytes: ethernet(
      ipPacket('10.0.0.1', '10.0.0.2', 6, datagram.subarray(from, to), { fragment: (more ? 0x2000 : 0) | (from / 8), ipId: id }),
    ),
  });
  const found = async (...records: readonly ReturnType<typeof piece>[]): Promise<number> =>
    Array.from((await openBytes(encodePcap(records))).packets.flags).filter((f) => (f & IS_TCP) !== 0).length;
  expect(await found(piece(0, 40, true), piece(40, 80, false))).toBe(1);
  expect(await found(piece(40, 80, false), piece(0, 40, true))).toBe(1);
  expect(await found(piece(0, 40, true), piece(24, 56, true), piece(40, 80, false))).toBe(1);
  expect(await found(piece(0, 40, true), piece(0, 40, true), piece(0, 40, true))).toBe(0);
  expect(await found(piece(0, 40, true), piece(48, 80, false))).toBe(0);
  expect(await found(piece(8, 40, true), piece(40, 80, false))).toBe(0);
  expect(await found(...Array.from({ length: 10 }, (_, i) => piece(8 * i, 8 * i + 8, i < 9)))).toBe(1);
  expect(await found(piece(0, 40, true, 1), piece(40, 80, false, 2))).toBe(0);
  // Only the last may end between units of eight octets.
  expect(await found(piece(0, 37, true), piece(40, 80, false))).toBe(0);
  // A mirror shows both VLANs that a router joins: each datagram is put together from its own.
  const inVlan = (vlan: number, { time, bytes }: ReturnType<typeof piece>) => ({
    time,
    bytes: ethernet(concat(u16(vlan), u16(0x0800), bytes.subarray(14)), 0x8100),
  });
  const [head, tail] = [piece(0, 40, true), piece(40, 80, false)];
  expect(await found(inVlan(1, head), inVlan(2, tail))).toBe(0);
  expect(await found(inVlan(1, head), inVlan(2, head), inVlan(1, tail), inVlan(2, tail))).toBe(2);
});
