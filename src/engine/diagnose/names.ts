// Names for addresses from captures and context files: pods and services first, then hosts, then the capture point that stands there.
import type { Analysis } from '../model/analysis.ts';
import type { TapId } from '../model/units.ts';
import type { NameLookup } from './wording/format.ts';

const WEIGHT = { service: 0, pod: 1, node: 2, host: 3 } as const;
const RESOLVED = 4;
const CAPTURE_POINT = 5;

/** One lookup over everything that names something: a port of its own before the address, context files before name resolution blocks. */
export function nameLookup({ workspace, context, correlation }: Pick<Analysis, 'workspace' | 'context' | 'correlation'>): NameLookup {
  const named = new Map<string, { name: string; weight: number }>();
  const add = (key: string, name: string, weight: number): void => {
    const known = named.get(key);
    if (!known || weight < known.weight) named.set(key, { name, weight });
  };
  for (const n of context.names) add(n.port === null ? n.address : `${n.address} ${n.port}`, n.name, WEIGHT[n.kind]);
  for (const tap of workspace.taps) for (const file of tap.files) for (const [address, name] of file.names) add(address, name, RESOLVED);
  for (const [tap, address] of endsOf(correlation)) add(address, workspace.taps[tap].name, CAPTURE_POINT);
  return (address, port) => (port === null ? undefined : named.get(`${address} ${port}`)?.name) ?? named.get(address)?.name ?? null;
}

/** The address of the host that each capture point stands at: points at an end of their paths, all of which have the same address there. */
function endsOf(correlation: Analysis['correlation']): Map<TapId, string> {
  const found = new Map<TapId, string>();
  const several = new Set<TapId>();
  for (const path of correlation.paths) {
    for (const { tap } of path.legs) {
      const position = correlation.positions[tap];
      if (position !== 'client' && position !== 'server') continue;
      const { address } = position === 'client' ? path.client : path.server;
      if ((found.get(tap) ?? address) !== address) several.add(tap);
      found.set(tap, address);
    }
  }
  for (const tap of several) found.delete(tap);
  return found;
}
