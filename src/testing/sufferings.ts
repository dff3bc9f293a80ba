// What becomes of whole sets of captures that was nobody's doing at the hosts: records lost, identifications rewritten, headers cut, clocks too
// coarse. What the kernels did stays the truth. Deterministic: each is drawn from a seed of its own.
import type { KnownCapture, KnownRecord, Mishap } from './knownCaptures.ts';
import { one, oneWay } from './mishaps.ts';
import { Random } from './mutate.ts';

export const SUFFERINGS: readonly Mishap[] = [
  { name: 'other IP identifications at every point', apply: each((c, i) => identified(c, drawn(50 + i))) },
  { name: 'IP identifications rewritten before the last point', apply: last((c) => identified(c, drawn(4))) },
  { name: 'a hundredth lost at each point', apply: each((c, i) => without(c, thinned(100, 40 + i))) },
  { name: 'a tenth lost at each point', apply: each((c, i) => without(c, thinned(10, 20 + i))) },
  { name: 'the same tenth lost everywhere', apply: each((c) => without(c, thinned(10, 13))) },
  { name: 'a third lost at the last point', apply: last((c) => without(c, thinned(3, 13))) },
  { name: 'bursts lost at each point', apply: each((c, i) => without(c, torn(8 + i))) },
  { name: 'a middle point that ended half way', apply: middle((c) => ({ ...c, records: c.records.slice(0, c.records.length >> 1) })) },
  { name: 'the first point cut behind 66 octets', apply: (all) => all.map((c, i) => (i === 0 ? cut(c, 66) : c)) },
  { name: 'the first point filtered for what the client sends', apply: one(0, oneWay('client')) },
  { name: 'the last point filtered for what the server sends', apply: one(-1, oneWay('server')) },
  { name: 'everything filtered for what the server sends', apply: each((c) => ({ ...c, records: oneWay('server')(c.records) })) },
  { name: 'the second point filtered for one connection', apply: (all) => all.map((c, i) => (i === 1 ? largestOf(c) : c)) },
  { name: 'everything filtered for SYN, FIN and RST', apply: each((c) => ({ ...c, records: c.records.filter((r) => has(r, c, 0x07)) })) },
  { name: 'times in whole seconds', apply: each((c) => changed(c, (r) => ({ ...r, time: (r.time / SECOND) * SECOND }))) },
  {
    name: 'no checksum filled in',
    apply: each((c) => changed(c, (r) => edited(r, c.linkType, (v, _, tcp) => tcp > 0 && v.setUint16(tcp + 16, 0)))),
  },
];

const SECOND = 1_000_000_000n;

function each(change: (capture: KnownCapture, index: number) => KnownCapture): Mishap['apply'] {
  return (all) => all.map(change);
}
function last(change: (capture: KnownCapture) => KnownCapture): Mishap['apply'] {
  return (all) => all.map((c, i) => (i === all.length - 1 ? change(c) : c));
}
function middle(change: (capture: KnownCapture) => KnownCapture): Mishap['apply'] {
  return (all) => all.map((c, i) => (i === all.length >> 1 ? change(c) : c));
}

const changed = (c: KnownCapture, change: (r: KnownRecord) => KnownRecord): KnownCapture => ({ ...c, records: c.records.map(change) });
const without = (c: KnownCapture, isLost: () => boolean): KnownCapture => ({ ...c, records: c.records.filter(() => !isLost()) });
const cut = (c: KnownCapture, length: number): KnownCapture =>
  changed(c, (r) => ({ ...r, bytes: r.bytes.subarray(0, length), originalLength: r.originalLength ?? r.bytes.length }));
const identified = (c: KnownCapture, next: () => number): KnownCapture =>
  changed(c, (r) => edited(r, c.linkType, (v, ip) => v.setUint16(ip + 4, next())));

function drawn(seed: number): () => number {
  const random = new Random(seed);
  return () => 1 + random.below(65_535);
}

function thinned(oneIn: number, seed: number): () => boolean {
  const random = new Random(seed);
  return () => random.below(oneIn) === 0;
}

/** Ten to thirty records at a time, a tenth of all. */
function torn(seed: number): () => boolean {
  const random = new Random(seed);
  let left = 0;
  return () => {
    if (left > 0) left--;
    else if (random.below(200) === 0) left = 10 + random.below(20);
    else return false;
    return true;
  };
}

const IP_AT: Readonly<Record<number, readonly [type: number, ip: number]>> = { 1: [12, 14], 113: [14, 16], 276: [0, 20] };

/** Changes an IPv4 packet. @param edit `tcp` is where its TCP header starts, 0 where it has none in full */
function edited(record: KnownRecord, linkType: number, edit: (frame: DataView, ip: number, tcp: number) => void): KnownRecord {
  const [type, ip] = IP_AT[linkType] ?? [0, 0];
  const view = new DataView(record.bytes.buffer, record.bytes.byteOffset, record.bytes.length);
  if (ip === 0 || view.byteLength < ip + 20 || view.getUint16(type) !== 0x0800) return record;
  const tcp = ip + 4 * (view.getUint8(ip) & 15);
  const hasTcp = view.getUint8(ip + 9) === 6 && tcp + 20 <= view.byteLength;
  const bytes = record.bytes.slice();
  edit(new DataView(bytes.buffer), ip, hasTcp ? tcp : 0);
  return { ...record, bytes };
}

/** The place of TCP's header in a frame, 0 where it has none in full. */
function tcpOf({ bytes }: KnownRecord, { linkType }: KnownCapture): number {
  const [type, ip] = IP_AT[linkType] ?? [0, 0];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (ip === 0 || view.byteLength < ip + 40 || view.getUint16(type) !== 0x0800 || view.getUint8(ip + 9) !== 6) return 0;
  const tcp = ip + 4 * (view.getUint8(ip) & 15);
  return tcp + 20 <= view.byteLength ? tcp : 0;
}

function has(record: KnownRecord, capture: KnownCapture, flags: number): boolean {
  const tcp = tcpOf(record, capture);
  return tcp === 0 || ((record.bytes[tcp + 13] ?? 0) & flags) !== 0;
}

/** Addresses and ports of a packet, the same for both directions. */
function tupleOf(record: KnownRecord, capture: KnownCapture): string {
  const tcp = tcpOf(record, capture);
  const ip = IP_AT[capture.linkType]?.[1] ?? 0;
  const ends = [0, 1].map((side) =>
    [...record.bytes.subarray(ip + 12 + 4 * side, ip + 16 + 4 * side), ...record.bytes.subarray(tcp + 2 * side, tcp + 2 + 2 * side)].join(),
  );
  return tcp === 0 ? '' : ends.sort().join();
}

/** Of a capture, as whoever knows one connection's addresses and ports would have filtered it. */
function largestOf(c: KnownCapture): KnownCapture {
  const counts = new Map<string, number>();
  for (const r of c.records) counts.set(tupleOf(r, c), (counts.get(tupleOf(r, c)) ?? 0) + 1);
  const [largest] = [...counts].filter(([tuple]) => tuple !== '').sort((a, b) => b[1] - a[1]);
  return largest === undefined ? c : { ...c, records: c.records.filter((r) => tupleOf(r, c) === largest[0]) };
}
