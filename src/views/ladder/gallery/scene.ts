// Hand-built ladders for the gallery and the tests: `scene([...]).send(...)` reads like the exchange it draws.
import type { Endpoint } from '../../../engine/model/address.ts';
import type {
  Ladder,
  LadderFinding,
  LadderFold,
  LadderLane,
  LadderLink,
  LadderPacket,
  LadderRow,
  LadderSighting,
  LadderTotals,
} from '../../../engine/model/ladder.ts';
import { type Direction, journeyId, nanos, ORIGINAL, pathId, row, tapId } from '../../../engine/model/units.ts';

export const endpoint = (text: string): Endpoint => {
  const colon = text.lastIndexOf(':');
  return { address: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
};

export const CLIENT = endpoint('10.148.74.37:48640');
export const SERVICE = endpoint('192.168.107.214:15010');
export const SERVER = endpoint('10.148.74.34:15010');
const MS = 1e6;

export interface LaneSpec {
  readonly name: string;
  readonly kind?: LadderLane['kind'];
  readonly role: LadderLane['role'];
  readonly nat?: boolean;
}

export const THREE: readonly LaneSpec[] = [
  { name: 'pilot', role: 'server' },
  { name: 'kube-proxy', role: 'node', kind: 'inferred', nat: true },
  { name: 'envoy', role: 'client' },
];

export type PacketSpec = Partial<Omit<LadderPacket, 'kind' | 'sightings'>> & {
  /** Milliseconds at each lane it was seen at: `{ 2: 0, 0: 0.05 }`, in order of travel. */
  readonly at: readonly (readonly [lane: number, ms: number, frame?: number])[];
};

const NO_TOTALS: LadderTotals = {
  packets: [0, 0],
  bytes: [0, 0],
  retransmissions: 0,
  outOfOrder: 0,
  duplicateAcks: 0,
  zeroWindows: 0,
  keepAlives: 0,
  leaks: 0,
  resets: 0,
  lost: 0,
  injected: 0,
  held: 0,
  translated: 0,
  untranslated: 0,
  acknowledged: true,
};

export class Scene {
  readonly rows: LadderRow[] = [];
  readonly links: LadderLink[] = [];
  readonly findings: LadderFinding[] = [];
  private ordinal = 0;
  private frames = new Map<number, number>();
  readonly lanes: readonly LadderLane[];

  constructor(lanes: readonly LaneSpec[] = THREE) {
    this.lanes = lanes.map((l, i) => ({
      id: l.kind === 'inferred' ? (l.nat ? 'nat' : l.role) : `tap:${i}`,
      kind: l.kind ?? 'observed',
      role: l.role,
      tap: l.kind === 'inferred' ? null : tapId(i),
      name: l.name,
      endpoint: l.role === 'client' ? CLIENT : l.role === 'server' ? SERVER : null,
      translation: l.nat ? { from: SERVICE, to: SERVER } : null,
      from: l.kind === 'inferred' ? ['pilot', 'envoy'] : [`${l.name}.pcap`],
    }));
  }

  private get nat(): number {
    return this.lanes.findIndex((l) => l.translation);
  }

  /** Adds a packet; addresses follow from direction and side of the NAT unless it leaked. */
  send(direction: Direction, spec: PacketSpec): LadderPacket {
    const journey = spec.journey ?? journeyId(1000 + this.rows.length);
    const sightings = spec.at.map(([lane, ms, frame], i): LadderSighting => {
      const f = frame ?? (this.frames.get(lane) ?? 0) + 1;
      this.frames.set(lane, f);
      const clientSide = this.nat >= 0 && (lane > this.nat || (lane === this.nat && (direction === ORIGINAL) === (i === 0)));
      const server = clientSide && !spec.leak && spec.translated !== false ? SERVICE : SERVER;
      const [source, destination] = direction === ORIGINAL ? [CLIENT, server] : [server, CLIENT];
      return { lane, tap: tapId(lane), row: row(f - 1), frame: f, time: nanos(ms * MS), source, destination };
    });
    const packet: LadderPacket = {
      kind: 'packet',
      path: 0,
      direction,
      reason: 'context',
      flags: 0x10,
      marks: 0,
      journeyFlags: 0,
      seq: 1,
      ack: 1,
      length: 0,
      window: 29_312,
      windowScaled: true,
      translated: this.nat >= 0 && !spec.leak,
      held: nanos(0),
      leak: null,
      reset: null,
      verdict: null,
      ...spec,
      journey,
      ordinal: this.ordinal++,
      sightings,
    };
    this.rows.push(packet);
    return packet;
  }

  fold(fromMs: number, toMs: number, totals: Partial<LadderTotals>, shape: (part: number) => number = () => 1): LadderFold {
    const all = { ...NO_TOTALS, translated: 1, ...totals };
    const count = all.packets[0] + all.packets[1];
    const slices = 28;
    const curve = Float32Array.from({ length: slices }, (_, i) => shape(i / (slices - 1)));
    const again = Uint32Array.from({ length: slices }, (_, i) => (all.retransmissions > 0 && i % 5 === 2 ? 1 + (i % 3) : 0));
    const fold: LadderFold = {
      kind: 'fold',
      first: this.ordinal,
      count,
      from: nanos(fromMs * MS),
      to: nanos(toMs * MS),
      totals: all,
      longestPause: nanos(0),
      profile: { reply: curve, original: curve.map((v) => v * 0.12), retransmissions: again },
    };
    this.ordinal += count;
    this.rows.push(fold);
    return fold;
  }

  silence(fromMs: number, toMs: number): void {
    this.rows.push({ kind: 'silence', from: nanos(fromMs * MS), to: nanos(toMs * MS) });
  }

  link(kind: LadderLink['kind'], from: LadderPacket, to: LadderPacket, lane: number, says: LadderLink['says']): void {
    this.links.push({ kind, from: from.journey, to: to.journey, lane, says });
  }

  done(): Ladder {
    const times = this.rows.flatMap((r) =>
      r.kind === 'packet' ? r.sightings.map((s) => s.time) : r.kind === 'opening' ? [r.from] : [r.from, r.to],
    );
    const [first, last] = [nanos(Math.min(...times)), nanos(Math.max(...times))];
    return {
      epoch: 1_766_567_642_000_000_000n,
      firstTime: first,
      lastTime: last,
      lanes: this.lanes,
      folded: [],
      paths: [
        {
          path: pathId(0),
          client: CLIENT,
          service: this.nat >= 0 ? SERVICE : null,
          server: SERVER,
          isn: [0, 0],
          firstTime: first,
          lastTime: last,
          journeys: this.ordinal,
        },
      ],
      rows: this.rows,
      links: this.links,
      findings: this.findings,
      journeys: this.ordinal,
    };
  }
}
