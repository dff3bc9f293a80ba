// What becomes of whole sets of captures that was nobody's doing at the hosts: records lost, identifications rewritten, headers cut, clocks too
// coarse. What the kernels did stays the truth. Deterministic: each is drawn from a seed of its own.
import type { KnownCapture, KnownRecord, Mishap } from './knownCaptures.ts';
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
