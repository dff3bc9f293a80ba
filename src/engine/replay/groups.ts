// Paths that cross NAT and may meet in one conntrack entry: port reuse, another backend for the same client port.
import type { Path } from '../model/correlation.ts';

const needsTracker = (path: Path): boolean => path.service !== null || path.dnat !== null || path.snat !== null || path.strays.length > 0;

/** @returns lists of paths, each list one tracker's work; paths without NAT are in none */
export function trackerGroups(paths: readonly Path[]): readonly (readonly Path[])[] {
  const groups = new Map<string, Path[]>();
  for (const path of paths) {
    if (!needsTracker(path)) continue;
    // The client's endpoint is part of both tuples of an entry, so sharing it is necessary for sharing an entry.
    const key = `${path.client.address} ${path.client.port}`;
    const group = groups.get(key);
    if (group) group.push(path);
    else groups.set(key, [path]);
  }
  return [...groups.values()];
}
