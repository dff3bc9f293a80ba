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

/** The address of the host that each capture point stands at: at an end of its paths, and the one address that all of them have at an end. */
function endsOf({ paths, positions }: Analysis['correlation']): Map<TapId, string> {
  const common = new Map<TapId, readonly string[]>();
  for (const { client, server, legs } of paths) {
    for (const { tap } of legs) {
      const ends = positions[tap] === 'client' ? [client.address, server.address] : [server.address, client.address];
      common.set(tap, common.get(tap)?.filter((address) => ends.includes(address)) ?? ends);
    }
  }
  const found = new Map<TapId, string>();
  for (const [tap, [address]] of common)
    if (address !== undefined && (positions[tap] === 'client' || positions[tap] === 'server')) found.set(tap, address);
  return found;
}
