import { describe, expect, test } from 'vitest';
import { correlateExchange, correlateTaps } from '../../testing/correlateTaps.ts';
import { tapExchange } from '../../testing/tapExchange.ts';
import { formatEndpoint } from '../model/address.ts';
import { J_INJECTED, J_LOST, J_TRANSLATED, type TapPosition } from '../model/correlation.ts';
import { tapId } from '../model/units.ts';
import { joinOf } from './reasons.ts';

const NAMES = `
  client = 10.148.74.37:48640
  svc    = 192.168.107.214:15010
  pod    = 10.148.74.34:15010`;
const HANDSHAKE = `
  0ms    envoy:client>svc   pilot+0.9ms:client>pod   S   seq=1000 ws=7 ts
  1ms    pilot:pod>client   envoy+0.9ms:svc>client   SA  seq=9000 ws=7 ts
  2ms    envoy:client>svc   pilot+0.9ms:client>pod   A   ts
  3ms    envoy:client>svc   pilot+0.9ms:client>pod   PA  len=100 ts
  4ms    pilot:pod>client   envoy+0.9ms:svc>client   A   ts
  5ms    pilot:pod>client   envoy+0.9ms:svc>client   PA  len=1000 ts *20/0.1ms
  12ms   envoy:client>svc   pilot+0.9ms:client>pod   A   ts`;

describe('paths', () => {
  test('one connection before and after DNAT is one path', async () => {
    const { workspace, correlation } = await correlateExchange(NAMES + HANDSHAKE);
    expect(correlation.paths).toHaveLength(1);
    const [path] = correlation.paths;
    expect(path?.service && formatEndpoint(path.service)).toBe('192.168.107.214:15010');
    expect(path?.server && formatEndpoint(path.server)).toBe('10.148.74.34:15010');
    expect(path?.legs.map((l) => l.tap)).toEqual([0, 1]);
    expect(path?.natBefore).toBe(1);
    expect(path?.isn).toEqual([1000, 9000]);
    expect(path && joinOf(workspace, correlation, path).reasons[0]?.kind).toBe('isn-pair');
    expect(correlation.leaks).toEqual([]);
    expect([...correlation.journeys.flags].every((f) => f === J_TRANSLATED)).toBe(true);
  });

  test('the user places capture points, and paths run as they say', async () => {
    const taps = await tapExchange(NAMES + HANDSHAKE.replaceAll('pilot+0.9ms:client>pod', 'node+0.4ms:client>pod pilot+0.9ms:client>pod'));
    const legsWith = (positions: [number, TapPosition][]): number[] | undefined =>
      correlateTaps(taps, { positions: new Map(positions.map(([tap, at]) => [tapId(tap), at])) }).correlation.paths[0]?.legs.map(
        (l) => l.tap,
      );
    const inferred = legsWith([]) ?? [];
    const [first, middle, last] = inferred as [number, number, number];
    expect(legsWith([[last, 'server']])).toEqual(inferred);
    expect(legsWith([[middle, 'client']])).toEqual([middle, first, last]);
    expect(
      legsWith([
        [first, 'server'],
        [last, 'client'],
      ]),
    ).toEqual([last, middle, first]);
    expect(
      legsWith([
        [last, 'client-side'],
        [middle, 'server-side'],
      ]),
    ).toEqual([first, last, middle]);
  });

  test('masquerade changes both ends, and the client keeps its own', async () => {
    const text = HANDSHAKE.replaceAll('client>pod', 'node>pod').replaceAll('pod>client', 'pod>node');
    const { correlation } = await correlateExchange(`${NAMES}\n  node = 10.148.72.11:9526${text}`);
    expect(correlation.paths).toHaveLength(1);
    expect(correlation.paths[0]?.snat && formatEndpoint(correlation.paths[0].snat.to)).toBe('10.148.72.11:9526');
    expect(correlation.paths[0] && formatEndpoint(correlation.paths[0].client)).toBe('10.148.74.37:48640');
  });

  test('without a handshake the segments tell', async () => {
    const text = HANDSHAKE.split('\n')
      .filter((line) => !/ {2}SA? /.test(line))
      .join('\n')
      .replace('A   ts', 'A   seq=1001 ack=9001 ts');
    const { correlation } = await correlateExchange(NAMES + text);
    expect(correlation.paths).toHaveLength(1);
    expect(correlation.paths[0]?.service && formatEndpoint(correlation.paths[0].service)).toBe('192.168.107.214:15010');
  });

  test('equal ports and overlapping numbers do not make one connection of two', async () => {
    const other = HANDSHAKE.replaceAll('envoy', 'other').replaceAll('seq=1000', 'seq=1100').replaceAll('seq=9000', 'seq=9050');
    const { correlation } = await correlateExchange(
      `${NAMES}${HANDSHAKE.replaceAll(/pilot\+0.9ms:client>pod|pilot:pod>client/g, '')}${other.replaceAll(/pilot\+0.9ms:client>pod|pilot:pod>client/g, '')}`,
    );
    expect(correlation.paths).toHaveLength(2);
  });

  test('a reused port is another path', async () => {
    const again = HANDSHAKE.replaceAll(/^ {2}(\d+)ms/gm, (_, t) => `  ${Number(t) + 500}ms`)
      .replace('seq=1000', 'seq=77000')
      .replace('seq=9000', 'seq=88000');
    const { correlation } = await correlateExchange(NAMES + HANDSHAKE + again);
    expect(correlation.paths).toHaveLength(2);
    expect(correlation.paths.map((p) => p.isn)).toEqual([
      [1000, 9000],
      [77000, 88000],
    ]);
  });
});

describe('leaks', () => {
  const LEAK = `
    40ms   pilot:pod>client   -                        PA  seq=9001 len=1000 ts
    60ms   envoy pod>client                            PA  seq=9001 len=1000 ack=1101 ipid=77 ts=99/1
    60.1ms envoy:client>pod   pilot+0.9ms:client>pod   R   seq=1101 ipid=0`.replaceAll(/.*pilot:pod>client {3}-.*\n/g, '');

  test('a reply with the server’s own address at the client is a leak, and its RST kills the server’s connection', async () => {
    const { correlation, name } = await correlateExchange(NAMES + HANDSHAKE + LEAK);
    expect(correlation.paths).toHaveLength(1);
    expect(correlation.leaks).toHaveLength(1);
    const [leak] = correlation.leaks;
    expect(leak?.kind).toBe('data');
    expect(leak?.expectedSource && formatEndpoint(leak.expectedSource)).toBe('192.168.107.214:15010');
    expect(leak?.bytesBehind).toBe(20_000);
    expect(leak?.twin).not.toBeNull();
    const [reset] = correlation.resets;
    expect(reset?.packets.map(name)).toEqual(['envoy#28', 'pilot#27']);
    expect(reset).toMatchObject({ origin: 'client', effect: 'kills', cause: { kind: 'leaked-packet' } });
    expect(reset?.cause.packet && name(reset.cause.packet)).toBe('envoy#27');
  });

  test('a direct connection to the same pod is no leak', async () => {
    const direct = HANDSHAKE.replaceAll('client>svc', 'direct>pod')
      .replaceAll('svc>client', 'pod>direct')
      .replaceAll('client>pod', 'direct>pod')
      .replaceAll('pod>client', 'pod>direct');
    const moved = direct
      .replaceAll(/^ {2}(\d+)ms/gm, (_, t) => `  ${Number(t) + 100}ms`)
      .replace('seq=1000', 'seq=500000')
      .replace('seq=9000', 'seq=700000');
    const { correlation } = await correlateExchange(`${NAMES}\n  direct = 10.148.74.37:48700${HANDSHAKE}${moved}`);
    expect(correlation.leaks).toEqual([]);
    expect(correlation.paths).toHaveLength(2);
    expect(correlation.paths[1]?.service).toBeNull();
  });

  test('seen at the client alone it is a leak all the same, sent from nowhere that we know', async () => {
    const alone = (NAMES + HANDSHAKE + LEAK).replaceAll(/pilot\+0.9ms:\S+/g, '').replaceAll(/pilot:\S+ +envoy\+0.9ms/g, 'envoy');
    const { correlation } = await correlateExchange(alone);
    expect(correlation.leaks).toHaveLength(1);
    expect(correlation.leaks[0]?.sentAs).toBeNull();
    expect(correlation.paths[0] && formatEndpoint(correlation.paths[0].server)).toBe('10.148.74.34:15010');
  });
});

describe('segments whose numbers say nothing', () => {
  const far =
    '40ms envoy pod>client PA seq=900009001 ack=1101 len=900 ts\n40.1ms envoy:client>pod pilot+0.9ms:client>pod R seq=1101 ipid=0';

  test('the tuple that the server’s tap knows is that connection’s, wherever a segment starts', async () => {
    const { correlation } = await correlateExchange(`${NAMES}${HANDSHAKE}\n${far}`);
    expect(correlation.paths).toHaveLength(1);
    expect(correlation.leaks).toMatchObject([{ kind: 'data', seq: 900009001 }]);
    expect(correlation.resets).toMatchObject([{ origin: 'client', effect: 'kills', cause: { kind: 'leaked-packet' } }]);
    expect(correlation.resets[0]?.packets).toHaveLength(2);
  });
  test('a RST alone under that tuple is a leak of it, and the client has nothing that it could end', async () => {
    const { correlation } = await correlateExchange(`${NAMES}${HANDSHAKE}\n40ms envoy pod>client R seq=4001 ipid=0`);
    expect(correlation.paths).toHaveLength(1);
    expect(correlation.resets).toMatchObject([{ effect: 'ignored' }]);
  });
  test('the same tuple at another time is another connection', async () => {
    const later = far.replaceAll('40ms', '4000s').replaceAll('40.1ms', '4000.1s');
    expect((await correlateExchange(`${NAMES}${HANDSHAKE}\n${later}`)).correlation.paths.length).toBeGreaterThan(1);
  });
});

describe('a connection picked up towards another server', () => {
  test('is a stray of the first, however much was sent there, and its RST is the other server’s', async () => {
    const text = `
      2s envoy:client>svc other+0.9ms:client>pod2 PA seq=1101 ack=29001 len=1000 ts *4/0.01ms
      2.002s other:pod2>client envoy+0.9ms:svc>client R seq=29001 ipid=0 *4/0.01ms`;
    const { correlation } = await correlateExchange(`${NAMES}\n  pod2 = 10.148.74.77:15010${HANDSHAKE}\n${text}`);
    expect(correlation.paths).toHaveLength(1);
    expect(correlation.paths[0] && formatEndpoint(correlation.paths[0].server)).toBe('10.148.74.34:15010');
    expect(new Set(correlation.paths[0]?.strays.map((s) => s.kind))).toEqual(new Set(['rebalanced']));
    expect(correlation.resets[0]).toMatchObject({ origin: 'server', effect: 'kills' });
  });
});

describe('what a RST did at its receiver', () => {
  const rst = async (line: string) => (await correlateExchange(`${NAMES}${HANDSHAKE}\n${line}`)).correlation.resets.at(-1);

  test('exactly the next expected number kills', async () => {
    expect(await rst('50ms envoy:client>svc pilot+0.9ms:client>pod R seq=1101 ipid=0')).toMatchObject({
      effect: 'kills',
      origin: 'client',
    });
  });
  test('in the window but not exact only draws a challenge (RFC 5961)', async () => {
    expect(await rst('50ms envoy:client>svc pilot+0.9ms:client>pod R seq=1111 ipid=0')).toMatchObject({ effect: 'ignored' });
  });
  test('below the window nothing happens', async () => {
    expect(await rst('50ms envoy:client>svc pilot+0.9ms:client>pod R seq=1001 ipid=0')).toMatchObject({ effect: 'ignored' });
  });
  test('the number of the FIN still ends a connection in CLOSE_WAIT', async () => {
    const fin = '45ms pilot:pod>client envoy+0.9ms:svc>client FA ts\n46.5ms envoy:client>svc pilot+0.9ms:client>pod A ts';
    expect(await rst(`${fin}\n50ms pilot:pod>client envoy+0.9ms:svc>client R seq=29001 ipid=0`)).toMatchObject({
      effect: 'kills',
      origin: 'server',
    });
  });
  test('an end that has sent FIN has nothing to lose', async () => {
    const fin = '45ms envoy:client>svc pilot+0.9ms:client>pod FA ts';
    expect(await rst(`${fin}\n50ms pilot:pod>client envoy+0.9ms:svc>client R seq=29001 ipid=0`)).toMatchObject({ effect: 'ignored' });
  });
  test('a RST that the claimed sender’s tap never saw, with another TTL, is forged', async () => {
    const found = await rst('50ms envoy svc>client R seq=29001 ipid=12345 ttl=247');
    expect(found).toMatchObject({ origin: 'middlebox', effect: 'kills', cause: { kind: 'forged' } });
  });
  test('one that comes from nearer than the server is the node’s', async () => {
    const found = await rst('45ms envoy:client>svc PA len=10 ts\n50ms envoy svc>client R seq=29001 ipid=0 ttl=64');
    expect(found).toMatchObject({ origin: 'node', effect: 'kills', cause: { kind: 'no-socket' } });
  });
  test('one that comes from further off than the server is not the node’s, which lies nearer', async () => {
    const found = await rst('50ms envoy svc>client R seq=29001 ipid=0 ttl=60\n60ms pilot:pod>client envoy+0.9ms:svc>client A ts');
    expect(found).toMatchObject({ origin: 'middlebox', cause: { kind: 'forged' } });
  });
  test('one that comes after the end of the receiver’s capture is judged by the next', async () => {
    const late = '13ms envoy client>svc RA seq=1101 ts\n1s envoy client>svc R seq=1101';
    expect((await correlateExchange(`${NAMES}${HANDSHAKE}\n${late}`)).correlation.resets).toMatchObject([
      { effect: 'kills', confidence: 'possible' },
      { effect: 'ignored' },
    ]);
  });
  test('one with ACK right after the last packet that the server’s tap saw is not the server’s either', async () => {
    const killed = '49.5ms pilot client>pod R seq=1101 ipid=7';
    expect(await rst(`${killed}\n50ms envoy svc>client RA seq=29001 ttl=63 ts`)).toMatchObject({
      origin: 'middlebox',
      confidence: 'possible',
    });
    expect(await rst(`1s envoy svc>client RA seq=29001 ttl=63 ts`)).toMatchObject({ origin: 'server' });
  });
});

describe('journeys', () => {
  test('one large packet of the sender and its parts at the receiver are one journey per part', async () => {
    const text = `
      40ms   pilot  pod>client  PA  seq=29001 len=3000 ts=500/7 ipid=500
      40.9ms envoy  svc>client  A   seq=29001 len=1000 ts=500/7 ipid=500
      40.9ms envoy  svc>client  A   seq=30001 len=1000 ts=500/7 ipid=501
      40.9ms envoy  svc>client  PA  seq=31001 len=1000 ts=500/7 ipid=502`;
    const { correlation } = await correlateExchange(NAMES + HANDSHAKE + text);
    const { journeys } = correlation;
    const parts = [...journeys.seq.keys()].filter((j) => (journeys.seq[j] ?? 0) >= 29001);
    expect(parts.map((j) => [journeys.seq[j], journeys.payloadLength[j], (journeys.start[j + 1] ?? 0) - (journeys.start[j] ?? 0)])).toEqual(
      [
        [29001, 1000, 2],
        [30001, 1000, 2],
        [31001, 1000, 2],
      ],
    );
  });

  test('lost after the tap that saw it, injected before the tap that saw it first', async () => {
    const text = `
      40ms   pilot  pod>client  PA  seq=29001 len=1000 ts
      41ms   pilot:pod>client   envoy+0.9ms:svc>client  PA  seq=30001 len=1000 ts
      42ms   envoy  svc>client  R   seq=31001 ttl=200
      99ms   envoy:client>svc   pilot+0.9ms:client>pod  A   ts
      200ms  pilot:pod>client   envoy+0.9ms:svc>client  PA  seq=31001 len=10 ts`;
    const { journeys } = (await correlateExchange(NAMES + HANDSHAKE + text)).correlation;
    const flagsOf = (seq: number, tcp: number): number | undefined =>
      journeys.flags[[...journeys.seq.keys()].find((j) => journeys.seq[j] === seq && ((journeys.tcpFlags[j] ?? 0) & 4) === tcp) ?? -1];
    expect((flagsOf(29001, 0) ?? 0) & J_LOST).toBe(J_LOST);
    expect((flagsOf(30001, 0) ?? 0) & (J_LOST | J_INJECTED)).toBe(0);
    expect((flagsOf(31001, 4) ?? 0) & J_INJECTED).toBe(J_INJECTED);
  });
});

describe('scans', () => {
  test('SYNs that all have one number, as a scanner sends them, are connections of their own', async () => {
    const { correlation } = await correlateExchange(`
      scanner = 10.9.9.9:44444
      web = 10.1.0.1:80
      ssh = 10.1.0.1:22
      dns = 10.1.0.1:53
      0ms node:scanner>web   host+0.1ms:scanner>web   S  seq=7000 ipid=11
      1ms node:scanner>ssh   host+0.1ms:scanner>ssh   S  seq=7000 ipid=12
      2ms node:scanner>dns   host+0.1ms:scanner>dns   S  seq=7000 ipid=13
      3ms host:ssh>scanner   node+0.1ms:ssh>scanner   RA seq=0 ack=7001
      4ms host:web>scanner   node+0.1ms:web>scanner   SA seq=900 ack=7001
      5ms node:scanner>web   host+0.1ms:scanner>web   R  seq=7001 ipid=14`);
    expect(correlation.paths.map((p) => [p.server.port, p.service, p.legs.length])).toEqual([
      [80, null, 2],
      [22, null, 2],
      [53, null, 2],
    ]);
    expect(correlation.leaks).toEqual([]);
    expect(correlation.resets.map((r) => r.origin)).toEqual(['client', 'server']);
  });
});

describe('clocks', () => {
  test('packets in both directions bound the offset', async () => {
    const { correlation } = await correlateExchange(`${NAMES}\n  clock pilot +3700ms${HANDSHAKE}`);
    const [reference, other] = correlation.clocks;
    expect(reference).toMatchObject({ reference: true, offset: 0, uncertainty: 0 });
    expect(Math.abs((other?.offset ?? 0) - 3.7e9)).toBeLessThanOrEqual(other?.uncertainty ?? 0);
    expect(other?.uncertainty).toBeLessThan(1.1e6);
  });

  test('a clock that nothing was matched with is unbounded, never guessed', async () => {
    const { correlation } = await correlateExchange(`${NAMES}
      0ms envoy client>svc S seq=5 ts
      0ms pilot pod>client S seq=777777 ts`);
    expect(correlation.clocks[1]?.uncertainty).toBe(Number.POSITIVE_INFINITY);
    expect(correlation.paths).toHaveLength(2);
  });

  test('captures that the first has nothing to do with are related to each other', async () => {
    const { correlation } = await correlateExchange(`${NAMES}
      clock pilot +3700ms
      other = 10.9.9.9:5000
      dns = 10.96.0.10:53
      0ms elsewhere other>dns S seq=5${HANDSHAKE}`);
    const [elsewhere, envoy, pilot] = correlation.clocks;
    expect([elsewhere?.related, envoy?.related, pilot?.related]).toEqual([0, 1, 1]);
    expect([elsewhere?.uncertainty, envoy?.uncertainty, pilot?.uncertainty]).toEqual([
      0,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect(Math.abs((pilot?.offset ?? 0) - 3.7e9)).toBeLessThan(1.1e6);
    const [path] = correlation.paths.filter((p) => p.legs.length === 2);
    expect((path?.lastTime ?? 0) - (path?.firstTime ?? 0)).toBeLessThan(1e9);
  });

  test('a pinned offset is taken as it is', async () => {
    const { correlateTaps } = await import('../../testing/correlateTaps.ts');
    const { tapExchange } = await import('../../testing/tapExchange.ts');
    const { nanos, tapId } = await import('../model/units.ts');
    const found = correlateTaps(await tapExchange(NAMES + HANDSHAKE), { pinnedOffsets: new Map([[tapId(1), nanos(250_000)]]) });
    expect(found.correlation.clocks[1]).toMatchObject({ offset: 250_000, uncertainty: 0 });
  });
});
