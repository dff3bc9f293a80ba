// Downloads whose truth is known: offload that cuts and merges otherwise at every capture point, losses, repairs cut otherwise, reordering,
// a switch that repeats packets. What became of every octet of every send is kept, and what correlation says is held against it.
import type { RecordSpec } from './captureFiles.ts';
import type { Random } from './mutate.ts';
import { encodeFrame, type SegmentSpec } from './packets.ts';

/** What IP IDs tell: `kept` counts packets on the wire, `rewritten` has others at every capture point, `zero` none, `v6` has no such field. */
export type IpIds = 'kept' | 'rewritten' | 'zero' | 'v6';

export interface Hardships {
  readonly taps: 2 | 3 | 4;
  readonly ids: IpIds;
  readonly hasTimestamps: boolean;
  /** Of a thousand packets on a stretch: so many are lost, so many fall behind, so many come twice. */
  readonly lost: number;
  readonly late: number;
  readonly twice: number;
  /** How long the last queue before the client is at its longest; it swells and drains. Nanos, 0 none. */
  readonly queue?: number;
  /** All in one rack: a round trip of some ten microseconds. */
  readonly isNear?: boolean;
}

/** A packet on the wire, or that packet once more. */
interface Wire {
  readonly send: number;
  readonly copy: number;
  readonly from: number;
  readonly to: number;
  readonly id: number;
  readonly time: number;
}

/** A record, and what it is made of: nothing where it has no payload. */
export interface TrueRecord {
  readonly time: number;
  readonly parts: readonly Wire[];
  readonly spec: RecordSpec;
}

export interface TrueDownload {
  /** By capture point from client to server. */
  readonly taps: readonly (readonly TrueRecord[])[];
}

const START = 1_700_000_000_000_000_000n;
const MSS = 1000;
const FIRST = 5001;
/** A packet takes so long to leave, and so far apart are packets that are merged. Nanos. */
const ON_WIRE = 8_000;
const MERGED_WITHIN = 30_000;
const LATER = 500_000;
const MS = 1e6;

interface Repair {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** A server behind the last capture point sends to a client at the first, which is behind NAT. */
export function download(random: Random, given: Hardships): TrueDownload {
  const { taps: count, ids, hasTimestamps } = given;
  const taps: TrueRecord[][] = Array.from({ length: count }, () => []);
  const clocks = taps.map(() => BigInt(random.below(2_000_000_000)) - 1_000_000_000n);
  const { queue = 0, isNear = false } = given;
  const delays = taps.map(() => (isNear ? 10_000 + random.below(20_000) : 50_000 + random.below(8) ** 2 * 200_000));
  const onWire = isNear ? ON_WIRE / 8 : ON_WIRE;
  /** Swells and drains by a half of what passes in that time, so that nobody overtakes. */
  const queued = (at: number): number => (queue === 0 ? 0 : Math.abs((at % (4 * queue)) - 2 * queue) / 2);
  const merges = taps.map((_, tap) => tap < count - 1 && random.below(3) > 0);
  const hop = (): number => delays.reduce((sum, d) => sum + d, 0);
  const roundTrip = 2 * hop() + queue + (isNear ? 20_000 : 2 * MS);
  const isV6 = ids === 'v6';
  let [id, time, next] = [random.below(65_536), 10 * MS, FIRST];
  const sent: Repair[] = [];
  /** By capture point but the last, which sees what is sent. */
  const passing: Wire[][] = taps.map(() => []);

  const put = (tap: number, at: number, isReply: boolean, segment: Partial<SegmentSpec>, parts: readonly Wire[]): void => {
    const client = isV6 ? '[fd00::1]:40000' : '10.0.0.1:40000';
    const service = isV6 ? '[fd00:96::1]:80' : '10.96.0.1:80';
    const server = tap === 0 ? service : isV6 ? '[fd00:1::9]:8080' : '10.1.0.9:8080';
    const ends = isReply ? { src: server, dst: client } : { src: client, dst: server };
    const ttl = isReply ? 61 + tap : 64 - tap;
    const ipId = ids === 'rewritten' ? Math.imul((segment.ipId ?? 0) + 977 * tap, 0x9e3779b1) >>> 16 : ids === 'kept' ? segment.ipId : 0;
    const bytes = encodeFrame({ win: 5000, ...segment, ...ends, ttl, ipId: (ipId ?? 0) & 0xffff });
    const spec = { time: START + BigInt(Math.round(at)) + (clocks[tap] ?? 0n), bytes, originalLength: bytes.length };
    taps[tap]?.push({ time: at, parts, spec });
  };
  const everywhere = (at: number, isReply: boolean, segment: Partial<SegmentSpec>): void => {
    id++;
    let then = at;
    for (let i = 0; i < count; i++) {
      const tap = isReply ? count - 1 - i : i;
      put(tap, then, isReply, { ...segment, ipId: id }, []);
      then += delays[tap] ?? 0;
    }
  };
  const stamp = (at: number): Partial<SegmentSpec> => (hasTimestamps ? { ts: [10 + Math.floor(at / MS), 2] } : {});

  /** @returns what of it did not arrive */
  const transmit = (at: number, from: number, to: number): Wire[] => {
    const send = sent.push({ at, from, to }) - 1;
    const content = { flags: 'A', ack: 101, ...stamp(at) };
    let wires: Wire[] = [];
    for (let s = from, i = 0; s < to; s += MSS, i++)
      wires.push({ send, copy: 0, from: s, to: Math.min(to, s + MSS), id: ++id, time: at + i * onWire });
    const all = wires;
    put(count - 1, at, true, { ...content, seq: from, payload: to - from, ipId: all[0]?.id ?? 0 }, all);
    for (let tap = count - 2; tap >= 0; tap--) {
      const passed: Wire[] = [];
      for (const wire of wires) {
        if (random.below(1000) < given.lost) continue;
        const late = random.below(1000) < given.late ? random.below(isNear ? LATER / 50 : LATER) : 0;
        const arrived = { ...wire, time: wire.time + (delays[tap] ?? 0) + late + (tap === 0 ? queued(wire.time) : 0) };
        passed.push(arrived);
        if (random.below(1000) < given.twice)
          passed.push({ ...arrived, copy: arrived.copy + tap + 1, time: arrived.time + 2_000 + random.below(isNear ? 2_000 : 20_000) });
      }
      wires = passed.sort((a, b) => a.time - b.time);
      passing[tap]?.push(...wires);
    }
    const arrived = new Set(wires.map((w) => w.from));
    return all.filter((w) => !arrived.has(w.from));
  };

  everywhere(0, false, { flags: 'S', seq: 100, scale: 7, mss: MSS, ...(hasTimestamps ? { ts: [1, 0] as const } : {}) });
  everywhere(3 * MS, true, { flags: 'SA', seq: FIRST - 1, ack: 101, scale: 7, mss: MSS, ...stamp(3 * MS) });
  everywhere(6 * MS, false, { flags: 'A', seq: 101, ack: FIRST, ...stamp(6 * MS) });
  time = 10 * MS + roundTrip;
  const repairs: Repair[] = [];
  const repair = (of: readonly Wire[], at: number): void => {
    for (const { from, to } of of) {
      // By duplicate acknowledgements, or by timer; alone, cut otherwise, or with what was sent beside it.
      const when = at + roundTrip + (random.below(3) > 0 ? random.below(roundTrip / 4) : 200 * MS + random.below(20 * MS));
      const kind = random.below(6);
      if (kind === 0)
        repairs.push({ at: when, from, to: from + ((to - from) >> 1) || to }, { at: when + 20_000, from: from + ((to - from) >> 1), to });
      else if (kind === 1) repairs.push({ at: when, from: Math.max(FIRST, from - random.below(1500)), to: to + random.below(1500) });
      else if (kind === 2) repairs.push({ at: when, from, to: to + random.below(6 * MSS) });
      else repairs.push({ at: when, from, to });
    }
  };
  for (let round = 0; round < 60 || repairs.length > 0; ) {
    repairs.sort((a, b) => b.at - a.at);
    const due = repairs.at(-1);
    if (due !== undefined && (due.at <= time || round >= 60)) {
      repairs.pop();
      if (due.to <= due.from) continue;
      // Nobody sends again what has not been under way for a round trip.
      const latest = sent.reduce((at, s) => (s.from < due.to && s.to > due.from ? Math.max(at, s.at) : at), 0);
      if (due.at < latest + roundTrip) {
        repairs.push({ ...due, at: latest + roundTrip });
        continue;
      }
      time = Math.max(time, due.at);
      repair(transmit(time, due.from, due.to), time);
      next = Math.max(next, due.to);
      time += 5_000 + onWire * Math.ceil((due.to - due.from) / MSS);
      continue;
    }
    round++;
    const to = next + 1 + random.below(20 * MSS);
    const missing = transmit(time, next, to);
    repair(missing, time);
    // Sent again although it arrived: its acknowledgement came late.
    if (random.below(12) === 0) repairs.push({ at: time + roundTrip + 30 * MS, from: next, to: Math.min(to, next + MSS) });
    if (random.below(2) === 0) everywhere(time + hop() + 2 * MS, false, { flags: 'A', seq: 101, ack: next, ...stamp(time) });
    time += onWire * Math.ceil((to - next) / MSS) + (random.below(3) === 0 ? random.below(3 * roundTrip) : 10_000);
    next = to;
  }
  for (let tap = 0; tap < count - 1; tap++) record(tap);
  const end = time + hop() + 500 * MS;
  everywhere(end, true, { flags: 'FA', seq: next, ack: 101, ...stamp(end) });
  everywhere(end + 100 * MS, false, { flags: 'FA', seq: 101, ack: next + 1, ...stamp(end) });
  for (const rows of taps) rows.sort((a, b) => a.time - b.time);
  return { taps };

  /** What passed a capture point, merged where its interface merges: whatever follows at once, carries the next octets and counts on. */
  function record(tap: number): void {
    const wires = (passing[tap] ?? []).sort((a, b) => a.time - b.time);
    for (let i = 0; i < wires.length; ) {
      const parts = [wires[i] as Wire];
      for (i++; i < wires.length && merges[tap]; i++) {
        const [last, wire] = [parts.at(-1) as Wire, wires[i] as Wire];
        if (wire.from !== last.to || wire.time - last.time > (isNear ? MERGED_WITHIN / 8 : MERGED_WITHIN) || parts.length >= 40) break;
        if (last.to - last.from < MSS || (ids === 'kept' && wire.id !== last.id + 1) || random.below(12) === 0) break;
        if (hasTimestamps && wire.send !== last.send) break;
        parts.push(wire);
      }
      const [first, last] = [parts[0] as Wire, parts.at(-1) as Wire];
      put(
        tap,
        last.time,
        true,
        { flags: 'A', ack: 101, seq: first.from, payload: last.to - first.from, ipId: first.id, ...stamp(sent[first.send]?.at ?? 0) },
        parts,
      );
    }
  }
}
