// Lays connections that never were into recorded captures, where and when each capture point would have seen them.
import type { Step, Talk } from './backgroundTraffic.ts';
import type { KnownCapture, KnownRecord } from './knownCaptures.ts';
import { Random } from './mutate.ts';
import { encodeIp, ethernet, type SegmentSpec } from './packets.ts';

/** Nanos from the client to a capture point. */
const NEAR: Readonly<Record<string, number>> = { envoy: 0, 'node-envoy': 30_000 };
const FAR: Readonly<Record<string, number>> = { 'node-pilot': 90_000, pilot: 140_000 };
const TRANSIT = 140_000;
const PAUSE = 60_000;
const MILLISECOND = 1e6;

/** Are these capture points of which it is known what they see? */
export const areKnownPoints = (captures: readonly KnownCapture[]): boolean =>
  captures.every(({ point, linkType }) => linkType === 1 && (point in NEAR || point in FAR));

/** All begin while all captures run; what they have not said when these end is not in them. */
export function amid(captures: readonly KnownCapture[], talks: readonly Talk[], seed: number): readonly KnownCapture[] {
  const random = new Random(seed);
  const spans = captures.map(({ records }) => spanOf(records));
  const from = spans.reduce((a, [first]) => (first > a ? first : a), 0n);
  const until = spans.reduce((a, [, last]) => (last < a ? last : a), spans[0]?.[1] ?? 0n);
  const more = captures.map((): KnownRecord[] => []);
  for (const talk of talks) {
    const start = from + ((until - from) * BigInt(random.below(1000))) / 1000n;
    for (const { step, time, spec } of segmentsOf(talk, random)) {
      captures.forEach(({ point }, k) => {
        const isNear = point in NEAR;
        if (talk.passage === (isNear ? 'far' : 'near')) return;
        const delay = (isNear ? NEAR : FAR)[point] ?? 0;
        const seen = start + BigInt(time + (step.from === 'client' ? delay : TRANSIT - delay));
        if (seen > until) return;
        const ends = [talk.client, isNear ? talk.service : talk.server] as const;
        const [src, dst] = step.from === 'client' ? ends : [ends[1], ends[0]];
        const isForwarded = talk.passage === 'both' && isNear !== (step.from === 'client');
        more[k]?.push({ time: seen, bytes: ethernet(encodeIp({ ...spec, src, dst, ttl: isForwarded ? 63 : 64 })), origin: '' });
      });
    }
  }
  return captures.map((c, k) => ({ ...c, records: merged(c.records, more[k] ?? []) }));
}

function spanOf(records: readonly KnownRecord[]): readonly [bigint, bigint] {
  let [first, last] = [records[0]?.time ?? 0n, records[0]?.time ?? 0n];
  for (const { time } of records) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return [first, last];
}

/** Recorded ones keep their order. */
function merged(recorded: readonly KnownRecord[], others: readonly KnownRecord[]): KnownRecord[] {
  const left = others.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const out: KnownRecord[] = [];
  let i = 0;
  for (const record of recorded) {
    for (let other = left[i]; other !== undefined && other.time < record.time; other = left[i]) {
      out.push(other);
      i++;
    }
    out.push(record);
  }
  return out.concat(left.slice(i));
}

/** One end of a talk. */
interface Speaker {
  readonly first: number;
  next: number;
  heard: number;
  id: number;
  readonly clock: number;
  /** Last timestamp heard. */
  echo: number;
}

interface Segment {
  readonly step: Step;
  /** Nanos since the talk's start, as it leaves. */
  readonly time: number;
  readonly spec: Omit<SegmentSpec, 'src' | 'dst'>;
}

function segmentsOf({ steps, isn, hasTimestamps }: Talk, random: Random): Segment[] {
  const isOpened = steps[0]?.flags === 'S';
  const speaker = (me: 0 | 1): Speaker => ({
    first: isn[me],
    next: isn[me],
    heard: isOpened ? 0 : (isn[1 - me] ?? 0),
    id: 1 + random.below(60_000),
    clock: random.below(2 ** 32),
    echo: 0,
  });
  const ends = { client: speaker(0), server: speaker(1) };
  let time = 0;
  return steps.map((step) => {
    const { flags, payload = 0, after = PAUSE, seq } = step;
    const [me, other] = step.from === 'client' ? [ends.client, ends.server] : [ends.server, ends.client];
    time += after + TRANSIT;
    const length = typeof payload === 'number' ? payload : payload.length;
    const number = flags === 'RA' ? 0 : seq === undefined ? me.next : (me.first + seq) >>> 0;
    const value = (me.clock + Math.floor(time / MILLISECOND)) >>> 0;
    const spec = {
      flags,
      seq: number,
      payload,
      ack: flags.includes('A') ? me.heard : 0,
      ipId: flags === 'R' ? 0 : me.id++ & 0xffff,
      ...(flags === 'R' ? { win: 0 } : {}),
      ...(flags.includes('S') ? { mss: 1460, scale: 7, sackPermitted: true } : {}),
      ...(hasTimestamps && !flags.includes('R') ? { ts: [value, me.echo] as const } : {}),
    };
    if (flags !== 'RA') {
      const end = (number + length + (/[SF]/.test(flags) ? 1 : 0)) >>> 0;
      if (((end - me.next) | 0) > 0) me.next = end;
      other.heard = me.next;
      other.echo = value;
    }
    return { step, time, spec };
  });
}
