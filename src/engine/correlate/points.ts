// Observation points: a capture point, or each of its interfaces where one file holds several (`-i any`, pcapng with many interfaces), or
// each side of a router where packets were seen before and after it and no interface is told.
import type { FlowAnalysis } from '../model/connection.ts';
import type { Workspace } from '../model/correlation.ts';
import { IS_TCP, type PacketTable } from '../model/packetTable.ts';
import { type TapId, tapId } from '../model/units.ts';
import { inferSides } from './sides.ts';

/** Where packets were seen. Every (point, connection) with rows is a candidate leg; its id is `legBase + connection`. */
export interface Point {
  readonly id: number;
  readonly tap: TapId;
  readonly packets: PacketTable;
  /** Only these encapsulations; null: all of the tap. */
  readonly encapsulations: readonly number[] | null;
  /** Only some rows of a connection belong here: by interface, or by side of a router. */
  readonly isPart: boolean;
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
    for (const part of partsOf(tap.packets, flow)) {
      const split = part.column === null ? flow.segments : rowsWhere(flow.segments, part.column, part.wanted);
      points.push({
        id: points.length,
        tap: tapId(t),
        packets: tap.packets,
        encapsulations: part.encapsulations,
        isPart: part.column !== null,
        rowStart: split.rowStart,
        rows: split.rows,
        direction: split.direction,
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

/** A part of a capture: the rows whose entry in `column` is wanted; no column: all. */
interface Part {
  readonly encapsulations: readonly number[] | null;
  readonly column: Uint8Array | Uint16Array | null;
  readonly wanted: Uint8Array;
}

function partsOf(packets: PacketTable, flow: FlowAnalysis): readonly Part[] {
  const groups = interfaceGroups(packets);
  if (groups.length > 1)
    return groups.map((group) => {
      const wanted = new Uint8Array(packets.encapsulations.length);
      for (const e of group) wanted[e] = 1;
      return { encapsulations: group, column: packets.encapsulation, wanted };
    });
  const sides = inferSides(packets, flow);
  if (sides === null) return [{ encapsulations: null, column: null, wanted: new Uint8Array() }];
  return [Uint8Array.of(1, 0), Uint8Array.of(0, 1)].map((wanted) => ({ encapsulations: null, column: sides, wanted }));
}

/** The encapsulations of each interface that carries TCP. */
function interfaceGroups(packets: PacketTable): readonly (readonly number[])[] {
  if (packets.encapsulations.length < 2) return [];
  const used = new Uint8Array(packets.encapsulations.length);
  for (let row = 0; row < packets.length; row++) if ((packets.flags[row] & IS_TCP) !== 0) used[packets.encapsulation[row]] = 1;
  const byInterface = new Map<string, number[]>();
  packets.encapsulations.forEach((e, i) => {
    if (used[i] === 0) return;
    const key = `${e.interfaceId} ${e.interfaceName ?? ''}`;
    const list = byInterface.get(key);
    if (list === undefined) byInterface.set(key, [i]);
    else list.push(i);
  });
  return [...byInterface.values()];
}

function rowsWhere({ rows, rowStart, direction }: FlowAnalysis['segments'], column: Uint8Array | Uint16Array, wanted: Uint8Array) {
  const kept = new Uint32Array(rows.length);
  const directions = new Uint8Array(rows.length);
  const start = new Uint32Array(rowStart.length);
  let n = 0;
  for (let c = 0; c + 1 < rowStart.length; c++) {
    for (let i = rowStart[c]; i < rowStart[c + 1]; i++) {
      const row = rows[i];
      if (wanted[column[row]] !== 1) continue;
      directions[n] = direction[i];
      kept[n++] = row;
    }
    start[c + 1] = n;
  }
  return { rows: kept.slice(0, n), direction: directions.slice(0, n), rowStart: start };
}
