// Packets of several capture points in one order of time: merges runs that are in order already, which almost all are.

/** Parallel columns: packet i is row `row[i]` of tap `tap[i]`. */
export interface PacketOrder {
  readonly length: number;
  readonly tap: Uint8Array;
  readonly row: Uint32Array;
}

/** Rows of one capture point, ascending. */
export interface TapRows {
  readonly tap: number;
  readonly rows: Uint32Array;
  readonly time: (row: number) => number;
}

/** One capture point after the other. */
export function concatRows(taps: readonly TapRows[]): PacketOrder {
  const length = taps.reduce((sum, t) => sum + t.rows.length, 0);
  const tap = new Uint8Array(length);
  const row = new Uint32Array(length);
  let at = 0;
  for (const t of taps) {
    tap.fill(t.tap, at, at + t.rows.length);
    row.set(t.rows, at);
    at += t.rows.length;
  }
  return { length, tap, row };
}

/**
 * By time; equal times keep the order of taps and rows. Natural merge sort: O(n log r) for r ascending runs, and captures have few
 * (clocks step, interfaces interleave).
 */
export function mergeByTime(taps: readonly TapRows[]): PacketOrder {
  const order = concatRows(taps);
  const time = new Float64Array(order.length);
  let at = 0;
  for (const t of taps) for (const row of t.rows) time[at++] = t.time(row);
  let runs = findRuns(time);
  let from: Columns = { tap: order.tap, row: order.row, time };
  let to: Columns = { tap: new Uint8Array(order.length), row: new Uint32Array(order.length), time: new Float64Array(order.length) };
  while (runs.length > 2) {
    const merged: number[] = [0];
    for (let i = 0; i + 1 < runs.length; i += 2) {
      const end = runs[Math.min(i + 2, runs.length - 1)];
      mergeRuns(from, to, runs[i], runs[i + 1], end);
      merged.push(end);
    }
    runs = merged;
    [from, to] = [to, from];
  }
  return { length: order.length, tap: from.tap, row: from.row };
}

interface Columns {
  readonly tap: Uint8Array;
  readonly row: Uint32Array;
  readonly time: Float64Array;
}

/** Where ascending runs start, and the end. */
function findRuns(time: Float64Array): readonly number[] {
  const starts = [0];
  for (let i = 1; i < time.length; i++) if (time[i] < time[i - 1]) starts.push(i);
  starts.push(time.length);
  return starts;
}

function mergeRuns(from: Columns, to: Columns, start: number, middle: number, end: number): void {
  let a = start;
  let b = middle;
  for (let at = start; at < end; at++) {
    const takeA = b >= end || (a < middle && from.time[a] <= from.time[b]);
    const i = takeA ? a++ : b++;
    to.tap[at] = from.tap[i];
    to.row[at] = from.row[i];
    to.time[at] = from.time[i];
  }
}
