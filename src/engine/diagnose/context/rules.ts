// `iptables-save` and `nft list ruleset`: rules on ct state invalid, and the translations they contain.
import type { InvalidRule } from '../../model/context.ts';
import type { Draft } from './draft.ts';
import { eachLine, parseAddress, parseEndpoint } from './lines.ts';

const ACTIONS: Readonly<Record<string, InvalidRule['action']>> = { DROP: 'drop', REJECT: 'reject', ACCEPT: 'accept' };

interface Jump {
  readonly target: string;
  readonly service: { readonly address: string; readonly port: number; readonly name: string } | null;
}

export function readIptables(text: string, file: string, draft: Draft): void {
  const jumps = new Map<string, Jump[]>();
  const backends = new Map<string, { address: string; port: number }>();
  let table = '';
  let hasFilter = false;
  eachLine(text, (line) => {
    const counted = /^\[(\d+):\d+\] (.*)$/.exec(line);
    const rule = counted?.[2] ?? line;
    if (rule.startsWith('*')) table = rule.slice(1).trim();
    if (table === 'filter' && rule.startsWith('COMMIT')) hasFilter = true;
    const chain = /^-A (\S+) /.exec(rule)?.[1];
    if (chain === undefined) return draft.isFull;
    const target = / -j (\S+)/.exec(rule)?.[1] ?? '';
    if (/--(?:ctstate|state) \S*\bINVALID\b/.test(rule) && !/! --(?:ctstate|state)/.test(rule)) {
      draft.invalidRules.push({
        chain,
        action: ACTIONS[target] ?? 'other',
        packets: counted ? Number(counted[1]) : null,
        text: rule.slice(0, 300),
        file,
      });
    }
    const to = / --to-destination (\S+)/.exec(rule)?.[1];
    const backend = to === undefined ? null : parseEndpoint(to);
    if (backend) backends.set(chain, backend);
    if (target !== '' && jumps.size < 100_000) {
      const list = jumps.get(chain) ?? [];
      list.push({ target, service: serviceOf(rule) });
      jumps.set(chain, list);
    }
    return draft.isFull;
  });
  draft.hasRules ||= hasFilter;
  if (backends.size > 0) draft.proxyMode ??= { mode: 'iptables', file };
  collectServices(jumps, backends, file, draft);
}

/** Service address, port and name of a rule `-d 10.96.0.10/32 … --dport 53 … --comment "kube-system/kube-dns:dns cluster IP"`. */
function serviceOf(rule: string): Jump['service'] {
  const address = parseAddress(/ -d ([0-9a-fA-F:.]+)(?:\/(?:32|128))? /.exec(rule)?.[1] ?? '');
  const port = Number(/ --dport (\d{1,5}) /.exec(`${rule} `)?.[1]);
  if (address === null || !Number.isInteger(port)) return null;
  const comment = / --comment "?([^" ]{1,253})/.exec(rule)?.[1] ?? '';
  return { address, port, name: comment };
}

/** Follows jumps from a service rule down to the chains that rewrite the destination. */
function collectServices(
  jumps: ReadonlyMap<string, readonly Jump[]>,
  backends: ReadonlyMap<string, { address: string; port: number }>,
  file: string,
  draft: Draft,
): void {
  for (const list of jumps.values()) {
    for (const { target, service } of list) {
      if (!service || draft.isFull) continue;
      const reached: { address: string; port: number }[] = [];
      const seen = new Set<string>();
      const queue = [target];
      for (let chain = queue.pop(); chain !== undefined && seen.size < 5000; chain = queue.pop()) {
        if (seen.has(chain)) continue;
        seen.add(chain);
        const backend = backends.get(chain);
        if (backend) reached.push(backend);
        for (const next of jumps.get(chain) ?? []) queue.push(next.target);
      }
      if (reached.length === 0) continue;
      draft.services.push({ name: service.name, address: service.address, port: service.port, backends: reached, via: 'iptables', file });
      if (service.name)
        draft.names.push({ address: service.address, port: service.port, name: service.name, kind: 'service', node: null, file });
    }
  }
}

export function readNftables(text: string, file: string, draft: Draft): void {
  let table = '';
  let chain = '';
  let inFilter = false;
  eachLine(text, (line) => {
    const t = /^table \S+ (\S+) \{/.exec(line);
    if (t) table = t[1] ?? '';
    const c = /^\s+chain (\S+) \{/.exec(line);
    if (c) chain = c[1] ?? '';
    if (/\btype filter hook forward\b/.test(line)) inFilter = true;
    if (/\bct state (?:\{[^}]*)?\S*\binvalid\b/.test(line)) {
      const action = /\b(drop|reject|accept)\b/.exec(line)?.[1];
      const packets = /\bcounter packets (\d+)/.exec(line)?.[1];
      const text = line.trim().slice(0, 300);
      draft.invalidRules.push({
        chain,
        action: ACTIONS[action?.toUpperCase() ?? ''] ?? 'other',
        packets: packets === undefined ? null : Number(packets),
        text,
        file,
      });
    }
    if (table === 'kube-proxy' && /\bdnat\b/.test(line)) draft.proxyMode ??= { mode: 'nftables', file };
    return draft.isFull;
  });
  draft.hasRules ||= inFilter;
}
