// The cases of the gallery: each mark by itself, 2 to 12 lanes, both scales, zoom levels, notes, an open band.
import { DUPLICATE_ACK, KEEP_ALIVE, OUT_OF_ORDER, ZERO_WINDOW } from '../../../engine/model/connection.ts';
import { J_DUPLICATED, J_HELD, J_INJECTED, J_LEAKED, J_LOST, J_RETRANSMISSION } from '../../../engine/model/correlation.ts';
import type { Ladder, LadderPacket } from '../../../engine/model/ladder.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../../engine/model/packetTable.ts';
import { nanos, ORIGINAL, REPLY } from '../../../engine/model/units.ts';
import type { LadderNote } from '../../../figure/noteMarks.ts';
import { incident } from './incident.ts';
import type { PictureProps } from './Picture.tsx';
import { type LaneSpec, type PacketSpec, Scene, SERVICE } from './scene.ts';

export interface GalleryCase {
  readonly id: string;
  readonly title: string;
  readonly zhInDark?: boolean;
  readonly picture: Omit<PictureProps, 'theme' | 'language'>;
}

/** A packet across all lanes of a scene, between two of its own kind so that neighbours are seen as well. */
function single(spec: Partial<PacketSpec>, direction: 0 | 1 = REPLY, whole = true): Ladder {
  const s = new Scene();
  const path = (ms: number): [number, number][] =>
    direction === REPLY
      ? [
          [0, ms],
          [2, ms + 0.3],
        ]
      : [
          [2, ms],
          [0, ms + 0.3],
        ];
  s.send(direction, { at: path(0), length: 1448, seq: 1 });
  s.send(direction, { at: whole ? path(1) : path(1).slice(0, 1), length: 1448, seq: 1449, ...spec });
  s.send(direction === REPLY ? ORIGINAL : REPLY, {
    at:
      direction === REPLY
        ? [
            [2, 2],
            [0, 2.3],
          ]
        : [
            [0, 2],
            [2, 2.3],
          ],
    ack: 2897,
  });
  return s.done();
}

const leak = { kind: 'data' as const, expectedSource: SERVICE, expectedDestination: null, bytesBehind: 5_794_996, twin: null };
const invalid = {
  verdict: 'INVALID' as const,
  reason: 'SEQ is under the lower bound (already ACKed data retransmitted)',
  state: 'ESTABLISHED' as const,
  orderDependent: false,
};

function injected(): Ladder {
  const s = new Scene();
  s.send(REPLY, {
    at: [
      [0, 0],
      [2, 0.3],
    ],
    length: 1448,
  });
  s.send(REPLY, {
    at: [[2, 1]],
    flags: RST,
    journeyFlags: J_INJECTED,
    reason: 'reset',
    reset: { origin: 'middlebox', cause: 'forged', effect: 'kills', confidence: 'certain' },
  });
  s.send(ORIGINAL, {
    at: [[0, 1.1]],
    flags: RST,
    journeyFlags: J_INJECTED,
    reason: 'reset',
    reset: { origin: 'node', cause: 'forged', effect: 'kills', confidence: 'certain' },
  });
  return s.done();
}

function resets(): Ladder {
  const s = new Scene();
  const one = s.send(REPLY, {
    at: [
      [0, 0],
      [2, 0.3],
    ],
    length: 1448,
    flags: PSH | ACK,
    journeyFlags: J_LEAKED,
    leak,
    verdict: invalid,
    reason: 'leak',
  });
  const kill = s.send(ORIGINAL, {
    at: [
      [2, 0.4],
      [0, 0.7],
    ],
    flags: RST,
    translated: false,
    reason: 'reset',
    reset: { origin: 'client', cause: 'leaked-packet', effect: 'kills', confidence: 'certain' },
  });
  const back = s.send(REPLY, {
    at: [
      [0, 1],
      [2, 1.3],
    ],
    flags: RST,
    reason: 'reset',
    reset: { origin: 'server', cause: 'no-socket', effect: 'kills', confidence: 'certain' },
  });
  s.send(REPLY, {
    at: [
      [0, 1.4],
      [2, 1.7],
    ],
    flags: RST,
    reason: 'reset',
    reset: { origin: 'server', cause: 'no-socket', effect: 'ignored', confidence: 'certain' },
  });
  s.send(REPLY, {
    at: [
      [0, 1.8],
      [2, 2.1],
    ],
    flags: RST,
    journeyFlags: J_LEAKED,
    leak: { ...leak, kind: 'rst', bytesBehind: null },
    reason: 'leak',
    reset: { origin: 'server', cause: 'no-socket', effect: 'ignored', confidence: 'certain' },
  });
  s.link('cause', one, kill, 2, 'no-socket');
  s.link('cause', kill, back, 0, 'closes');
  return s.done();
}

function lanes(count: number): Ladder {
  const specs: LaneSpec[] = Array.from({ length: count }, (_, i) => ({
    name: i === 0 ? 'pilot' : i === count - 1 ? 'envoy' : `tap ${i}`,
    role: i === 0 ? 'server' : i === count - 1 ? 'client' : 'node',
  }));
  if (count > 2) specs[Math.floor(count / 2)] = { name: '', role: 'node', kind: 'inferred', nat: true };
  const s = new Scene(specs);
  const seen = specs.map((l, i) => ({ i, inferred: l.kind === 'inferred' })).filter((l) => !l.inferred);
  const path = (reply: boolean, ms: number): [number, number][] => (reply ? seen : [...seen].reverse()).map((l, k) => [l.i, ms + k * 0.05]);
  s.send(ORIGINAL, { at: path(false, 0), flags: SYN, reason: 'handshake' });
  s.send(REPLY, { at: path(true, 1), flags: SYN | ACK, reason: 'handshake' });
  s.send(ORIGINAL, { at: path(false, 2), reason: 'handshake' });
  s.fold(3, 60, { packets: [120, 340], bytes: [4000, 480_000] });
  if (count > 2) s.send(REPLY, { at: path(true, 61), length: 1448, journeyFlags: J_LEAKED, leak, verdict: invalid, reason: 'leak' });
  s.send(ORIGINAL, {
    at: path(false, 63),
    flags: RST,
    translated: false,
    reason: 'reset',
    reset: { origin: 'client', cause: 'leaked-packet', effect: 'kills', confidence: 'certain' },
  });
  return s.done();
}

function oneTap(): Ladder {
  const s = new Scene([
    { name: '', role: 'server', kind: 'inferred' },
    { name: '', role: 'node', kind: 'inferred', nat: true },
    { name: 'envoy', role: 'client' },
  ]);
  s.send(ORIGINAL, { at: [[2, 0]], flags: SYN, reason: 'handshake' });
  s.send(REPLY, { at: [[2, 1]], flags: SYN | ACK, reason: 'handshake' });
  s.fold(2, 40, { packets: [12, 30], bytes: [900, 40_000] });
  s.send(REPLY, { at: [[2, 41]], length: 1448, journeyFlags: J_LEAKED, leak, reason: 'leak' });
  s.send(ORIGINAL, {
    at: [[2, 42]],
    flags: RST,
    translated: false,
    reason: 'reset',
    reset: { origin: 'client', cause: 'leaked-packet', effect: 'kills', confidence: 'likely' },
  });
  return s.done();
}

function crossing(): Ladder {
  const s = new Scene();
  for (let i = 0; i < 6; i++)
    s.send(REPLY, {
      at: [
        [0, i],
        [2, i + 9],
      ],
      length: 1448,
      seq: 1 + i * 1448,
    });
  for (let i = 0; i < 6; i++)
    s.send(ORIGINAL, {
      at: [
        [2, 9.5 + i],
        [0, 18.5 + i],
      ],
      ack: 1449 + i * 1448,
    });
  s.send(REPLY, {
    at: [
      [0, 19],
      [2, 28],
    ],
    flags: FIN | ACK,
  });
  return s.done();
}

/** A fold of eight, open. */
function opened(): Pick<PictureProps, 'ladder' | 'open'> {
  const s = new Scene();
  s.send(ORIGINAL, {
    at: [
      [2, 0],
      [0, 0.3],
    ],
    flags: SYN,
    reason: 'handshake',
  });
  const fold = s.fold(1, 9, { packets: [3, 5], bytes: [0, 7240], retransmissions: 1 });
  s.send(REPLY, {
    at: [
      [0, 10],
      [2, 10.3],
    ],
    flags: FIN | ACK,
    reason: 'end',
  });
  const ladder = s.done();
  const inner = new Scene();
  for (let i = 0; i < 8; i++)
    inner.send(i % 3 === 2 ? ORIGINAL : REPLY, {
      at:
        i % 3 === 2
          ? [
              [2, 1 + i],
              [0, 1.4 + i],
            ]
          : [
              [0, 1 + i],
              [2, 1.4 + i],
            ],
      length: i % 3 === 2 ? 0 : 1448,
      seq: 1 + i * 1448,
      reason: 'ordinary',
      journeyFlags: i === 4 ? J_RETRANSMISSION : 0,
    });
  const packets = inner.rows
    .filter((r): r is LadderPacket => r.kind === 'packet')
    .map((p, i) => ({ ...p, ordinal: fold.first + i, journey: ((p.journey as number) + 500) as LadderPacket['journey'] }));
  return { ladder, open: new Map([[fold.first, [{ first: fold.first, packets }]]]) };
}

function notes(ladder: Ladder): LadderNote[] {
  const packets = ladder.rows.filter((r): r is LadderPacket => r.kind === 'packet');
  const rst = packets.find((p) => p.reset);
  return [
    ...(rst
      ? [
          {
            id: 'a',
            text: 'Pilot log: connection reset, 09:14:02.731. Matches #1992 to the millisecond.',
            on: { kind: 'packet' as const, journey: rst.journey, ordinal: rst.ordinal, label: 'pilot #1992', time: nanos(0) },
          },
        ]
      : []),
    { id: 'b', text: 'Rule push of 12:00 runs here.', on: { kind: 'span', from: nanos(2e6), to: nanos(2114e6) } },
    { id: 'c', text: 'sidecar 1.20', on: { kind: 'lane', lane: 2 } },
  ];
}

export function cases(): readonly GalleryCase[] {
  const small = { width: 720, height: 210, zoom: 1.2 };
  const story = incident();
  return [
    { id: 'incident', title: 'The incident, fitted to one screen', zhInDark: true, picture: { ladder: story, width: 904, height: 860 } },
    {
      id: 'notes',
      title: 'Notes in the margin',
      zhInDark: true,
      picture: { ladder: story, width: 1120, height: 860, notes: notes(story) },
    },
    {
      id: 'notes-narrow',
      title: 'Notes where there is no room for cards',
      picture: { ladder: story, width: 560, height: 700, notes: notes(story) },
    },
    { id: 'incident-time', title: 'The incident in true time', picture: { ladder: story, width: 904, height: 860, scale: 'time' } },
    { id: 'fields', title: 'Zoomed in: fields', picture: { ladder: story, width: 904, height: 700, zoom: 1.9 } },
    { id: 'segment', title: 'Segment and ACK, translated', picture: { ladder: single({}), ...small } },
    {
      id: 'leak',
      title: 'Leak, judged INVALID',
      zhInDark: true,
      picture: {
        ladder: single({ leak, verdict: invalid, journeyFlags: J_LEAKED, reason: 'leak', flags: PSH | ACK }),
        ...small,
        height: 280,
      },
    },
    {
      id: 'leak-unjudged',
      title: 'Leak without a replay',
      picture: { ladder: single({ leak, journeyFlags: J_LEAKED, reason: 'leak' }), ...small, height: 240 },
    },
    {
      id: 'resets',
      title: 'RSTs: past the NAT, translated, ignored, leaked',
      zhInDark: true,
      picture: { ladder: resets(), width: 820, height: 400, zoom: 1.1 },
    },
    {
      id: 'held',
      title: 'Held back',
      picture: {
        ladder: single({
          at: [
            [0, 1],
            [2, 6],
          ],
          held: nanos(4.7e6),
          journeyFlags: J_HELD,
        }),
        ...small,
        height: 260,
      },
    },
    { id: 'lost', title: 'Lost', picture: { ladder: single({ journeyFlags: J_LOST }, REPLY, false), ...small } },
    {
      id: 'dropped',
      title: 'Refused at the node',
      picture: { ladder: single({ verdict: { ...invalid, verdict: 'DROPPED' } }, REPLY, false), ...small, height: 260 },
    },
    { id: 'unseen', title: 'Not seen further on, nobody knows why', picture: { ladder: single({}, REPLY, false), ...small } },
    { id: 'injected', title: 'Injected: by something between, by the node', picture: { ladder: injected(), ...small, height: 240 } },
    {
      id: 'retransmission',
      title: 'Retransmission',
      picture: { ladder: single({ journeyFlags: J_RETRANSMISSION, reason: 'twin' }), ...small },
    },
    { id: 'out-of-order', title: 'Out of order', picture: { ladder: single({ marks: OUT_OF_ORDER }), ...small } },
    { id: 'duplicate-ack', title: 'Duplicate ACK', picture: { ladder: single({ marks: DUPLICATE_ACK, length: 0 }, ORIGINAL), ...small } },
    {
      id: 'zero-window',
      title: 'Zero window',
      picture: { ladder: single({ marks: ZERO_WINDOW, length: 0, window: 0 }, ORIGINAL), ...small },
    },
    { id: 'keep-alive', title: 'Keep-alive', picture: { ladder: single({ marks: KEEP_ALIVE, length: 0 }, ORIGINAL), ...small } },
    {
      id: 'early',
      title: 'Arrives before it was sent, as the clocks stand',
      picture: { ladder: single({ early: nanos(2_100_000) }), ...small },
    },
    { id: 'duplicated', title: 'Seen twice', picture: { ladder: single({ journeyFlags: J_DUPLICATED }), ...small } },
    { id: 'crossing', title: 'A window under way: arrows cross', picture: { ladder: crossing(), width: 820, height: 520, zoom: 1.1 } },
    { id: 'open', title: 'An open band', picture: { ...opened(), width: 820, height: 420, zoom: 1.1 } },
    { id: 'one-tap', title: 'One capture: the rest inferred', picture: { ladder: oneTap(), width: 820, height: 400 } },
    ...[2, 3, 5, 8, 12].map(
      (n): GalleryCase => ({
        id: `lanes-${n}`,
        title: `${n} lanes`,
        picture: { ladder: lanes(n), width: n > 8 ? 1160 : 900, height: 460 },
      }),
    ),
  ];
}
