// What happens to a set of captures as a whole: begun late, stopped early, merged, mixed, clocks set. Whatever they then still tell is true.
import type { KnownCapture, KnownRecord, Mishap } from './knownCaptures.ts';
import { Random } from './mutate.ts';

export type Change = (records: readonly KnownRecord[]) => readonly KnownRecord[];

const SECOND = 1_000_000_000n;
const MILLISECOND = 1_000_000n;
const DAY = 86_400n * SECOND;

export const each =
  (change: Change): Mishap['apply'] =>
  (captures) =>
    captures.map((c) => ({ ...c, records: change(c.records) }));
/** @param which index, counted from the end where negative */
export const one =
  (which: number, change: Change): Mishap['apply'] =>
  (captures) => {
    const k = which < 0 ? captures.length + which : which;
    return k < 0 || k >= captures.length ? null : captures.map((c, i) => (i === k ? { ...c, records: change(c.records) } : c));
  };

export const shifted =
  (by: bigint): Change =>
  (records) =>
    records.map((r) => ({ ...r, time: r.time + by }));
const byTime: Change = (records) => records.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));

/** Of the time that a capture took, its last or its first part. */
export function kept(from: number, to: number): Change {
  return (records) => {
    const ordered = byTime(records);
    const [first, last] = [ordered[0]?.time ?? 0n, ordered.at(-1)?.time ?? 0n];
    const at = (share: number): bigint => first + BigInt(Math.round(Number(last - first) * share));
    return records.filter((r) => r.time >= at(from) && r.time <= at(to));
  };
}
export const counted =
  (from: number, to: number): Change =>
  (records) =>
    records.slice(Math.floor(records.length * from), Math.ceil(records.length * to));

export const stepped =
  (share: number, by: bigint): Change =>
  (records) =>
    records.map((r, i) => (i < records.length * share ? r : { ...r, time: r.time + by }));
const coarse =
  (tick: bigint): Change =>
  (records) =>
    records.map((r) => ({ ...r, time: (r.time / tick) * tick }));

/** A mirror port that sends some packets twice. */
export const doubled =
  (oneIn: number, within = 10_000, seed = 3): Change =>
  (records) => {
    const random = new Random(seed);
    return byTime(
      records.flatMap((r) => (random.below(oneIn) === 0 ? [r, { ...r, time: r.time + BigInt(1 + random.below(within)) }] : [r])),
    );
  };

/** Captures merged into one file by their times. */
export function merged(captures: readonly KnownCapture[], isMerged: (c: KnownCapture) => boolean): readonly KnownCapture[] | null {
  const some = captures.filter(isMerged);
  const [first] = some;
  if (first === undefined || some.length < 2 || some.some((c) => c.linkType !== first.linkType)) return null;
  const all = { ...first, point: 'merged', records: byTime(some.flatMap((c) => c.records)) };
  return [all, ...captures.filter((c) => !isMerged(c))];
}

/** Every packet again, so much later. */
export const repeated =
  (after: bigint): Change =>
  (records) =>
    byTime([...records, ...records.map((r) => ({ ...r, time: r.time + after }))]);

/** What a port receives, or sends, of clients or of servers. */
export const oneWay =
  (from: 'client' | 'server'): Change =>
  (records) =>
    records.filter((r) => sourcePort(r) < EPHEMERAL === (from === 'server'));
/** Ports from here on are clients' in the recordings. */
const EPHEMERAL = 32_768;
/** Of TCP in Ethernet and IPv4; Infinity elsewhere. */
function sourcePort({ bytes }: KnownRecord): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.byteLength >= 54 && view.getUint16(12) === 0x0800 ? view.getUint16(14 + 4 * (view.getUint8(14) & 15)) : Infinity;
}
/** A mirror of what both ports of the node receive, or of what both send. */
function mirrored(captures: readonly KnownCapture[], near: 'client' | 'server'): readonly KnownCapture[] | null {
  const halves = captures
    .filter((c) => c.linkType === 1 && isNode(c))
    .map((c) => ({
      ...c,
      records: oneWay((c.point === 'node-envoy') === (near === 'client') ? 'client' : 'server')(c.records),
    }));
  return merged(halves, () => true);
}

const isNode = (c: KnownCapture): boolean => c.point.startsWith('node-');

const BEGUN: readonly Mishap[] = [0.1, 0.3, 0.5, 0.7].flatMap((share) => [
  { name: `all begun late, at ${share}`, apply: each(kept(share, 1)) },
  { name: `all begun late, ${share} of the packets gone`, apply: each(counted(share, 1)) },
  { name: `the first begun late, at ${share}`, apply: one(0, kept(share, 1)) },
  { name: `the second begun late, at ${share}`, apply: one(1, kept(share, 1)) },
  { name: `the last begun late, ${share} of its packets gone`, apply: one(-1, counted(share, 1)) },
  { name: `all over early, at ${share}`, apply: each(kept(0, share)) },
  { name: `the first over early, ${share} of its packets there`, apply: one(0, counted(0, share)) },
  { name: `the last over early, at ${share}`, apply: one(-1, kept(0, share)) },
]);

const PARTS: readonly Mishap[] = [
  { name: 'only the middle of all', apply: each(kept(0.3, 0.6)) },
  {
    name: 'each begun later than the one before',
    apply: (captures) => captures.map((c, i) => ({ ...c, records: kept(0.2 * i, 1)(c.records) })),
  },
  {
    name: 'no two at the same time',
    apply: (captures) => captures.map((c, i) => ({ ...c, records: i % 2 ? counted(0.5, 1)(c.records) : counted(0, 0.5)(c.records) })),
  },
];

const CLOCKS: readonly Mishap[] = [
  { name: 'clocks a day apart', apply: (captures) => captures.map((c, i) => ({ ...c, records: shifted(i % 2 ? DAY : -DAY)(c.records) })) },
  { name: 'microseconds only', apply: each(coarse(1_000n)) },
  { name: 'milliseconds only', apply: each(coarse(MILLISECOND)) },
  ...([-MILLISECOND, 100n * MILLISECOND, -10n * SECOND, 10n * SECOND] as const).flatMap((by) => [
    { name: `the first clock stepped by ${Number(by) / 1e6} ms`, apply: one(0, stepped(0.6, by)) },
    { name: `the last clock stepped by ${Number(by) / 1e6} ms`, apply: one(-1, stepped(0.3, by)) },
    { name: `all clocks stepped by ${Number(by) / 1e6} ms`, apply: each(stepped(0.5, by)) },
  ]),
];

const MIXED: readonly Mishap[] = [
  { name: 'all merged into one file', apply: (captures) => merged(captures, () => true) },
  { name: 'both sides of the node in one file', apply: (captures) => merged(captures.filter(isNode), () => true) },
  {
    name: 'both ends in one file',
    apply: (captures) =>
      merged(
        captures.filter((c) => !isNode(c)),
        () => true,
      ),
  },
  { name: 'some packets mirrored twice', apply: each(doubled(3)) },
  { name: 'files in another order', apply: (captures) => captures.toReversed() },
  {
    name: 'names exchanged',
    apply: (captures) => captures.map((c, i) => ({ ...c, point: captures[captures.length - 1 - i]?.point ?? '' })),
  },
  {
    name: 'all merged into one file, each clock 3 ms ahead of the one before',
    apply: (captures) =>
      merged(
        captures.map((c, i) => ({ ...c, records: shifted(BigInt(3 * i) * MILLISECOND)(c.records) })),
        () => true,
      ),
  },
  {
    name: 'all begun late and merged into one file',
    apply: (captures) =>
      merged(
        captures.map((c) => ({ ...c, records: kept(0.3, 1)(c.records) })),
        () => true,
      ),
  },
  { name: 'every packet again at once', apply: each(repeated(0n)) },
  { name: 'every packet again after 4 ms', apply: each(repeated(4n * MILLISECOND)) },
  { name: 'every packet again after a second', apply: each(repeated(SECOND)) },
  { name: 'a mirror of what the node receives', apply: (captures) => mirrored(captures, 'client') },
  { name: 'a mirror of what the node sends', apply: (captures) => mirrored(captures, 'server') },
];

export const MISHAPS: readonly Mishap[] = [...BEGUN, ...PARTS, ...CLOCKS, ...MIXED];

/** Hours that a clock set to another zone is off. */
const ZONES = [0n, -5n, 8n, 1n, -12n];

export const thinned =
  (oneIn: number, seed = 24_000): Change =>
  (records) => {
    const random = new Random(seed);
    return records.filter(() => random.below(oneIn) !== 0);
  };
/** As several processors write them: each up to so many places late. */
const disordered =
  (places: number): Change =>
  (records) => {
    const random = new Random(7);
    return records
      .map((record, i) => ({ record, place: i + random.below(places * 1000) / 1000 }))
      .sort((a, b) => a.place - b.place)
      .map(({ record }) => record);
  };
/** From that share of the time on. */
export const steppedAt =
  (share: number, by: bigint): Change =>
  (records) => {
    const before = kept(0, share)(records).length;
    return records.map((r, i) => (i < before ? r : { ...r, time: r.time + by }));
  };
/** A clock that is brought to the right time by running too fast or too slow. */
const slewed =
  (ppm: bigint): Change =>
  (records) =>
    records.map((r) => ({ ...r, time: r.time + ((r.time - (records[0]?.time ?? 0n)) * ppm) / 1_000_000n }));

/** What leaves little, or hardly a clock, to go by. Each of these once made something untrue be claimed. */
export const DRASTIC: readonly Mishap[] = [
  { name: 'the first begun late, at 0.9', apply: one(0, kept(0.9, 1)) },
  { name: 'only the last fiftieth', apply: each(counted(0.98, 1)) },
  { name: 'only the last two fifths', apply: each(counted(0.6, 1)) },
  { name: 'only the middle three fifths', apply: each(counted(0.2, 0.8)) },
  { name: 'a third lost at the first point', apply: one(0, thinned(3)) },
  { name: 'records of the first point out of order', apply: one(0, disordered(10)) },
  { name: 'all clocks set back an hour half way', apply: each(stepped(0.5, -3600n * SECOND)) },
  { name: 'all clocks set back an hour early', apply: each(steppedAt(0.3, -3600n * SECOND)) },
  { name: 'all clocks set forward an hour', apply: each(stepped(0.5, 3600n * SECOND)) },
  {
    name: 'clocks of other zones',
    apply: (all) => all.map((c, i) => ({ ...c, records: shifted(3600n * SECOND * (ZONES[i] ?? 0n))(c.records) })),
  },
  { name: 'no times at the first point', apply: one(0, (records) => records.map((r) => ({ ...r, time: 0n }))) },
  { name: 'clocks slewed', apply: (all) => all.map((c, i) => ({ ...c, records: slewed(i % 2 === 0 ? 500n : -500n)(c.records) })) },
];
