// What files beside the captures say, as an incident keeps it: the facts that were taken from them. The files themselves never travel.
import type { ContextFacts } from '../engine/model/context.ts';
import { MAX_CONTEXT } from './limits.ts';

/** Facts as plain JSON; each field as in `ContextFacts`. */
export interface ContextRecord extends Omit<ContextFacts, 'counters' | 'sysctl'> {
  readonly counters: readonly { readonly file: string; readonly values: readonly (readonly [name: string, value: number])[] }[];
  readonly sysctl: readonly { readonly name: string; readonly value: string; readonly file: string }[];
}

export const NO_CONTEXT_RECORD: ContextRecord = {
  files: [],
  names: [],
  services: [],
  conntrack: [],
  counters: [],
  sysctl: [],
  kernels: [],
  invalidRules: [],
  hasRules: false,
  ipvsTimeouts: null,
  proxyMode: null,
  marks: [],
};

/** Settings that say how packets are treated; others name interfaces of the host. */
const TELLING = /^net\.(?:netfilter\.|nf_conntrack|ipv4\.(?:vs\.|tcp_|ip_local_port_range$))/;
/** Characters of a text that an incident keeps of a line or rule. */
const LONGEST = 500;

export function recordContext(facts: ContextFacts): ContextRecord {
  const some = <T>(list: readonly T[]): readonly T[] => list.slice(0, MAX_CONTEXT);
  return {
    files: some(facts.files),
    names: some(facts.names),
    services: some(facts.services),
    conntrack: some(facts.conntrack),
    counters: some(facts.counters).map(({ file, values }) => ({ file, values: [...values] })),
    sysctl: [...facts.sysctl].flatMap(([name, { value, file }]) => (TELLING.test(name) ? [{ name, value, file }] : [])),
    kernels: some(facts.kernels),
    invalidRules: some(facts.invalidRules).map((rule) => ({ ...rule, text: rule.text.slice(0, LONGEST) })),
    hasRules: facts.hasRules,
    ipvsTimeouts: facts.ipvsTimeouts,
    proxyMode: facts.proxyMode,
    marks: some(facts.marks).map((mark) => ({ ...mark, text: mark.text.slice(0, LONGEST) })),
  };
}

/** What of it concerns some addresses, and all that concerns none in particular. */
export function concerning(record: ContextRecord, has: (address: string) => boolean): ContextRecord {
  const meets = (endpoint: string): boolean => has(hostOf(endpoint));
  return {
    ...record,
    names: record.names.filter((n) => has(n.address)),
    services: record.services.filter((s) => has(s.address)),
    conntrack: record.conntrack.filter(
      ({ original, reply }) => meets(original.source) && (meets(original.destination) || meets(reply.source)),
    ),
    marks: record.marks.filter((m) => m.endpoints.length === 0 || m.endpoints.some(meets)),
  };
}

export const factsOf = (record: ContextRecord): ContextFacts => ({
  ...record,
  counters: record.counters.map(({ file, values }) => ({ file, values: new Map(values) })),
  sysctl: new Map(record.sysctl.map(({ name, value, file }) => [name, { value, file }])),
});

/** As if the files of both had been given together. */
export function joinFacts(a: ContextFacts, b: ContextFacts): ContextFacts {
  if (b.files.length === 0) return a;
  if (a.files.length === 0) return b;
  return {
    files: [...a.files, ...b.files],
    names: [...a.names, ...b.names],
    services: [...a.services, ...b.services],
    conntrack: [...a.conntrack, ...b.conntrack],
    counters: [...a.counters, ...b.counters],
    sysctl: new Map([...a.sysctl, ...b.sysctl]),
    kernels: [...a.kernels, ...b.kernels],
    invalidRules: [...a.invalidRules, ...b.invalidRules],
    hasRules: a.hasRules || b.hasRules,
    ipvsTimeouts: b.ipvsTimeouts ?? a.ipvsTimeouts,
    proxyMode: b.proxyMode ?? a.proxyMode,
    marks: [...a.marks, ...b.marks].sort((x, y) => (BigInt(x.time) < BigInt(y.time) ? -1 : BigInt(x.time) > BigInt(y.time) ? 1 : 0)),
  };
}

/** What one of the files says, so that it can be taken away again by itself. Rules that are absent are told by every file of rules. */
export function factsOfFile(record: ContextRecord, name: string): ContextFacts {
  const own = <T extends { readonly file: string }>(facts: readonly T[]): T[] => facts.filter((f) => f.file === name);
  const ownOr = <T extends { readonly file: string }>(fact: T | null): T | null => (fact?.file === name ? fact : null);
  const files = record.files.filter((f) => f.name === name);
  return factsOf({
    files,
    names: own(record.names),
    services: own(record.services),
    conntrack: own(record.conntrack),
    counters: own(record.counters),
    sysctl: own(record.sysctl),
    kernels: own(record.kernels),
    invalidRules: own(record.invalidRules),
    hasRules: record.hasRules && files.some((f) => f.kind === 'iptables' || f.kind === 'nftables'),
    ipvsTimeouts: ownOr(record.ipvsTimeouts),
    proxyMode: ownOr(record.proxyMode),
    marks: own(record.marks),
  });
}

/** `10.0.0.1` of `10.0.0.1:80`, `fd00::1` of `[fd00::1]:80`. */
export const hostOf = (endpoint: string): string => endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '');
