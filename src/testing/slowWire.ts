// A slow wire laid into recorded captures: every host keeps its order of events, what crosses the wire takes longer, and answers come that much later.
import type { KnownCapture } from './knownCaptures.ts';
import { Random } from './mutate.ts';

const ETHERNET = 14;

interface Event {
  readonly capture: number;
  readonly index: number;
  readonly time: bigint;
  readonly isFar: boolean;
  /** Of a TCP packet: what is the same at every point, and whether it leaves the side that it is seen on. */
  readonly segment: { readonly key: string; readonly leaves: boolean } | null;
}

/** @param isFar does a point stand beyond the wire? @param delay one way, Nanos; a tenth of it more or less for each packet */
export function overSlowWire(
  captures: readonly KnownCapture[],
  isFar: (point: string) => boolean,
  servicePort: number,
  delay: number,
): readonly KnownCapture[] {
  const random = new Random(5);
  const events = captures.flatMap(({ point, records }, capture) =>
    records.map(
      ({ time, bytes }, index): Event => ({
        capture,
        index,
        time,
        isFar: isFar(point),
        segment: segmentOf(bytes, isFar(point), servicePort),
      }),
    ),
  );
  events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  /** By how much the events of each side come later. */
  const later = { near: 0, far: 0 };
  const sent = new Map<string, number>();
  const moved = captures.map(({ records }) => [...records]);
  for (const { capture, index, time, isFar: far, segment } of events) {
    const side = far ? 'far' : 'near';
    const left = segment === null ? undefined : sent.get(segment.key);
    if (segment?.leaves) sent.set(segment.key, later[side]);
    else if (left !== undefined) later[side] = Math.max(later[side], left + delay + random.below(delay / 10));
    const record = captures[capture]?.records[index];
    const list = moved[capture];
    if (record && list) list[index] = { ...record, time: time + BigInt(Math.round(later[side])) };
  }
  return captures.map((c, k) => ({ ...c, records: moved[k] ?? [] }));
}

function segmentOf(bytes: Uint8Array, isFar: boolean, servicePort: number): Event['segment'] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.byteLength < ETHERNET + 40 || view.getUint16(12) !== 0x0800 || view.getUint8(ETHERNET + 9) !== 6) return null;
  const tcp = ETHERNET + 4 * (view.getUint8(ETHERNET) & 15);
  const isFromServer = view.getUint16(tcp) === servicePort;
  const numbers = [view.getUint32(tcp + 4), view.getUint32(tcp + 8), view.getUint16(ETHERNET + 2), view.getUint16(ETHERNET + 4)];
  return { key: [...numbers, view.getUint8(tcp + 13), isFromServer].join(' '), leaves: isFar === isFromServer };
}
