// What files beside the captures say: names for addresses, settings, rules, counters, log lines. They add names and evidence, nothing else.

/** The kinds of context files, recognised by content. */
export const CONTEXT_KINDS = [
  'kubectl',
  'hosts',
  'conntrack-list',
  'conntrack-stats',
  'sysctl',
  'uname',
  'iptables',
  'nftables',
  'ipvs-services',
  'ipvs-connections',
  'log',
] as const;
export type ContextKind = (typeof CONTEXT_KINDS)[number];

/** A file that was read, or not: `problem` says why in one English sentence. */
export interface ContextFile {
  readonly name: string;
  readonly kind: ContextKind | null;
  /** Facts taken from it. */
  readonly facts: number;
  readonly problem: string | null;
}

/** Name of an address, or of one port of it (`port` null: every port). */
export interface AddressName {
  readonly address: string;
  readonly port: number | null;
  readonly name: string;
  readonly kind: 'pod' | 'service' | 'node' | 'host';
  /** Where a pod runs. */
  readonly node: string | null;
  readonly file: string;
}

/** A service with the backends it had when the file was made. */
export interface ServiceFact {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly backends: readonly { readonly address: string; readonly port: number }[];
  /** `rr`, `iptables`, … as the file says. */
  readonly via: 'kubectl' | 'iptables' | 'nftables' | 'ipvs';
  readonly file: string;
}

/** One entry of `conntrack -L`: its two tuples and what is left of its timer. */
export interface ConntrackFact {
  readonly state: string;
  readonly secondsLeft: number;
  readonly original: { readonly source: string; readonly destination: string };
  readonly reply: { readonly source: string; readonly destination: string };
  readonly unreplied: boolean;
  readonly assured: boolean;
  readonly file: string;
}

/** A rule that matches `ct state invalid`, with its counters where the file has them. */
export interface InvalidRule {
  readonly chain: string;
  readonly action: 'drop' | 'reject' | 'accept' | 'other';
  readonly packets: number | null;
  readonly text: string;
  readonly file: string;
}

/** A log line worth a mark on the time axis. `time` is Nanos since 1970, as text: it is outside what a double holds exactly. */
export interface LogMark {
  readonly time: string;
  readonly text: string;
  readonly kind: 'reset' | 'timeout' | 'refused' | 'closed' | 'other';
  readonly endpoints: readonly string[];
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Everything the context files of a session say. Empty where none were given. */
export interface ContextFacts {
  readonly files: readonly ContextFile[];
  readonly names: readonly AddressName[];
  readonly services: readonly ServiceFact[];
  readonly conntrack: readonly ConntrackFact[];
  /** Counters of `conntrack -S` summed over CPUs, one map per file: `invalid`, `insert_failed`, `drop`, `early_drop` … */
  readonly counters: readonly { readonly file: string; readonly values: ReadonlyMap<string, number> }[];
  /** `net.netfilter.…` → value, last file wins. */
  readonly sysctl: ReadonlyMap<string, { readonly value: string; readonly file: string }>;
  readonly kernels: readonly { readonly release: string; readonly node: string | null; readonly file: string }[];
  readonly invalidRules: readonly InvalidRule[];
  /** True where a full rule set was given, so that the absence of a rule is a fact. */
  readonly hasRules: boolean;
  /** `Timeout (tcp tcpfin udp): 900 120 300`, seconds. */
  readonly ipvsTimeouts: { readonly tcp: number; readonly tcpfin: number; readonly file: string } | null;
  /** `ipvs`, `iptables` or `nftables`, where a file shows who does the translation. */
  readonly proxyMode: { readonly mode: 'ipvs' | 'iptables' | 'nftables'; readonly file: string } | null;
  readonly marks: readonly LogMark[];
}

export const NO_CONTEXT: ContextFacts = {
  files: [],
  names: [],
  services: [],
  conntrack: [],
  counters: [],
  sysctl: new Map(),
  kernels: [],
  invalidRules: [],
  hasRules: false,
  ipvsTimeouts: null,
  proxyMode: null,
  marks: [],
};
