// Paths by an endpoint that they have in common, in the order of their first packets. Of a scan there are as many endpoints as packets: the many
// that only one path has cost a number each.
import type { Endpoint } from '../model/address.ts';
import type { Path } from '../model/correlation.ts';

export class ByEndpoint {
  readonly #paths: readonly Path[];
  readonly #places = new Map<string, Map<number, number>>();
  /** By place: the paths of one endpoint, or the number of the only one. */
  readonly #groups: (Path[] | number)[] = [];

  constructor(paths: readonly Path[], endpointOf: (path: Path) => Endpoint) {
    this.#paths = paths;
    for (const path of inOrder(paths)) this.#add(endpointOf(path), path);
  }

  of({ address, port }: Endpoint): readonly Path[] {
    const place = this.#places.get(address)?.get(port);
    if (place === undefined) return [];
    const group = this.#groups[place] ?? [];
    return typeof group === 'number' ? this.#paths.slice(group, group + 1) : group;
  }

  #add({ address, port }: Endpoint, path: Path): void {
    let ports = this.#places.get(address);
    if (ports === undefined) {
      ports = new Map();
      this.#places.set(address, ports);
    }
    const place = ports.get(port);
    if (place === undefined) {
      ports.set(port, this.#groups.push(path.id) - 1);
      return;
    }
    const group = this.#groups[place];
    if (typeof group === 'number') this.#groups[place] = [...this.#paths.slice(group, group + 1), path];
    else group?.push(path);
  }
}

/** Mostly they are numbered by the time of their first packets already. */
function inOrder(paths: readonly Path[]): readonly Path[] {
  for (let i = 1; i < paths.length; i++) {
    if (paths[i - 1].firstTime > paths[i].firstTime) return [...paths].sort((a, b) => a.firstTime - b.firstTime);
  }
  return paths;
}
