// One connection at two capture points, however its packets differ between them: every kind of translation, tunnels on one side, with and without a
// handshake, with and without timestamps, and several connections at a time that resemble each other.
import { describe, expect, test } from 'vitest';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { type Correlated, correlateTaps } from '../../testing/correlateTaps.ts';
import { concat, ethernet, ipPacket, u16, u32 } from '../../testing/packets.ts';
import { recordsOf } from '../../testing/rewrap.ts';
import { tapExchangeFiles } from '../../testing/tapExchange.ts';
import { formatEndpoint } from '../model/address.ts';
import { J_INJECTED, J_LOST, type Path, type Translation } from '../model/correlation.ts';
import { tapId } from '../model/units.ts';

/** Client's and server's endpoint, as one capture point sees them. */
type Ends = readonly [client: string, server: string];

interface Crossing {
  readonly near: Ends;
  readonly far: Ends;
}

/** How packets of this connection look: its first numbers, and when it begins. */
interface Look {
  readonly isns?: readonly [number, number];
  readonly at?: number;
  readonly handshake?: boolean;
  readonly timestamps?: boolean;
}

/** The lines of one connection: at `c` on the client's side, at `s` on the server's, 0.9 ms apart. */
function lines({ near, far }: Crossing, { isns = [1000, 900_000], at = 0, handshake = true, timestamps = true }: Look = {}): string {
  const up = `c:${near[0]}>${near[1]} s+0.9ms:${far[0]}>${far[1]}`;
  const down = `s:${far[1]}>${far[0]} c+0.9ms:${near[1]}>${near[0]}`;
  const [client, server] = isns;
  const ts = timestamps ? 'ts' : '';
  const opened = handshake
    ? `${at}ms ${up} S seq=${client} mss=1460 ws=7 sackok ${ts}
       ${at + 2}ms ${down} SA seq=${server} ack=${client + 1} mss=1460 ws=7 sackok ${ts}
       ${at + 4}ms ${up} A seq=${client + 1} ack=${server + 1} ${ts}`
    : `${at + 4}ms ${up} A seq=${client + 1} ack=${server + 1} ${ts}`;
  return `
    ${opened}
    ${at + 6}ms ${up} PA len=300 ${ts}
    ${at + 8}ms ${down} PA seq=${server + 1} ack=${client + 301} len=1000 ${ts} *1/1ms
    ${at + 9}ms ${down} PA len=900 ${ts} *19/0.2ms
    ${at + 16}ms ${up} A ${ts}
    ${at + 18}ms ${up} PA len=200 ${ts}
    ${at + 20}ms ${down} FA ${ts}
    ${at + 22}ms ${up} FA ${ts}
    ${at + 24}ms ${down} A ${ts}`;
}

/** Puts what one capture point's frames hold into something else. */
type Wrap = (frame: Uint8Array) => Uint8Array;

async function correlated(text: string, wraps: Readonly<Record<string, Wrap>> = {}): Promise<Correlated> {
  const taps = await Promise.all(
    [...tapExchangeFiles(text)].map(([name, bytes], i) => {
      const wrap = wraps[name];
      const { records } = recordsOf(bytes);
      const plain = records.map((r) => ({ time: r.time, bytes: wrap ? wrap(r.bytes) : r.bytes }));
      return openBytes(encodePcap(plain), { tapName: name, tapId: tapId(i) });
    }),
  );
  return correlateTaps(taps);
}

const translation = (t: Translation | null): string | null => t && `${formatEndpoint(t.from)} -> ${formatEndpoint(t.to)}`;

/** What must be said of a crossing, and no more. */
function expectJoined({ workspace, correlation }: Correlated, path: Path | undefined, { near, far }: Crossing): void {
  if (path === undefined) throw new Error('no path');
  const names = path.legs.map((leg) => workspace.taps[leg.tap]?.name);
  const ends = path.legs.map((leg) => [formatEndpoint(leg.client), formatEndpoint(leg.server)]);
  const isTranslated = near[0] !== far[0] || near[1] !== far[1];
  expect({ names, ends }).toEqual({ names: ['c', 's'], ends: [near, far] });
  expect([formatEndpoint(path.client), path.service && formatEndpoint(path.service), formatEndpoint(path.server)]).toEqual([
    near[0],
    near[1] === far[1] ? null : near[1],
    far[1],
  ]);
  expect(translation(path.dnat)).toBe(near[1] === far[1] ? null : `${near[1]} -> ${far[1]}`);
  expect(translation(path.snat)).toBe(near[0] === far[0] ? null : `${near[0]} -> ${far[0]}`);
  expect(path.natBefore).toBe(isTranslated ? 1 : -1);
  expect(path.strays).toEqual([]);
  const { pathStart, pathEnd, flags } = correlation.journeysOf(path.id);
  for (let j = pathStart[path.id]; j < pathEnd[path.id]; j++) expect(flags[j] & (J_LOST | J_INJECTED)).toBe(0);
}

function expectCalm({ correlation }: Correlated): void {
  expect([correlation.leaks, correlation.resets]).toEqual([[], []]);
}

const CLIENT = '10.0.1.5:40000';
const SERVICE = '10.96.0.5:80';
const SERVER = '10.0.2.9:8080';
const CROSSINGS: Readonly<Record<string, Crossing>> = {
  'no NAT': { near: [CLIENT, SERVER], far: [CLIENT, SERVER] },
  DNAT: { near: [CLIENT, SERVICE], far: [CLIENT, SERVER] },
  'DNAT of the address alone': { near: [CLIENT, '10.96.0.5:8080'], far: [CLIENT, SERVER] },
  'DNAT of the port alone': { near: [CLIENT, '10.0.2.9:80'], far: [CLIENT, SERVER] },
  SNAT: { near: [CLIENT, SERVER], far: ['192.0.2.1:40000', SERVER] },
  'SNAT to another port': { near: [CLIENT, SERVER], far: ['192.0.2.1:61001', SERVER] },
  'SNAT and DNAT, both with other ports': { near: [CLIENT, SERVICE], far: ['192.0.2.1:61001', SERVER] },
  'hairpin: a pod reaches itself through its service': { near: ['10.0.2.9:40000', SERVICE], far: ['192.0.2.1:61001', SERVER] },
  'DNAT of IPv6': { near: ['[fd00:1::5]:40000', '[fd00:96::5]:80'], far: ['[fd00:1::5]:40000', '[fd00:2::9]:8080'] },
  'NAT66 of both ends': { near: ['[fd00:1::5]:40000', '[fd00:96::5]:80'], far: ['[2001:db8::1]:61001', '[fd00:2::9]:8080'] },
  'NPTv6: the prefix alone': { near: ['[fd00:1::5]:40000', '[2001:db8:9::9]:80'], far: ['[2001:db8:1::5]:40000', '[2001:db8:9::9]:80'] },
  NAT64: { near: ['[fd00:1::5]:40000', '[64:ff9b::a00:209]:8080'], far: ['192.0.2.1:61001', SERVER] },
  'NAT46: an IPv4 client of a server of IPv6': { near: [CLIENT, SERVICE], far: ['[64:ff9b::a00:105]:40000', '[fd00:2::9]:8080'] },
};

describe.each(Object.keys(CROSSINGS))('%s', (name) => {
  const crossing = CROSSINGS[name] as Crossing;

  test.each([
    { handshake: true, timestamps: true },
    { handshake: true, timestamps: false },
    { handshake: false, timestamps: true },
    { handshake: false, timestamps: false },
  ])('handshake $handshake, timestamps $timestamps', async (look) => {
    const all = await correlated(lines(crossing, look));
    expect(all.correlation.paths).toHaveLength(1);
    expectJoined(all, all.correlation.paths[0], crossing);
    expectCalm(all);
  });
});

const [A, B] = ['198.51.100.1', '198.51.100.2'];
const inUdp = (port: number, header: Uint8Array, frame: Uint8Array): Uint8Array => {
  const body = concat(header, frame);
  return ethernet(ipPacket(A, B, 17, concat(u16(40_000), u16(port), u16(8 + body.length), u16(0), body)));
};
const WRAPS: Readonly<Record<string, Wrap>> = {
  VXLAN: (frame) => inUdp(4789, concat(u32(0x08000000), u32(0x500)), frame),
  Geneve: (frame) => inUdp(6081, concat(u16(0x0200), u16(0x6558), u32(0x500), u32(0x01020301), u32(7)), frame),
  GRE: (frame) => ethernet(ipPacket(A, B, 47, concat(u16(0), u16(0x0800), frame.subarray(14)))),
  'IP in IP': (frame) => ethernet(ipPacket(A, B, 4, frame.subarray(14))),
  'IPv4 in IPv6': (frame) => ethernet(ipPacket('[2001:db8::1]', '[2001:db8::2]', 4, frame.subarray(14))),
  '802.1Q': (frame) => concat(frame.subarray(0, 12), u16(0x8100), u16(7), frame.subarray(12)),
};

describe.each(Object.keys(WRAPS))('%s at one capture point, nothing at the other', (name) => {
  const wrap = WRAPS[name] as Wrap;
  test.each(
    (['c', 's'] as const).flatMap((tap) =>
      (['no NAT', 'DNAT', 'SNAT and DNAT, both with other ports'] as const).flatMap((kind) =>
        [true, false].map((handshake) => ({ tap, kind, handshake })),
      ),
    ),
  )('wrapped at $tap, $kind, handshake $handshake', async ({ tap, kind, handshake }) => {
    const crossing = CROSSINGS[kind] as Crossing;
    const all = await correlated(lines(crossing, { handshake }), { [tap]: wrap });
    expect(all.correlation.paths).toHaveLength(1);
    expectJoined(all, all.correlation.paths[0], crossing);
    expectCalm(all);
  });
});

describe('several at a time', () => {
  /** Two services of two backends each, two clients, one of them masqueraded: neither ports nor numbers nor times tell them apart. */
  const MANY: readonly Crossing[] = [
    { near: ['10.0.1.5:40000', '10.96.0.5:80'], far: ['10.0.1.5:40000', '10.0.2.9:8080'] },
    { near: ['10.0.1.5:40001', '10.96.0.5:80'], far: ['10.0.1.5:40001', '10.0.2.10:8080'] },
    { near: ['10.0.1.6:40000', '10.96.0.6:80'], far: ['192.0.2.1:61001', '10.0.2.9:9090'] },
    { near: ['10.0.1.6:40001', '10.96.0.6:80'], far: ['192.0.2.1:61002', '10.0.2.10:9090'] },
    { near: ['10.0.1.5:40002', '10.0.2.9:8080'], far: ['10.0.1.5:40002', '10.0.2.9:8080'] },
  ];

  test.each([
    { handshake: true, apart: 3_000_000 },
    { handshake: true, apart: 500 },
    { handshake: false, apart: 3_000_000 },
  ])('handshakes $handshake, numbers $apart apart', async ({ handshake, apart }) => {
    const text = MANY.map((crossing, i) =>
      lines(crossing, { handshake, isns: [1000 + apart * i, 900_000_000 + apart * i], at: i / 10 }),
    ).join('\n');
    const all = await correlated(text);
    expect(all.correlation.paths).toHaveLength(MANY.length);
    for (const crossing of MANY) {
      const path = all.correlation.paths.find((p) => formatEndpoint(p.client) === crossing.near[0]);
      expectJoined(all, path, crossing);
    }
    expectCalm(all);
  });
});

test('a hairpin whose client and server are one pod is one path at the only capture point that sees both sides of it', async () => {
  const { near, far } = CROSSINGS['hairpin: a pod reaches itself through its service'] as Crossing;
  const text = lines({ near, far }).replaceAll('s+0.9ms:', 'c+0.9ms:').replaceAll(' s:', ' c:');
  const { correlation } = await correlated(text);
  expect(correlation.paths).toHaveLength(1);
  const [path] = correlation.paths;
  expect(path?.legs.map((leg) => [formatEndpoint(leg.client), formatEndpoint(leg.server)])).toEqual([near, far]);
  expect([translation(path?.dnat ?? null), translation(path?.snat ?? null)]).toEqual([
    `${near[1]} -> ${far[1]}`,
    `${near[0]} -> ${far[0]}`,
  ]);
  expect([correlation.leaks, correlation.resets, path?.strays]).toEqual([[], [], []]);
});
