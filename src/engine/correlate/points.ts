// Observation points: a capture point, or each of its interfaces where one file holds several (`-i any`, pcapng with many interfaces), or
// each side of a router where packets were seen before and after it and no interface is told, or each time a packet was seen unchanged.
import type { FlowAnalysis } from '../model/connection.ts';
import type { Workspace } from '../model/correlation.ts';
import { type Encapsulation, IS_TCP, type PacketTable } from '../model/packetTable.ts';
import { type TapId, tapId } from '../model/units.ts';
import { type Copies, findCopies, MOST_COPIES } from './copies.ts';
import { type Hops, inferHops, MOST_HOPS } from './hops.ts';

/** Where packets were seen. Every (point, connection) with rows is a candidate leg; its id is `legBase + connection`. */
export interface Point {
  readonly id: number;
  readonly tap: TapId;
  readonly packets: PacketTable;
  /** Only these encapsulations; null: all of the tap. */
  readonly encapsulations: readonly number[] | null;
  /** Only some rows of a connection belong here: by interface, or by side of a router. */
  readonly isPart: boolean;
  /** The capture point holds packets several times that nothing but their order tells apart. */
  readonly isDealt: boolean;
  /** Rows of connection c in file order: `rows[rowStart[c] … rowStart[c + 1] − 1]`. */
  readonly rowStart: Uint32Array;
  readonly rows: Uint32Array;
  /** Parallel to `rows`: direction of the tuple. */
  readonly direction: Uint8Array;
  /** Row-parallel: see `SegmentTable`. */
  readonly connection: Uint32Array;
  readonly marks: Uint16Array;
  readonly legBase: number;
  readonly connectionCount: number;
}

/** Builds the points of all taps, tap after tap. */
export function buildPoints(workspace: Workspace): readonly Point[] {
  const points: Point[] = [];
  let legBase = 0;
  workspace.taps.forEach((tap, t) => {
    const flow = workspace.flows[t];
    if (flow === undefined) return;
    const count = flow.connections.length;
    for (const { encapsulations, isPart, isDealt, rows, rowStart, direction } of partsOf(tap.packets, flow)) {
      points.push({
        encapsulations,
        isPart,
        isDealt,
        rows,
        rowStart,
        direction,
        id: points.length,
        tap: tapId(t),
        packets: tap.packets,
        connection: flow.segments.connection,
        marks: flow.segments.marks,
        legBase,
        connectionCount: count,
      });
      legBase += count;
    }
  });
  return points;
}

type Part = Pick<Point, 'encapsulations' | 'isPart' | 'isDealt' | 'rows' | 'rowStart' | 'direction'>;

/**
 * Entries of all `rowStart` together: a node with a veth for each pod has hundreds of interfaces, but not beside millions of connections. Where
 * there are more, the last interfaces are one.
 */
const MOST_STARTS = 32_000_000;
/** Interfaces of one host that one connection crosses, bridges and bonds included. Beyond that the numbers mean something else. */
const MOST_CROSSED = 32;

/** Interfaces whose places have numbers of 16 bits. */
const MOST_NUMBERED = 65_536 / (MOST_HOPS * MOST_COPIES);

function partsOf(packets: PacketTable, flow: FlowAnalysis): readonly Part[] {
  const most = Math.max(1, Math.floor(MOST_STARTS / (flow.connections.length + 1)));
  const found = interfaceGroups(packets);
  const groups = found.length <= most ? found : [...found.slice(0, most - 1), found.slice(most - 1).flat()];
  const partOf = new Uint16Array(packets.encapsulations.length).fill(groups.length);
  for (const [g, group] of groups.entries()) for (const e of group) partOf[e] = g;
  const isSplit = groups.length > 1 && !isScattered(flow.segments, packets.encapsulation, partOf, groups.length);
  const interfaceOf = isSplit ? (row: number): number => partOf[packets.encapsulation[row]] : null;
  const isTold = groups.length <= MOST_NUMBERED;
  const hops = isTold ? inferHops(packets, flow, interfaceOf) : null;
  const copies = isTold ? findCopies(packets, flow, interfaceOf) : null;
  const places = hops === null && copies === null ? null : placesOf(flow, interfaceOf, hops, copies, groups.length);
  if (places !== null && places.count <= most) {
    const { column, count, interfaces } = places;
    return divide(flow.segments, column, identity(count), count).map((part, g) => {
      const own = interfaces[g];
      const isWhole = interfaceOf !== null && interfaces.indexOf(own) === interfaces.lastIndexOf(own);
      return { ...part, encapsulations: isWhole ? (groups[own] ?? null) : null, isPart: true, isDealt: copies !== null };
    });
  }
  if (!isSplit) {
    const { rows, rowStart, direction } = flow.segments;
    return [{ rows, rowStart, direction, encapsulations: null, isPart: false, isDealt: false }];
  }
  const parts = divide(flow.segments, packets.encapsulation, partOf, groups.length);
  return parts.map((part, g) => ({ ...part, encapsulations: groups[g] ?? null, isPart: true, isDealt: false }));
}

const identity = (count: number): Uint16Array => Uint16Array.from({ length: count + 1 }, (_, i) => i);

/** Numbers the places at which TCP was seen: by interface, then hops, then copies. */
function placesOf(
  { segments }: FlowAnalysis,
  interfaceOf: ((row: number) => number) | null,
  hops: Hops | null,
  copies: Copies | null,
  interfaces: number,
): { readonly column: Uint16Array; readonly count: number; readonly interfaces: readonly number[] } {
  const column = new Uint16Array(segments.connection.length);
  const numbers = new Int32Array(Math.max(1, interfaces + 1) * MOST_HOPS * MOST_COPIES).fill(-1);
  for (const row of segments.rows) {
    const place = ((interfaceOf?.(row) ?? 0) * MOST_HOPS + (hops?.[row] ?? 0)) * MOST_COPIES + (copies?.[row] ?? 0);
    numbers[place] = 0;
    column[row] = place;
  }
  const of: number[] = [];
  for (const [place, n] of numbers.entries()) {
    if (n < 0) continue;
    numbers[place] = of.length;
    of.push(Math.floor(place / (MOST_HOPS * MOST_COPIES)));
  }
  for (const row of segments.rows) column[row] = numbers[column[row]];
  return { column, count: of.length, interfaces: of };
}

/** The encapsulations of each interface that carries TCP. */
function interfaceGroups(packets: PacketTable): readonly (readonly number[])[] {
  const keyOf = (e: Encapsulation): string => `${e.interfaceId} ${e.interfaceName ?? ''}`;
  if (new Set(packets.encapsulations.map(keyOf)).size < 2) return [];
  const used = new Uint8Array(packets.encapsulations.length);
  for (let row = 0; row < packets.length; row++) if ((packets.flags[row] & IS_TCP) !== 0) used[packets.encapsulation[row]] = 1;
  const byInterface = new Map<string, number[]>();
  packets.encapsulations.forEach((e, i) => {
    if (used[i] === 0) return;
    const key = keyOf(e);
    const list = byInterface.get(key);
    if (list === undefined) byInterface.set(key, [i]);
    else list.push(i);
  });
  return [...byInterface.values()];
}

/** Does some connection stand on more interfaces than any crosses? */
function isScattered({ rows, rowStart }: FlowAnalysis['segments'], column: Uint16Array, partOf: Uint16Array, count: number): boolean {
  if (count <= MOST_CROSSED) return false;
  /** By part: the last connection that was met on it, counted from 1. */
  const met = new Uint32Array(count + 1);
  for (let c = 0; c + 1 < rowStart.length; c++) {
    let crossed = 0;
    for (let i = rowStart[c]; i < rowStart[c + 1]; i++) {
      const part = partOf[column[rows[i]]];
      if (met[part] === c + 1) continue;
      met[part] = c + 1;
      if (++crossed > MOST_CROSSED) return true;
    }
  }
  return false;
}

/** The rows of each part, by connection. @param partOf of the number that `column` has of a row; `count` and above: of none */
function divide(segments: FlowAnalysis['segments'], column: Uint8Array | Uint16Array, partOf: Uint16Array, count: number) {
  const { rows, rowStart, direction } = segments;
  const sizes = new Uint32Array(count + 1);
  for (const row of rows) sizes[partOf[column[row]]]++;
  const parts = Array.from({ length: count }, (_, g) => ({
    rows: new Uint32Array(sizes[g]),
    direction: new Uint8Array(sizes[g]),
    rowStart: new Uint32Array(rowStart.length),
  }));
  const filled = new Uint32Array(count + 1);
  for (let c = 0; c + 1 < rowStart.length; c++) {
    for (let i = rowStart[c]; i < rowStart[c + 1]; i++) {
      const g = partOf[column[rows[i]]];
      if (g >= count) continue;
      parts[g].direction[filled[g]] = direction[i];
      parts[g].rows[filled[g]++] = rows[i];
    }
    for (let g = 0; g < count; g++) parts[g].rowStart[c + 1] = filled[g];
  }
  return parts;
}
