// The packet list: which packets of which capture points pass a filter, in order, and the rows of a window of them.
import { formatAddress } from '../model/address.ts';
import { frameOf } from '../model/capture.ts';
import { DUPLICATE_RECORD } from '../model/connection.ts';
import * as J from '../model/correlation.ts';
import type { FilterError, FilterHint } from '../model/filter.ts';
import type { PacketListAnswer, PacketListRequest, PacketRow } from '../model/packetList.ts';
import * as L from '../model/packetList.ts';
import { IS_TCP } from '../model/packetTable.ts';
import { type PacketRef, row as rowOf, tapId } from '../model/units.ts';
import { dissect } from '../wire/dissect/dissect.ts';
import { type BoundFilter, type CompiledFilter, compileFilter, EVERYTHING, filterHints, READ, YES } from './filter/compile.ts';
import { parseFilter } from './filter/parse.ts';
import { concatRows, mergeByTime, type PacketOrder } from './order.ts';
import { dissectedInfo, tcpInfo } from './packetInfo.ts';
import type { PacketReader } from './packetReader.ts';
import { FOUND_LEAK, FOUND_RESET, FOUND_RESET_KILLS } from './rowIndex.ts';
import type { TapView } from './tapView.ts';

export interface ListSource {
  readonly view: TapView;
  readonly reader: PacketReader;
}

/** Rows asked between two looks at the clock; a few milliseconds' worth. */
const CHUNK = 1 << 16;
/** Packets read from files between two looks. */
const READ_CHUNK = 256;

interface Growing {
  rows: Uint32Array;
  length: number;
}

/** One filter over all capture points, running until done. Its results may be looked at while it runs. */
export class PacketScan {
  readonly error: FilterError | null;
  readonly hints: readonly FilterHint[];
  readonly total: number;
  scanned = 0;
  matched = 0;
  unread = 0;
  done = false;
  cancelled = false;
  private readonly sources: readonly ListSource[];
  private readonly found: readonly Growing[];
  private readonly filter: CompiledFilter | null;
  private readonly orders = new Map<string, { readonly matched: number; readonly order: PacketOrder }>();

  constructor(sources: readonly ListSource[], filter: string) {
    this.sources = sources;
    this.total = sources.reduce((sum, s) => sum + s.view.tap.packets.length, 0);
    this.found = sources.map(() => ({ rows: new Uint32Array(1024), length: 0 }));
    const parsed = parseFilter(filter);
    const compiled = !parsed.ok || parsed.value === null ? null : compileFilter(parsed.value);
    this.error = !parsed.ok ? parsed.error : compiled && !compiled.ok ? compiled.error : null;
    this.hints = parsed.ok && parsed.value ? filterHints(parsed.value) : [];
    this.filter = this.error ? null : compiled?.ok ? compiled.value : EVERYTHING;
    if (this.error) this.done = true;
  }

  /** @param pause lets the caller's other work run; called every few milliseconds */
  async run(pause: () => Promise<void>): Promise<void> {
    for (const [i, source] of this.sources.entries()) {
      const bound = this.filter?.(source.view);
      const found = this.found[i];
      if (!bound || !found) return;
      await this.scan(source, bound, found, pause);
      if (this.cancelled) return;
    }
    this.done = true;
  }

  private async scan(source: ListSource, filter: BoundFilter, found: Growing, pause: () => Promise<void>): Promise<void> {
    const { length } = source.view.tap.packets;
    for (let from = 0; from < length; from += CHUNK) {
      const to = Math.min(length, from + CHUNK);
      let read = 0;
      for (let row = from; row < to; row++) {
        const answer = filter.quick(row);
        if (answer === YES || (answer === READ && (await this.readMatches(source, filter, row)))) {
          if (found.length === found.rows.length) found.rows = grown(found.rows);
          found.rows[found.length++] = row;
          this.matched++;
        }
        if (answer === READ && ++read % READ_CHUNK === 0) {
          this.scanned = this.before(source) + row + 1;
          await pause();
          if (this.cancelled) return;
        }
      }
      this.scanned = this.before(source) + to;
      await pause();
      if (this.cancelled) return;
    }
  }

  /** Packets of the capture points before this one. */
  private before(source: ListSource): number {
    let sum = 0;
    for (const s of this.sources) {
      if (s === source) break;
      sum += s.view.tap.packets.length;
    }
    return sum;
  }

  private async readMatches(source: ListSource, filter: BoundFilter, row: number): Promise<boolean> {
    const packet = await source.reader.read(row);
    if (!packet) {
      this.unread++;
      return false;
    }
    return filter.deep(row, dissect(packet.bytes, packet.linkType, packet.originalLength), packet.bytes);
  }

  /** What was found so far, in order. */
  order(sort: PacketListRequest['sort']): PacketOrder {
    const known = this.orders.get(sort);
    if (known && known.matched === this.matched) return known.order;
    const taps = this.sources.map((s, i) => {
      const found = this.found[i] ?? { rows: new Uint32Array(0), length: 0 };
      return { tap: s.view.id, rows: found.rows.subarray(0, found.length), time: s.view.time };
    });
    const order = sort === 'tap' ? concatRows(taps) : mergeByTime(taps);
    this.orders.set(sort, { matched: this.matched, order });
    return order;
  }
}

function grown(rows: Uint32Array): Uint32Array {
  const larger = new Uint32Array(rows.length * 2);
  larger.set(rows);
  return larger;
}

/** Most rows a window may ask for: what a tall screen shows, twice. */
const WINDOW_LIMIT = 500;

export async function listWindow(scan: PacketScan, sources: readonly ListSource[], request: PacketListRequest): Promise<PacketListAnswer> {
  const order = scan.order(request.sort);
  const from = Math.max(0, Math.min(request.from, order.length));
  const count = Math.min(WINDOW_LIMIT, request.count, order.length - from);
  const at = (i: number): number => (request.descending ? order.length - 1 - i : i);
  const rows: PacketRow[] = [];
  let before = from > 0 ? timeAt(sources, order, at(from - 1)) : null;
  for (let i = from; i < from + count; i++) {
    const source = sources.find((s) => s.view.id === order.tap[at(i)]);
    if (!source) continue;
    const packet = await packetRow(source, order.row[at(i)], before);
    before = packet.time;
    rows.push(packet);
  }
  const { error, hints, total, scanned, done, unread } = scan;
  return { error, hints, total, scanned, done, matched: order.length, from, rows, unread };
}

const timeAt = (sources: readonly ListSource[], order: PacketOrder, i: number): number | null =>
  sources.find((s) => s.view.id === order.tap[i])?.view.time(order.row[i]) ?? null;

/** Where a packet stands in the list; −1 where the filter leaves it out. */
export function positionOf(scan: PacketScan, request: Pick<PacketListRequest, 'sort' | 'descending'>, packet: PacketRef): number {
  const order = scan.order(request.sort);
  for (let i = 0; i < order.length; i++) {
    if (order.row[i] === packet.row && order.tap[i] === packet.tap) return request.descending ? order.length - 1 - i : i;
  }
  return -1;
}

/** The packet at a place of the list. */
export function packetAt(scan: PacketScan, request: Pick<PacketListRequest, 'sort' | 'descending'>, position: number): PacketRef | null {
  const order = scan.order(request.sort);
  if (position < 0 || position >= order.length) return null;
  const i = request.descending ? order.length - 1 - position : position;
  return { tap: tapId(order.tap[i]), row: rowOf(order.row[i]) };
}

/** When a capture point says it recorded a packet: nanoseconds since 1970. */
export const ownTimeOf = ({ tap: { packets } }: TapView, row: number): bigint => packets.epoch + BigInt(Math.round(packets.time[row]));

/** @param before time of the row above in the list */
export async function packetRow({ view, reader }: ListSource, row: number, before: number | null): Promise<PacketRow> {
  const { packets } = view.tap;
  const time = view.time(row);
  const { source, destination, protocol, info } = await describe({ view, reader }, row);
  return {
    tap: view.id,
    row: rowOf(row),
    frame: frameOf(view.tap, row).frame,
    time,
    ownTime: ownTimeOf(view, row),
    delta: before === null ? 0 : time - before,
    source,
    destination,
    protocol,
    length: packets.originalLength[row],
    info,
    verdict: VERDICTS[view.index.verdict[row]] ?? '',
    marks: marksOf(view, row),
    analysis: view.flow.segments.marks[row] ?? 0,
  };
}

const VERDICTS: readonly string[] = ['', 'NEW', 'ESTABLISHED', 'IGNORED', 'INVALID', 'DROPPED'];

async function describe({ view, reader }: ListSource, row: number) {
  const { packets } = view.tap;
  if (packets.flags[row] & IS_TCP) {
    const tuple = packets.tuple[row] >>> 1;
    const a = formatAddress(packets.addresses, packets.tuples.a[tuple]);
    const b = formatAddress(packets.addresses, packets.tuples.b[tuple]);
    const [source, destination] = packets.tuple[row] & 1 ? [b, a] : [a, b];
    return { source, destination, protocol: 'TCP', info: tcpInfo(view, row) };
  }
  try {
    const packet = await reader.read(row);
    if (packet) return dissectedInfo(dissect(packet.bytes, packet.linkType, packet.originalLength));
  } catch {
    // The file went away: the row says what the table knows, and the inspector says why there is no more.
    return { source: '', destination: '', protocol: '?', info: '' };
  }
  return { source: '', destination: '', protocol: '?', info: '' };
}

const JOURNEY_MARKS: readonly (readonly [number, number])[] = [
  [J.J_LOST, L.M_LOST],
  [J.J_INJECTED, L.M_INJECTED],
  [J.J_HELD, L.M_HELD],
  [J.J_DUPLICATED, L.M_DUPLICATED],
  [J.J_TRANSLATED, L.M_TRANSLATED],
  [J.J_STRAY, L.M_STRAY],
  [J.J_LEAKED, L.M_LEAKED],
];

export function marksOf(view: TapView, row: number): number {
  const flags = view.index.flags[row];
  const found = view.index.found[row];
  let marks = 0;
  for (const [from, to] of JOURNEY_MARKS) if (flags & from) marks |= to;
  if (view.flow.segments.marks[row] & DUPLICATE_RECORD) marks |= L.M_DUPLICATED;
  if (found & FOUND_LEAK) marks |= L.M_LEAK;
  if (found & FOUND_RESET) marks |= L.M_RESET;
  if (found & FOUND_RESET_KILLS) marks |= L.M_RESET_KILLS;
  return marks;
}
