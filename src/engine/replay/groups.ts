// Paths that cross NAT and may meet in one conntrack entry: port reuse, another backend for the same client port.
import type { Correlation, Path } from '../model/correlation.ts';

const needsTracker = (path: Path): boolean => path.service !== null || path.dnat !== null || path.snat !== null || path.strays.length > 0;

/** @returns lists of paths, each list one tracker's work; paths without NAT are in none */
export function trackerGroups({ paths, clocks }: Pick<Correlation, 'paths' | 'clocks'>): readonly (readonly Path[])[] {
  const groups = new Map<string, Path[]>();
  for (const path of paths) {
    if (!needsTracker(path)) continue;
    // The client's endpoint is part of both tuples of an entry, so sharing it is necessary for sharing an entry.
    // Captures that have nothing in common may be of other nodes, or of another day.
    const key = `${path.client.address} ${path.client.port} ${clocks[path.legs[0]?.tap ?? 0]?.related ?? 0}`;
    const group = groups.get(key);
    if (group) group.push(path);
    else groups.set(key, [path]);
  }
  return [...groups.values()];
}
