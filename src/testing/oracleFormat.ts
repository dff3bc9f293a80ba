// Recorded kernel cases as they are written: one JSON object a line. Recordings differ in what they spell out, so nothing is taken for granted:
// what is missing has its default, what is not known is counted and left out, and no line makes the reading fail.
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../engine/model/packetTable.ts';
import { PROFILES, type Profile, type TrackerSettings } from '../engine/model/verdict.ts';

export interface RecordedPacket {
  /** Seconds. */
  readonly t: number;
  readonly isOriginal: boolean;
  /** A client packet addressed to the server itself. */
  readonly isDirect: boolean;
  readonly seq: number;
  readonly ack: number;
  readonly win: number;
  readonly flags: number;
  readonly len: number;
  readonly hasOptions: boolean;
  readonly windowScale: number;
  readonly sackPermitted: boolean;
  /** Right edges. */
  readonly sackEdges: readonly number[];
  readonly bad: 'csum' | 'doff' | 'short' | null;
  /** What the kernel made of it, by the recording's key; only what the recording says is compared. */
  readonly kernel: Readonly<Record<string, unknown>>;
}

export interface RecordedCase {
  readonly name: string;
  readonly settings: TrackerSettings;
  /** Waiting was real: `t` counts. Else all packets were sent back to back, and no time passed. */
  readonly isTimed: boolean;
  /** Release or profile of the recorded kernel, where the case says it. */
  readonly kernel: string | null;
  readonly packets: readonly RecordedPacket[];
}

export interface Recording {
  readonly cases: readonly RecordedCase[];
  /** Lines that are no case of TCP packets, by why. */
  readonly left: Readonly<Record<string, number>>;
  /** Settings that no kernel of ours has. */
  readonly unknownSettings: readonly string[];
}

type Values = Readonly<Record<string, unknown>>;

const FLAG_OF: Readonly<Record<string, number>> = { F: FIN, S: SYN, R: RST, P: PSH, A: ACK, U: URG, E: ECE, C: CWR };
const PREFIX = /^(?:net\.netfilter\.)?(?:nf_conntrack_)?(?:tcp_)?/;
const BAD: Readonly<Record<string, RecordedPacket['bad']>> = {
  csum: 'csum',
  checksum: 'csum',
  doff: 'doff',
  offset: 'doff',
  short: 'short',
  truncated: 'short',
};

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function number(value: unknown, absent: number): number {
  const found = typeof value === 'boolean' ? Number(value) : typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : absent;
}

export function parseRecording(content: string): Recording {
  const left: Record<string, number> = {};
  const unknown = new Set<string>();
  const cases: RecordedCase[] = [];
  const take = (value: unknown): void => {
    const found = readCase(value, cases.length, unknown);
    if (typeof found === 'string') left[found] = (left[found] ?? 0) + 1;
    else cases.push(found);
  };
  const whole = content.trimStart().startsWith('[') ? parseJson(content) : undefined;
  if (Array.isArray(whole)) whole.forEach(take);
  else
    for (const line of content.replace(/^\ufeff/, '').split('\n')) {
      const trimmed = line.trim();
      if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('//')) continue;
      take(parseJson(trimmed));
    }
  return { cases, left, unknownSettings: [...unknown] };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Counted as no case.
  }
}

function readCase(value: unknown, index: number, unknown: Set<string>): RecordedCase | string {
  if (!isObject(value)) return 'no JSON object';
  const { packets } = value;
  if (!Array.isArray(packets)) return 'no packets';
  const objects = packets.filter(isObject);
  if (objects.length !== packets.length || objects.length === 0) return 'no packets';
  const isTcp = objects.every((p) => ['', 'tcp', '6'].includes(String(p.proto ?? p.protocol ?? value.proto ?? '').toLowerCase()));
  if (!isTcp) return 'not TCP';
  const name = text(value.name) || `case ${index + 1}`;
  return {
    name,
    settings: readSettings(value, unknown),
    isTimed: isObject(value.timeouts) || /^timed/.test(name) || /^timed/.test(text(value.scenario)),
    kernel: text(value.kernel) || text(value.profile) || null,
    packets: objects.map(readPacket),
  };
}

function readSettings(value: Values, unknown: Set<string>): TrackerSettings {
  const flags: Record<string, number> = {};
  const timeouts: Record<string, number> = {};
  const sysctls = isObject(value.sysctl) ? value.sysctl : isObject(value.sysctls) ? value.sysctls : {};
  for (const [full, given] of Object.entries(sysctls)) {
    const name = full.replace(PREFIX, '');
    const state = /^timeout_(\w+)$/.exec(name)?.[1];
    if (state) timeouts[state] = number(given, 0);
    else if (KNOWN.has(name)) flags[name] = number(given, 0);
    else unknown.add(full);
  }
  for (const [full, given] of Object.entries(isObject(value.timeouts) ? value.timeouts : {})) {
    const seconds = number(given, Number.NaN);
    if (Number.isFinite(seconds)) timeouts[full.replace(PREFIX, '').replace(/^timeout_/, '')] = seconds;
  }
  return {
    be_liberal: (flags.be_liberal ?? 0) !== 0,
    loose: (flags.loose ?? 1) !== 0,
    ignore_invalid_rst: (flags.ignore_invalid_rst ?? 0) !== 0,
    checksum: (flags.checksum ?? 1) !== 0,
    max_retrans: flags.max_retrans ?? 3,
    ...(flags.max === undefined ? {} : { maxEntries: flags.max }),
    timeouts,
  };
}
/** `log_invalid` and `acct` only say more. */
const KNOWN: ReadonlySet<string> = new Set([
  'be_liberal',
  'loose',
  'ignore_invalid_rst',
  'checksum',
  'max_retrans',
  'max',
  'log_invalid',
  'acct',
  'timestamp',
]);

function readPacket(p: Values): RecordedPacket {
  const options = isObject(p.opts) ? p.opts : isObject(p.options) ? p.options : {};
  const said = Object.entries(options).filter(
    ([, v]) => v !== null && v !== undefined && v !== false && !(Array.isArray(v) && v.length === 0),
  );
  const sackEdges = list(options.sack).flatMap((block) => {
    const right = number(list(block)[1], Number.NaN);
    return Number.isFinite(right) ? [right >>> 0] : [];
  });
  return {
    t: number(p.t, 0),
    isOriginal: !text(p.dir).startsWith('r'),
    isDirect: p.direct === true || p.direct === 1,
    seq: number(p.seq, 0) >>> 0,
    ack: number(p.ack, 0) >>> 0,
    win: number(p.win, 0) & 0xffff,
    flags:
      typeof p.flags === 'number' ? p.flags & 0x1ff : [...text(p.flags).toUpperCase()].reduce((bits, f) => bits | (FLAG_OF[f] ?? 0), 0),
    len: Math.max(0, number(p.len, 0)),
    hasOptions: said.length > 0,
    windowScale: number(options.wscale, -1),
    sackPermitted: options.sackPerm === true || options.sackPerm === 1,
    sackEdges,
    bad: BAD[text(p.bad)] ?? null,
    kernel: p,
  };
}

/** The kernel's sentences for a packet, without the prefix of its log. */
export const sentencesIn = (p: RecordedPacket): string[] =>
  [p.kernel.log].flat().flatMap((s) => (typeof s === 'string' && s !== '' ? [s.replace(/^nf_ct_(?:proto_\d+|tcp): /, '')] : []));

/** The profile that a text names: `6.1` in `hidden-6.1.jsonl`; null where it names none. */
export function profileNamed(name: string): Profile | null {
  const isNamed = (p: Profile): boolean => new RegExp(`(^|[^0-9.])${p.replace('.', '\\.')}([^0-9]|$)`).test(name);
  return PROFILES.find(isNamed) ?? null;
}
