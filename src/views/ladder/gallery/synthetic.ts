// A ladder of any number of packets without the packets: answers windows and counts by arithmetic, to measure what moving costs.
import { J_RETRANSMISSION } from '../../../engine/model/correlation.ts';
import type { Ladder, LadderDensity, LadderFold, LadderPacket, LadderWindow } from '../../../engine/model/ladder.ts';
import { type Direction, journeyId, nanos, ORIGINAL, REPLY, row, tapId } from '../../../engine/model/units.ts';
import type { Engine, QueryAnswer, QueryArgs, QueryName } from '../../../worker/api.ts';
import { CLIENT, Scene, SERVER, SERVICE } from './scene.ts';

/** Nanoseconds from packet to packet. */
const STEP = 4000;
const DECISIVE = 40;

export function syntheticLadder(packets: number): Ladder {
  const scene = new Scene();
  const part = Math.max(1, Math.floor(packets / DECISIVE) - 1);
  const ms = (ordinal: number): number => (ordinal * STEP) / 1e6;
  let at = 0;
  for (let i = 0; i < DECISIVE; i++) {
    const reply = i % 3 !== 0;
    const path: [number, number][] = reply
      ? [
          [0, ms(at)],
          [2, ms(at) + 0.3],
        ]
      : [
          [2, ms(at)],
          [0, ms(at) + 0.3],
        ];
    scene.send(reply ? REPLY : ORIGINAL, { at: path, length: reply ? 1448 : 0, journey: journeyId(at), seq: at * 1448 });
    at++;
    const count = i === DECISIVE - 1 ? packets - at : part;
    if (count <= 0) continue;
    scene.fold(
      ms(at),
      ms(at + count - 1),
      {
        packets: [Math.floor(count / 3), count - Math.floor(count / 3)],
        bytes: [0, count * 960],
        retransmissions: Math.floor(count / 400),
      },
      (t) => 0.4 + 0.5 * Math.abs(Math.sin(t * 7 + i)),
    );
    at += count;
  }
  return scene.done();
}

function packetAt(ordinal: number): LadderPacket {
  const reply = ordinal % 3 !== 0;
  const direction: Direction = reply ? REPLY : ORIGINAL;
  const time = ordinal * STEP;
  const lanes = reply ? [0, 2] : [2, 0];
  return {
    kind: 'packet',
    journey: journeyId(ordinal),
    ordinal,
    path: 0,
    direction,
    reason: 'ordinary',
    sightings: lanes.map((lane, i) => ({
      lane,
      tap: tapId(lane),
      row: row(ordinal),
      frame: ordinal + 1,
      time: nanos(time + i * STEP * 3),
      source: reply ? (i === 0 ? SERVER : SERVICE) : CLIENT,
      destination: reply ? CLIENT : i === 0 ? SERVICE : SERVER,
    })),
    flags: 0x10,
    marks: 0,
    journeyFlags: ordinal % 97 === 0 ? J_RETRANSMISSION : 0,
    seq: (ordinal * 1448) >>> 0,
    ack: 1,
    length: reply ? 1448 : 0,
    window: 65_535,
    windowScaled: true,
    translated: true,
    held: nanos(0),
    leak: null,
    reset: null,
    verdict: null,
  };
}

function densityAt(from: number, to: number, bins: number): LadderDensity {
  const width = (to - from) / bins;
  const count = (i: number): number => Math.max(0, Math.floor(width / STEP)) + (i % 2);
  return {
    from: nanos(from),
    to: nanos(to),
    length: bins,
    packets: Uint32Array.from({ length: bins }, (_, i) => count(i)),
    originalBytes: Float64Array.from({ length: bins }, (_, i) => count(i) * 40),
    replyBytes: Float64Array.from({ length: bins }, (_, i) => count(i) * 900 * (0.4 + 0.6 * Math.abs(Math.sin(i / 11)))),
    retransmissions: Uint32Array.from({ length: bins }, (_, i) => (i % 23 === 0 ? 1 : 0)),
    leaks: new Uint32Array(bins),
    resets: new Uint32Array(bins),
  };
}

const windowAt = (first: number, count: number): LadderWindow => ({
  first,
  packets: Array.from({ length: count }, (_, i) => packetAt(first + i)),
});

/** Answers as the worker would, one turn of the event loop later. */
export function syntheticEngine(ladder: Ladder): Engine {
  const answers: Partial<{ [K in QueryName]: (...args: QueryArgs<K>) => QueryAnswer<K> }> = {
    ladder: () => ladder,
    ladderWindow: (_path, first, count) => windowAt(first, count),
    ladderSpan: (_path, from, to, most) => {
      const first = Math.max(0, Math.ceil(from / STEP));
      const count = Math.max(0, Math.min(ladder.journeys, Math.floor(to / STEP)) - first);
      return { ...windowAt(first, count <= most ? count : 0), count };
    },
    ladderDensity: (_path, from, to, bins) => densityAt(from, to, bins),
    ladderTotals: (_path, from, to) => ({
      from: nanos(from),
      to: nanos(to),
      totals: (ladder.rows.find((r): r is LadderFold => r.kind === 'fold') as LadderFold).totals,
    }),
    ladderPlace: () => null,
  };
  return {
    query: async <K extends QueryName>(name: K, ...args: QueryArgs<K>): Promise<QueryAnswer<K>> => {
      const answer = answers[name];
      if (!answer) throw new Error(`no synthetic answer to ${name}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      return answer(...args);
    },
  };
}
