// How far a finding reaches: the same signature over all paths, by service, node and minute.
import type { BlastRadius } from '../model/finding.ts';
import { nanos } from '../model/units.ts';
import type { Match } from './rank.ts';
import { type Scene, serviceKey } from './scene.ts';

const MINUTE = 60e9;

export function blastOf(scene: Scene, group: readonly [Match, ...Match[]]): BlastRadius {
  const services = new Map<string, number>();
  const nodes = new Map<string, number>();
  const minutes = new Map<number, number>();
  let [first, last, critical] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const nodeOf = new Map(scene.facts.names.flatMap((n) => (n.node ? [[n.address, n.node] as const] : [])));
  for (const { path, at, severity } of group) {
    count(services, serviceKey(path));
    const node = nodeOf.get(path.client.address);
    if (node) count(nodes, node);
    count(minutes, Math.floor(at / MINUTE));
    if (severity === 'critical') critical++;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return {
    connections: group.length,
    critical,
    perService: byCount(services).map(([service, connections]) => ({ service, connections })),
    perNode: byCount(nodes).map(([node, connections]) => ({ node, connections })),
    perMinute: [...minutes].sort((a, b) => a[0] - b[0]).map(([minute, connections]) => ({ minute, connections })),
    first: nanos(first),
    last: nanos(last),
  };
}

const count = <K>(map: Map<K, number>, key: K): unknown => map.set(key, (map.get(key) ?? 0) + 1);
const byCount = <K>(map: Map<K, number>): [K, number][] => [...map].sort((a, b) => b[1] - a[1]);
