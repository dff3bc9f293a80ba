import { expect, test } from 'vitest';
import { ACK, HAS_TS, IS_ICMP_ERROR, IS_TCP, PSH, RST, SYN } from '../engine/model/packetTable.ts';
import { tapExchange } from './tapExchange.ts';

const TEXT = `
  client = 10.148.74.37:48640
  svc    = 192.168.107.214:15010
  pod    = 10.148.74.34:15010
  clock pilot +3s 100ppm
  0ms    envoy:client>svc   pilot+0.2ms:client>pod   S   seq=1000 win=64240 mss=1460 ws=7 sackok ts
  1ms    pilot:pod>client   envoy+0.2ms:svc>client   SA  seq=9000 ws=7 ts
  2ms    envoy:client>svc   pilot+0.2ms:client>pod   A   ts
  3ms    pilot:pod>client   envoy+0.2ms:svc>client   PA  len=100 *3/1ms
  90ms   envoy              pod>client               PA  seq=9001 len=100     # a leak
  91ms   envoy:client>pod   pilot+0.2ms:client>pod   R   seq=1001 ipid=0
  92ms   envoy 10.0.0.1:0>client  ICMP3/4 of=client>svc seq=1001 mtu=1400
`;

test('each tap is a capture of what it saw, in its own time and with its own tuples', async () => {
  const [envoy, pilot] = await tapExchange(TEXT);
  expect(envoy?.packets.length).toBe(9);
  expect(pilot?.packets.length).toBe(7);
  expect(Array.from(pilot?.packets.time ?? [])[1]).toBeCloseTo(800_080, -1);
  expect(Number((pilot?.packets.epoch ?? 0n) - (envoy?.packets.epoch ?? 0n))).toBeGreaterThan(3e9);
  // client>svc, client>pod at one tap; client>pod alone at the other.
  expect(envoy?.packets.tuples.length).toBe(3);
  expect(pilot?.packets.tuples.length).toBe(2);
});

test('numbers left out go on where each side stands', async () => {
  const [envoy] = await tapExchange(TEXT);
  const p = envoy?.packets;
  if (!p) throw new Error('no tap');
  expect(Array.from(p.seq)).toEqual([1000, 9000, 1001, 9001, 9101, 9201, 9001, 1001, 0]);
  expect(Array.from(p.ack).slice(0, 7)).toEqual([0, 1001, 9001, 1001, 1001, 1001, 1001]);
  expect(p.flags[0]).toBe(SYN | IS_TCP | HAS_TS);
  expect(p.flags[3]).toBe(PSH | ACK | IS_TCP);
  expect(p.flags[7]).toBe(RST | IS_TCP);
  expect(p.flags[8]).toBe(IS_ICMP_ERROR);
  expect(p.tuple[8]).toBe(p.tuple[0]);
  expect(p.icmpErrors.mtu[0]).toBe(1400);
  expect(p.icmpErrors.seq[0]).toBe(1001);
  expect(p.synOptions.mss[0]).toBe(1460);
  expect(p.synOptions.windowScale[1]).toBe(7);
  // A leak of the same octets has the same fingerprint; its IP ID is another packet's.
  expect(p.fingerprint[6]).toBe(p.fingerprint[3]);
  expect(p.ipId[6]).not.toBe(p.ipId[3]);
  expect(p.tsecr[1]).toBe(p.tsval[0]);
});

test('a wrong line is named', async () => {
  await expect(tapExchange('0ms nonsense')).rejects.toThrow(/line 1/);
});
