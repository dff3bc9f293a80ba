// Observation points: a capture point, or each of its interfaces where one file holds several (`-i any`, pcapng with many interfaces).
import type { Workspace } from '../model/correlation.ts';
import { IS_TCP, type PacketTable } from '../model/packetTable.ts';
import { type TapId, tapId } from '../model/units.ts';

/** Where packets were seen. Every (point, connection) with rows is a candidate leg; its id is `legBase + connection`. */
export interface Point {
  readonly id: number;
  readonly tap: TapId;
  readonly packets: PacketTable;
  /** Only these encapsulations; null: all of the tap. */
  readonly encapsulations: readonly number[] | null;
  /** Rows of connection c in file order: `rows[rowStart[c] … rowStart[c + 1] − 1]`. */
  readonly rowStart: Uint32Array;
  readonly rows: Uint32Array;
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
    const groups = interfaceGroups(tap.packets);
    for (const group of groups) {
      const split = group === null ? flow.segments : rowsOn(tap.packets, flow.segments.rows, flow.segments.rowStart, group);
      points.push({
        id: points.length,
        tap: tapId(t),
        packets: tap.packets,
        encapsulations: group,
        rowStart: split.rowStart,
        rows: split.rows,
        legBase,
        connectionCount: count,
      });
      legBase += count;
    }
  });
  return points;
}

/** The encapsulations of each interface that carries TCP; one `null` where a capture has a single interface. */
function interfaceGroups(packets: PacketTable): readonly (readonly number[] | null)[] {
  if (packets.encapsulations.length < 2) return [null];
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
  return byInterface.size < 2 ? [null] : [...byInterface.values()];
}

function rowsOn(packets: PacketTable, rows: Uint32Array, rowStart: Uint32Array, group: readonly number[]) {
  const wanted = new Uint8Array(packets.encapsulations.length);
  for (const e of group) wanted[e] = 1;
  const kept = new Uint32Array(rows.length);
  const start = new Uint32Array(rowStart.length);
  let n = 0;
  for (let c = 0; c + 1 < rowStart.length; c++) {
    for (let i = rowStart[c]; i < rowStart[c + 1]; i++) {
      const row = rows[i];
      if (wanted[packets.encapsulation[row]] === 1) kept[n++] = row;
    }
    start[c + 1] = n;
  }
  return { rows: kept.slice(0, n), rowStart: start };
}
