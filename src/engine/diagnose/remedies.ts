// The remedies with their limits and the what-if parameters that show their effect. Text: wording/*/remedies.ts.
import type { Remedy, Sentence } from '../model/finding.ts';
import { type SentenceId, say } from './wording/render.ts';

type CaveatId = Extract<SentenceId, `cav.${string}`>;

interface RemedyFact {
  readonly caveats: readonly CaveatId[];
  readonly whatIf: Readonly<Record<string, string>> | null;
}

const plain: RemedyFact = { caveats: [], whatIf: null };

const FACTS = {
  'be-liberal': { caveats: ['cav.liberal'], whatIf: { be_liberal: '1' } },
  'be-liberal-restart': { caveats: ['cav.liberal', 'cav.proxy-restart'], whatIf: { be_liberal: '1' } },
  'kernel-6.1': { caveats: ['cav.kernel-limits', 'cav.backports'], whatIf: { kernel: '6.1' } },
  'kernel-6.2': { caveats: ['cav.backports'], whatIf: null },
  'kernel-5.9': { caveats: ['cav.backports'], whatIf: null },
  'drop-invalid': { caveats: ['cav.drop-limits', 'cav.drop-modes'], whatIf: { drop_invalid: '1' } },
  'input-drop': plain,
  'loose-0': { caveats: ['cav.loose-limits'], whatIf: { loose: '0' } },
  'loose-0-ipvs': { caveats: ['cav.loose-limits'], whatIf: null },
  'loose-1': { caveats: [], whatIf: { loose: '1' } },
  'vs-conntrack-0': plain,
  'find-delay': plain,
  rss: plain,
  symmetric: plain,
  masquerade: { caveats: ['cav.source-lost'], whatIf: null },
  'bridge-nf': plain,
  'disable-offload': { caveats: ['cav.liberal-unseen'], whatIf: null },
  zones: plain,
  'fix-window': plain,
  keepalive: { caveats: ['cav.keepalive-socket'], whatIf: null },
  'keepalive-900': { caveats: ['cav.keepalive-socket'], whatIf: null },
  'no-flush': plain,
  timeouts: { caveats: ['cav.memory'], whatIf: null },
  'timeout-close-wait': { caveats: ['cav.memory'], whatIf: null },
  'timeout-syn-sent': plain,
  'no-half-close': plain,
  'find-reset-source': plain,
  'ipvs-timeout': { caveats: ['cav.memory'], whatIf: null },
  'ipvs-tcpfin': { caveats: ['cav.memory'], whatIf: null },
  'expire-nodest': plain,
  'user-timeout': plain,
  'reuse-mode': plain,
  graceful: plain,
  prestop: plain,
  readiness: plain,
  retry: { caveats: ['cav.duplicates'], whatIf: null },
  'port-range': plain,
  'random-fully': plain,
  'avoid-snat': plain,
  'table-size': { caveats: ['cav.memory'], whatIf: null },
  notrack: plain,
  'checksum-offload': plain,
  'early-demux-off': plain,
  'hairpin-mode': plain,
  backlog: plain,
  'app-fix': plain,
  'device-policy': plain,
  'idle-order': plain,
  'ip-cooldown': plain,
  'client-timeouts': plain,
  'no-tw-recycle': plain,
  'mss-clamp': plain,
  icmp: plain,
  'start-server': plain,
  'find-loss': plain,
} as const satisfies Readonly<Record<string, RemedyFact>>;

export type RemedyId = keyof typeof FACTS;

/** A remedy with its text, limits and what-if parameters. */
export function remedyOf(id: RemedyId): Remedy {
  const fact: RemedyFact = FACTS[id];
  return { id, says: bare(`fix.${id}`), caveats: fact.caveats.map((c) => bare(c)), whatIf: fact.whatIf };
}

/** A sentence without holes. */
const bare = (id: Extract<SentenceId, `fix.${string}` | `cav.${string}`>): Sentence => say(id);
