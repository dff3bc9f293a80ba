// Who looks for open ports: SYNs to many ports of one host, none of which came to carry anything. Nobody wanted these connections.
import type { Path } from '../model/correlation.ts';

/** No client of a host's services has so many different ones there. */
const MANY_PORTS = 10;

export class Scans {
  readonly #ports = new Map<string, Set<number>>();
  readonly #used = new Set<string>();

  constructor(paths: readonly Path[]) {
    const [clients, servers] = [countOf(paths, (p) => p.client.address), countOf(paths, (p) => p.server.address)];
    for (const path of paths) {
      // Of a flood of SYNs there are as many pairs as paths.
      if (Math.min(clients.get(path.client.address) ?? 0, servers.get(path.server.address) ?? 0) < MANY_PORTS) continue;
      const pair = pairOf(path);
      if (path.payloadBytes[0] + path.payloadBytes[1] > 0) this.#used.add(pair);
      const ports = this.#ports.get(pair);
      if (ports) ports.add(path.server.port);
      else this.#ports.set(pair, new Set([path.server.port]));
    }
  }

  /** How many ports of this host its client tried; null where that is no scan. */
  portsTriedWith(path: Path): number | null {
    const pair = pairOf(path);
    const tried = this.#ports.get(pair)?.size ?? 0;
    return tried >= MANY_PORTS && !this.#used.has(pair) ? tried : null;
  }
}

function countOf(paths: readonly Path[], address: (path: Path) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(address(path), (counts.get(address(path)) ?? 0) + 1);
  return counts;
}

const pairOf = ({ client, server }: Path): string => `${client.address} ${server.address}`;
