// The incident the project was born from, by hand: one delayed segment escapes NAT and resets the connection.
import { J_HELD, J_LEAKED, J_RETRANSMISSION } from '../../../engine/model/correlation.ts';
import type { Ladder } from '../../../engine/model/ladder.ts';
import { ACK, PSH, RST, SYN } from '../../../engine/model/packetTable.ts';
import { nanos, ORIGINAL, REPLY } from '../../../engine/model/units.ts';
import { Scene, SERVICE } from './scene.ts';

export function incident(): Ladder {
  const s = new Scene();
  s.send(ORIGINAL, {
    at: [
      [2, 0],
      [0, 0.21],
    ],
    flags: SYN,
    seq: 0,
    reason: 'handshake',
  });
  s.send(REPLY, {
    at: [
      [0, 0.26],
      [2, 0.44],
    ],
    flags: SYN | ACK,
    seq: 0,
    ack: 1,
    reason: 'handshake',
  });
  s.send(ORIGINAL, {
    at: [
      [2, 0.47],
      [0, 0.66],
    ],
    seq: 1,
    ack: 1,
    reason: 'handshake',
  });
  s.fold(
    1.9,
    2114,
    { packets: [410, 874], bytes: [41_000, 35_459_000], retransmissions: 61, outOfOrder: 212 },
    (t) => 0.35 + 0.6 * Math.abs(Math.sin(t * 9)) * (1 - t * 0.3),
  );
  const held = s.send(REPLY, {
    at: [
      [0, 2114.2, 1490],
      [2, 2526.3, 1991],
    ],
    flags: PSH | ACK,
    seq: 35_512_004,
    length: 1448,
    ack: 41_210,
    held: nanos(411.9e6),
    journeyFlags: J_HELD | J_LEAKED,
    reason: 'leak',
    leak: { kind: 'data', expectedSource: SERVICE, expectedDestination: null, bytesBehind: 5_794_996, twin: null },
    verdict: {
      verdict: 'INVALID',
      reason: 'SEQ is under the lower bound (already ACKed data retransmitted)',
      state: 'ESTABLISHED',
      orderDependent: false,
    },
  });
  const twin = s.send(REPLY, {
    at: [
      [0, 2116.1, 1503],
      [2, 2116.3, 1516],
    ],
    flags: PSH | ACK,
    seq: 35_512_004,
    length: 1448,
    ack: 41_210,
    journeyFlags: J_RETRANSMISSION,
    reason: 'twin',
  });
  s.send(ORIGINAL, {
    at: [
      [2, 2116.34, 1517],
      [0, 2116.5, 1511],
    ],
    seq: 41_210,
    ack: 35_513_452,
  });
  s.fold(2117.8, 2525.9, { packets: [130, 348], bytes: [9_000, 5_791_000] }, (t) => 0.8 - 0.3 * Math.cos(t * 5));
  const rst = s.send(ORIGINAL, {
    at: [
      [2, 2526.36, 1992],
      [0, 2526.55, 1992],
    ],
    flags: RST,
    seq: 41_210,
    reason: 'reset',
    translated: false,
    reset: { origin: 'client', cause: 'leaked-packet', effect: 'kills', confidence: 'certain' },
  });
  const ack = s.send(ORIGINAL, {
    at: [
      [2, 2526.45, 1993],
      [0, 2526.63, 1993],
    ],
    seq: 41_210,
    ack: 41_307_000,
  });
  const second = s.send(REPLY, {
    at: [
      [0, 2526.66, 1994],
      [2, 2526.88, 1994],
    ],
    flags: RST,
    seq: 41_307_000,
    reason: 'reset',
    reset: { origin: 'server', cause: 'no-socket', effect: 'kills', confidence: 'certain' },
  });
  s.fold(2527, 2527.9, { packets: [5, 5], bytes: [0, 0], resets: 5, translated: 10 });
  s.silence(2528, 2731);
  s.link('cause', held, rst, 2, 'no-socket');
  s.link('cause', rst, second, 0, 'closes');
  s.link('twin', twin, held, 2, 'same-bytes');
  void ack;
  return s.done();
}
