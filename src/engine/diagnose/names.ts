// Names for addresses from captures and context files: pods and services first, then hosts.

import type { ContextFacts } from '../model/context.ts';
import type { Workspace } from '../model/correlation.ts';
import type { NameLookup } from './wording/format.ts';

const WEIGHT = { service: 0, pod: 1, node: 2, host: 3 } as const;

/** One lookup over everything that names something: a port of its own before the address, context files before name resolution blocks. */
export function nameLookup(workspace: Workspace, facts: ContextFacts): NameLookup {
  const named = new Map<string, { name: string; weight: number }>();
  const add = (key: string, name: string, weight: number): void => {
    const known = named.get(key);
    if (!known || weight < known.weight) named.set(key, { name, weight });
  };
  for (const n of facts.names) add(n.port === null ? n.address : `${n.address} ${n.port}`, n.name, WEIGHT[n.kind]);
  for (const tap of workspace.taps) for (const file of tap.files) for (const [address, name] of file.names) add(address, name, 4);
  return (address, port) => (port === null ? undefined : named.get(`${address} ${port}`)?.name) ?? named.get(address)?.name ?? null;
}
