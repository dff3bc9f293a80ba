// Sorting what is nearly sorted already.

type Keys = Float64Array | Uint32Array;

/**
 * Row numbers by ascending key, equal keys in their old order: merges the runs that are there, O(n log runs).
 * @param n as many of the keys @param scratch two arrays of at least that length, one of which is then returned, for who asks often
 */
export function sortedIndex(key: Keys, n = key.length, scratch?: readonly [Uint32Array, Uint32Array]): Uint32Array {
  let from = scratch?.[0] ?? new Uint32Array(n);
  for (let i = 0; i < n; i++) from[i] = i;
  let ends: number[] = [];
  for (let i = 1; i <= n; i++) if (i === n || key[i] < key[i - 1]) ends.push(i);
  let to = scratch?.[1] ?? new Uint32Array(ends.length > 1 ? n : 0);
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

function merge(key: Keys, from: Uint32Array, to: Uint32Array, start: number, middle: number, end: number): void {
  let [i, j] = [start, middle];
  for (let k = start; k < end; k++) {
    if (i < middle && (j >= end || key[from[i]] <= key[from[j]])) to[k] = from[i++];
    else to[k] = from[j++];
  }
}
