// What happens to captures on their way to us, done to recorded ones: records lost, late, cut, stepped, stripped. Ethernet and IPv4 in, the same out.
import type { RecordSpec } from './captureFiles.ts';
import { Random } from './mutate.ts';

/** @param last the capture of the last point, nearest to the server */
export interface Hardship {
  readonly name: string;
  /** Are some packets missing afterwards, or there more than once? */
  readonly recounts: boolean;
  readonly apply: (records: readonly RecordSpec[], isLast: boolean) => readonly RecordSpec[];
}

const ETHERNET = 14;
const SECOND = 1_000_000_000n;

export const HARDSHIPS: readonly Hardship[] = [
  { name: 'one capture without its first packet', recounts: true, apply: (r, isLast) => (isLast ? r.slice(1) : r) },
  { name: 'one capture that started late', recounts: true, apply: (r, isLast) => (isLast ? r.slice(Math.floor(r.length / 10)) : r) },
  { name: 'one capture that lost a tenth', recounts: true, apply: (r, isLast) => (isLast ? lossy(r, 10) : r) },
  {
    name: 'a clock that jumps ahead in mid-capture',
    recounts: false,
    apply: (r, isLast) => (isLast ? stepped(r, 23n * (SECOND / 10n)) : r),
  },
  {
    name: 'a clock that is set back in mid-capture',
    recounts: false,
    apply: (r, isLast) => (isLast ? stepped(r, -2n * SECOND) : r),
  },
  {
    name: 'every packet cut behind its TCP header',
    recounts: false,
    apply: (r) => r.map((x) => ({ ...x, bytes: x.bytes.slice(0, 66), originalLength: x.originalLength ?? x.bytes.length })),
  },
  {
    name: 'queues that are written out one after the other, every so often',
    recounts: false,
    apply: (r) => batched(r, 40),
  },
  { name: 'every record twice', recounts: true, apply: (r) => r.flatMap((x) => [x, { ...x, time: x.time + 1000n }]) },
  { name: 'no identification and no timestamps', recounts: false, apply: (r) => r.map(anonymous) },
  {
    name: 'hosts that start with a hop limit of 128',
    recounts: false,
    apply: (r) => r.map((x) => edited(x, (v) => v.setUint8(ETHERNET + 8, v.getUint8(ETHERNET + 8) + 64))),
  },
];

function lossy(records: readonly RecordSpec[], oneIn: number): readonly RecordSpec[] {
  const random = new Random(13);
  return records.filter(() => random.below(oneIn) !== 0);
}

function stepped(records: readonly RecordSpec[], by: bigint): readonly RecordSpec[] {
  const middle = records.length >> 1;
  return records.map((r, i) => (i < middle ? r : { ...r, time: r.time + by }));
}

/** Of every so many records first those from the higher port, then the others. */
function batched(records: readonly RecordSpec[], size: number): readonly RecordSpec[] {
  const port = ({ bytes }: RecordSpec, at: number): number => (bytes[ETHERNET + at] ?? 0) * 256 + (bytes[ETHERNET + at + 1] ?? 0);
  const isUp = (r: RecordSpec): boolean => port(r, 20) > port(r, 22);
  const out: RecordSpec[] = [];
  for (let from = 0; from < records.length; from += size) {
    const batch = records.slice(from, from + size);
    out.push(...batch.filter(isUp), ...batch.filter((r) => !isUp(r)));
  }
  return out;
}

/** Checksums are not put right: nothing between capture and finding looks at them but the rule on bad ones, which needs bytes. */
function edited(record: RecordSpec, edit: (frame: DataView) => void): RecordSpec {
  const view = new DataView(record.bytes.buffer, record.bytes.byteOffset, record.bytes.length);
  if (view.byteLength < ETHERNET + 20 || view.getUint16(12) !== 0x0800) return record;
  const bytes = record.bytes.slice();
  edit(new DataView(bytes.buffer));
  return { ...record, bytes };
}

/** IP identification 0, and NOPs where the timestamp option was. */
function anonymous(record: RecordSpec): RecordSpec {
  return edited(record, (frame) => {
    frame.setUint16(ETHERNET + 4, 0);
    const tcp = ETHERNET + 4 * (frame.getUint8(ETHERNET) & 15);
    if (frame.getUint8(ETHERNET + 9) !== 6 || tcp + 20 > frame.byteLength) return;
    const end = Math.min(frame.byteLength, tcp + 4 * (frame.getUint8(tcp + 12) >> 4));
    for (let at = tcp + 20; at + 1 < end; ) {
      const kind = frame.getUint8(at);
      if (kind === 0) return;
      if (kind === 8) for (let i = at; i < Math.min(end, at + 10); i++) frame.setUint8(i, 1);
      at += kind === 1 || kind === 8 ? 1 : Math.max(2, frame.getUint8(at + 1));
    }
  });
}
