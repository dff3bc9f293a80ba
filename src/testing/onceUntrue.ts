// Recordings of which something untrue was once claimed, and what had happened to them.
import type { KnownCapture, KnownRecord, Mishap } from './knownCaptures.ts';
import { type Change, counted, doubled, each, kept, merged, one, oneWay, repeated, shifted, steppedAt, thinned } from './mishaps.ts';

const MILLISECOND = 1_000_000n;

const mishap = (name: string, apply: Mishap['apply']): Mishap => ({ name, apply });

const only =
  (point: string): Mishap['apply'] =>
  (captures) =>
    captures.filter((c) => c.point === point);

/** Each its own way, by place. */
const byPlace =
  (change: (place: number) => Change): Mishap['apply'] =>
  (captures) =>
    captures.map((c, i) => ({ ...c, records: change(i)(c.records) }));

/** Files of a ring of ten, of which three were overwritten. */
const torn =
  (...gone: readonly number[]): Change =>
  (records: readonly KnownRecord[]) =>
    records.filter((_, i) => !gone.includes(Math.floor((i * 10) / records.length)));

const ends = (captures: readonly KnownCapture[]): readonly KnownCapture[] => captures.filter((c) => !c.point.startsWith('node-'));

export const ONCE_UNTRUE: readonly (readonly [scenario: string, mishap: Mishap])[] = [
  ['many-flows', mishap('a capture before a slow wire, alone', only('node-pilot'))],
  ['ebay-leak-offload', mishap('a third of the first point mirrored twice', one(0, doubled(3)))],
  ['ebay-leak-4taps', mishap('some of the last point mirrored twice', one(-1, doubled(20, 3_000_000)))],
  ['idle-timeout-client-first-loose0', mishap('a third mirrored twice', each(doubled(3)))],
  ['port-reuse', mishap('a third mirrored twice', each(doubled(3, 30_000)))],
  ['reply-bypasses-nat', mishap('a third of the first point mirrored twice', one(0, doubled(3, 1_000_000)))],
  [
    'geneve-taps',
    mishap('everything again after 4 ms at the last point, alone', (captures) =>
      one(-1, repeated(4n * MILLISECOND))(captures.filter((c) => c.point === 'pilot')),
    ),
  ],
  [
    'geneve-taps',
    mishap(
      'clocks set back a minute, one after the other',
      byPlace((i) => steppedAt(0.1 + 0.3 * i, -60_000n * MILLISECOND)),
    ),
  ],
  [
    'idle-timeout-client-first-loose0',
    mishap('both ends in one file, of the first what it sends', (captures) =>
      merged(one(0, oneWay('client'))(ends(captures)) ?? [], () => true),
    ),
  ],
  [
    'ipvs-idle',
    mishap('first and last in one file, the last begun half way', (captures) =>
      merged(one(-1, kept(0.5, 1))(captures.filter((_, i) => i === 0 || i === captures.length - 1)) ?? [], () => true),
    ),
  ],
  ['ipvs-port-changed-4taps', mishap('only the last twentieth', each(counted(0.95, 1)))],
  [
    'idle-timeout-loose0',
    mishap(
      'a fifth lost at each point',
      byPlace((i) => thinned(5, 4036 + 7 * i)),
    ),
  ],
  ['idle-timeout-loose0', mishap('three files of a ring overwritten', each(torn(3, 5, 8)))],
  [
    'beyond-window',
    mishap(
      'three files of each ring overwritten',
      byPlace((i) => torn(i, (i + 3) % 10, (3 * i + 6) % 10)),
    ),
  ],
  [
    'clock-skew',
    mishap('both ends in one file by clocks that differ, the last begun half way', (captures) =>
      merged(one(-1, kept(0.5, 1))(ends(captures)) ?? [], () => true),
    ),
  ],
  [
    'syn-meets-live-entry',
    mishap(
      'a fifth lost at each point',
      byPlace((i) => thinned(5, 16 + 7 * i)),
    ),
  ],
  [
    'mtu-black-hole',
    mishap(
      'a tenth lost at each point',
      byPlace((i) => thinned(10, 36 + 7 * i)),
    ),
  ],
  ['reply-bypasses-nat', mishap('everything mirrored twice at the first point, out of order', one(0, doubled(1, 1_000_000, 7)))],
  ['ipvs-backend-removed', mishap('all clocks set forward an hour in a pause', each(steppedAt(0.7, 3_600_000n * MILLISECOND)))],
  [
    'many-flows',
    mishap('all merged into one file by clocks 3 s apart', (captures) =>
      merged(
        captures.map((c, i) => ({ ...c, records: shifted(3_000n * BigInt(i) * MILLISECOND)(c.records) })),
        () => true,
      ),
    ),
  ],
];
