// Sorting what is nearly sorted already.

/** Row numbers by ascending key, equal keys in their old order: merges the runs that are there, O(n log runs). */
export function sortedIndex(key: Float64Array): Uint32Array {
  const n = key.length;
  let from = new Uint32Array(n);
  for (let i = 0; i < n; i++) from[i] = i;
  let ends: number[] = [];
  for (let i = 1; i <= n; i++) if (i === n || key[i] < key[i - 1]) ends.push(i);
  let to = new Uint32Array(ends.length > 1 ? n : 0);
  while (ends.length > 1) {
    const merged: number[] = [];
    for (let r = 0, start = 0; r < ends.length; r += 2) {
      const middle = ends[r];
      const end = ends[r + 1] ?? middle;
      merge(key, from, to, start, middle, end);
      merged.push(end);
      start = end;
    }
    [from, to] = [to, from];
    ends = merged;
  }
  return from;
}

function merge(key: Float64Array, from: Uint32Array, to: Uint32Array, start: number, middle: number, end: number): void {
  let [i, j] = [start, middle];
  for (let k = start; k < end; k++) {
    if (i < middle && (j >= end || key[from[i]] <= key[from[j]])) to[k] = from[i++];
    else to[k] = from[j++];
  }
}
