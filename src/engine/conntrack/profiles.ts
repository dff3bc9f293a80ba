// What differs between kernels, as switches, and the sysctls of a run resolved to numbers.
import type { Profile, TrackerSettings } from '../model/verdict.ts';

/** Switches of one kernel generation. Source: nf_conntrack_proto_tcp.c of the versions named; 5.10, 6.1 and 6.18 are measured. */
export interface Switches {
  /** Window result accept / ignore / invalid instead of accept / invalid (6.1, "ignore overly delayed tcp packets"). */
  readonly hasWindowIgnore: boolean;
  /** A FIN or RST that is INVALID by the window shortens the entry's life (6.1). */
  readonly shrinksAfterInvalid: boolean;
  /** A RST closes only if its sequence number is exact, and sets the CLOSE timeout (5.1). */
  readonly needsExactRst: boolean;
  /** RST handling of ~5.14: unchecked when closing, sequence 0 let off, maxack forgotten after a SYN. */
  readonly forgivesRst: boolean;
  /** The sysctl ignore_invalid_rst exists (5.14). */
  readonly hasIgnoreInvalidRst: boolean;
  /** SYN and SYN/ACK start a direction anew in both directions (~5.17). */
  readonly reinitsBothDirections: boolean;
  /** Both ends must offer window scaling: looked at for the reply only (6.8 and back-ports). */
  readonly agreesScaleAtReply: boolean;
  /** The liberal flag outlives options and resync (~5.17). */
  readonly keepsLiberal: boolean;
  /** A retransmitted SYN does not renew the timer (~5.12). */
  readonly keepsSynTimer: boolean;
  /** The answer to a keep-alive of an untracked connection is understood (5.10). */
  readonly knowsKeepAlive: boolean;
  /** A closed window shortens the timeout (4.20). */
  readonly hasZeroWindowTimeout: boolean;
  /** A challenge ACK in SYN_SENT is remembered (~6.2 and back-ports). */
  readonly knowsChallengeAck: boolean;
  /** A RST answers a SYN of the other direction only (recent fix, back-ported). */
  readonly rstAnswersOtherDirection: boolean;
  /** Retransmissions are recognised by the scaled window cut to 16 bits (until ~5.0). */
  readonly comparesScaledWindow: boolean;
  /** Log sentences carry numbers (6.x). */
  readonly logsNumbers: boolean;
  readonly logsInvalidNew: boolean;
  /** What the kernel log puts before the sentence. */
  readonly logPrefix: string;
}

const OLD: Switches = {
  hasWindowIgnore: false,
  shrinksAfterInvalid: false,
  needsExactRst: false,
  forgivesRst: false,
  hasIgnoreInvalidRst: false,
  reinitsBothDirections: false,
  agreesScaleAtReply: false,
  keepsLiberal: false,
  keepsSynTimer: false,
  knowsKeepAlive: false,
  hasZeroWindowTimeout: false,
  knowsChallengeAck: false,
  rstAnswersOtherDirection: false,
  comparesScaledWindow: true,
  logsNumbers: false,
  logsInvalidNew: false,
  logPrefix: 'nf_ct_tcp: ',
};
const V5_4: Switches = {
  ...OLD,
  needsExactRst: true,
  hasZeroWindowTimeout: true,
  comparesScaledWindow: false,
  logPrefix: 'nf_ct_proto_6: ',
};
const V5_10: Switches = { ...V5_4, knowsKeepAlive: true };
const V5_15: Switches = { ...V5_10, forgivesRst: true, hasIgnoreInvalidRst: true, keepsSynTimer: true };
const V6_1: Switches = {
  ...V5_15,
  hasWindowIgnore: true,
  shrinksAfterInvalid: true,
  reinitsBothDirections: true,
  agreesScaleAtReply: true,
  keepsLiberal: true,
  knowsChallengeAck: true,
  rstAnswersOtherDirection: true,
  logsNumbers: true,
};

export const SWITCHES: Readonly<Record<Profile, Switches>> = {
  '4.15': OLD,
  '5.4': V5_4,
  '5.10': V5_10,
  '5.15': V5_15,
  '6.1': V6_1,
  '6.18': { ...V6_1, logsInvalidNew: true },
};

/** First kernel (major × 1000 + minor) of each profile but the oldest; where a rule came in between two measured kernels, its own release. */
const FIRST_KERNEL: readonly (readonly [number, Profile])[] = [
  [6_002, '6.18'],
  [6_001, '6.1'],
  [5_014, '5.15'],
  [5_010, '5.10'],
  [5_001, '5.4'],
];

/** The profile that stands for a kernel release such as `5.10.46` or `4.18.0-477.el8`; null where there is no version in the text. */
export function profileOfKernel(release: string): Profile | null {
  const found = /(\d+)\.(\d+)/.exec(release);
  if (!found) return null;
  const version = Number(found[1]) * 1000 + Number(found[2]);
  return FIRST_KERNEL.find(([first]) => version >= first)?.[1] ?? '4.15';
}

/** Indices of `Rules.timeouts` behind the ten states. */
export const T_MAX_RETRANS = 10;
export const T_UNACKNOWLEDGED = 11;

/** Names as in `net.netfilter.nf_conntrack_tcp_timeout_*`, in index order; SYN_SENT2 has no sysctl. */
const TIMEOUT_NAMES = [
  '',
  'syn_sent',
  'syn_recv',
  'established',
  'fin_wait',
  'close_wait',
  'last_ack',
  'time_wait',
  'close',
  'syn_sent2',
  'max_retrans',
  'unacknowledged',
];
const DEFAULT_TIMEOUT_SECONDS = [0, 120, 60, 432_000, 120, 60, 30, 120, 10, 120, 300, 300];
const NANOS_PER_SECOND = 1e9;
const DEFAULT_MAX_RETRANS = 3;

/** Profile and settings of a run, resolved. */
export interface Rules {
  readonly profile: Profile;
  readonly on: Switches;
  readonly isLiberal: boolean;
  readonly isLoose: boolean;
  readonly ignoresInvalidRst: boolean;
  readonly checksChecksum: boolean;
  readonly dropsInvalid: boolean;
  /** A SYN proxy answers for the servers behind the node. */
  readonly hasSynproxy: boolean;
  /** nf_conntrack_max; infinite where nobody said it. */
  readonly maxEntries: number;
  readonly maxRetrans: number;
  /** Nanoseconds, by state, then T_MAX_RETRANS and T_UNACKNOWLEDGED. */
  readonly timeouts: Float64Array;
}

export function resolveRules(profile: Profile, settings: TrackerSettings): Rules {
  const on = SWITCHES[profile];
  const seconds = TIMEOUT_NAMES.map((name, i) => settings.timeouts?.[name] ?? DEFAULT_TIMEOUT_SECONDS[i]);
  return {
    profile,
    on,
    isLiberal: settings.be_liberal ?? false,
    isLoose: settings.loose ?? true,
    ignoresInvalidRst: on.hasIgnoreInvalidRst && (settings.ignore_invalid_rst ?? false),
    checksChecksum: settings.checksum ?? true,
    dropsInvalid: settings.dropInvalid ?? false,
    hasSynproxy: settings.synproxy ?? false,
    maxEntries: settings.maxEntries ?? Number.POSITIVE_INFINITY,
    maxRetrans: settings.max_retrans ?? DEFAULT_MAX_RETRANS,
    timeouts: Float64Array.from(seconds, (s) => s * NANOS_PER_SECOND),
  };
}
