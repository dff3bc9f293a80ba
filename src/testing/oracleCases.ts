// Runs recorded kernel cases through the tracker and compares every field of every packet.

import type { Entry } from '../engine/conntrack/entry.ts';
import { sentencesOf } from '../engine/conntrack/messages.ts';
import { NatRules } from '../engine/conntrack/nat.ts';
import { profileOfKernel, resolveRules } from '../engine/conntrack/profiles.ts';
import { BAD_CHECKSUM, BAD_DATA_OFFSET, ENDS_IN_HEADER, HEALTHY, Segment } from '../engine/conntrack/segment.ts';
import { STATE_NAMES } from '../engine/conntrack/states.ts';
import { Tracker } from '../engine/conntrack/tracker.ts';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../engine/model/packetTable.ts';
import { PROFILES, type Profile, type TrackerSettings, V_ESTABLISHED, V_NEW } from '../engine/model/verdict.ts';

interface RecordedOptions {
  readonly wscale?: number;
  readonly sackPerm?: boolean;
  readonly sack?: readonly (readonly [number, number])[];
}

interface RecordedPacket {
  readonly t: number;
  readonly dir: 'orig' | 'reply';
  readonly direct?: boolean;
  readonly seq: number;
  readonly ack: number;
  readonly win: number;
  readonly flags: string;
  readonly len: number;
  readonly opts?: RecordedOptions;
  readonly bad?: 'csum' | 'doff' | 'short';
  readonly ctstate: 'new' | 'established' | 'invalid';
  readonly ctdir: 'orig' | 'reply' | null;
  readonly nat: boolean;
  readonly remap?: boolean;
  readonly entry: 'A' | 'B' | null;
  readonly protoState: string | null;
  readonly assured?: boolean;
  readonly seenReply?: boolean;
  readonly timeout?: number;
  readonly scale?: readonly number[];
  readonly ctflags?: readonly number[];
  readonly log: readonly string[] | string | null;
}

export interface RecordedCase {
  readonly name: string;
  readonly sysctl: Readonly<Record<string, number>>;
  readonly timeouts?: Readonly<Record<string, number>>;
  /** Release of the recorded kernel, where the recording says it. */
  readonly kernel?: string;
  readonly packets: readonly RecordedPacket[];
}

export interface Difference {
  readonly case: string;
  readonly packet: number;
  readonly field: string;
  readonly recorded: unknown;
  readonly model: unknown;
}

export interface Agreement {
  readonly packets: number;
  readonly agreeingPackets: number;
  readonly cases: number;
  readonly agreeingCases: number;
  readonly differences: readonly Difference[];
}

/** Addresses of the bench, as numbers; only that they differ matters. */
const CLIENT = 1;
const SERVICE = 2;
const SERVER = 3;
const CLIENT_PORT = 40_000;
const SERVICE_PORT = 80;
const SERVER_PORT = 8080;

const FLAG_OF: Readonly<Record<string, number>> = { F: FIN, S: SYN, R: RST, P: PSH, A: ACK, U: URG, E: ECE, C: CWR };
const HEALTH_OF = { csum: BAD_CHECKSUM, doff: BAD_DATA_OFFSET, short: ENDS_IN_HEADER };
const NANOS_PER_SECOND = 1e9;

/** One JSON object a line. */
export const parseCases = (text: string): RecordedCase[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): RecordedCase => JSON.parse(line));

/** The profile that a file's name or a case names, else the one its sentences betray. */
export function profileOf(fileName: string, cases: readonly RecordedCase[]): Profile {
  const base = fileName.split('/').at(-1) ?? '';
  const isNamed = (p: Profile): boolean => new RegExp(`(^|[^0-9.])${p.replace('.', '\\.')}([^0-9]|$)`).test(base);
  const named = PROFILES.find(isNamed) ?? profileOfKernel(cases[0]?.kernel ?? '');
  if (named) return named;
  const has = (pattern: RegExp): boolean => sentences(cases).some((sentence) => pattern.test(sentence));
  if (has(/^invalid new$/m)) return '6.18';
  return has(/packet \(index|bytes more than expected|upper bound \d/) ? '6.1' : '5.10';
}

const sentences = (cases: readonly RecordedCase[]): string[] => cases.flatMap((c) => c.packets.flatMap((p) => p.log ?? []));

/** Ticks a second of the recorded kernel: its build's choice, betrayed by the sentence that counts in them. */
function ticksOf(cases: readonly RecordedCase[]): number {
  for (const c of cases) {
    const found = /lower timeout to (\d+)/.exec(sentences([c]).join('\n'));
    if (found) return Number(found[1]) / (c.timeouts?.unacknowledged ?? 300);
  }
  return 250;
}

export function runCases(cases: readonly RecordedCase[], profile: Profile): Agreement {
  let [packets, agreeingPackets, agreeingCases] = [0, 0, 0];
  const differences: Difference[] = [];
  const ticks = ticksOf(cases);
  for (const recorded of cases) {
    const result = runCase(recorded, profile, ticks);
    packets += recorded.packets.length;
    agreeingPackets += result.agreeing;
    if (result.differences.length === 0) agreeingCases++;
    differences.push(...result.differences);
  }
  return { packets, agreeingPackets, cases: cases.length, agreeingCases, differences };
}

/** Runs one case until the first packet that differs. @returns the packets that agreed before it */
function runCase(recorded: RecordedCase, profile: Profile, ticks: number): { agreeing: number; differences: Difference[] } {
  const nat = new NatRules();
  nat.setService(SERVICE, SERVICE_PORT, SERVER, SERVER_PORT);
  const tracker = new Tracker(resolveRules(profile, settingsOf(recorded)), nat);
  const s = new Segment();
  const differences: Difference[] = [];
  for (const [packet, p] of recorded.packets.entries()) {
    fill(s, p);
    tracker.track(s);
    compare(tracker, p, ticks, (field, kernel, model) => {
      if (JSON.stringify(kernel) === JSON.stringify(model)) return;
      differences.push({ case: recorded.name, packet, field, recorded: kernel, model });
    });
    if (differences.length > 0) return { agreeing: packet, differences };
  }
  return { agreeing: recorded.packets.length, differences };
}

function settingsOf({ sysctl, timeouts }: RecordedCase): TrackerSettings {
  return {
    be_liberal: sysctl.be_liberal === 1,
    loose: sysctl.loose !== 0,
    ignore_invalid_rst: sysctl.ignore_invalid_rst === 1,
    checksum: sysctl.checksum !== 0,
    max_retrans: sysctl.max_retrans ?? 3,
    timeouts: timeouts ?? {},
  };
}

function fill(s: Segment, p: RecordedPacket): void {
  const isOriginal = p.dir === 'orig';
  s.time = Math.round(p.t * NANOS_PER_SECOND);
  s.sourceAddress = isOriginal ? CLIENT : SERVER;
  s.sourcePort = isOriginal ? CLIENT_PORT : SERVER_PORT;
  s.destinationAddress = isOriginal ? (p.direct ? SERVER : SERVICE) : CLIENT;
  s.destinationPort = isOriginal ? (p.direct ? SERVER_PORT : SERVICE_PORT) : CLIENT_PORT;
  s.seq = p.seq >>> 0;
  s.ack = p.ack >>> 0;
  s.window = p.win;
  s.length = p.len;
  s.flags = 0;
  for (const letter of p.flags) s.flags |= FLAG_OF[letter] ?? 0;
  s.health = p.bad ? HEALTH_OF[p.bad] : HEALTHY;
  const options = p.opts ?? {};
  s.hasOptions = Object.keys(options).length > 0;
  s.windowScale = options.wscale ?? -1;
  s.sackPermitted = options.sackPerm ?? false;
  s.sack = s.ack;
  for (const [, right] of options.sack ?? []) if (((s.sack - right) | 0) < 0) s.sack = right >>> 0;
}

/** Entry A was made by the client towards the service, B by the server towards the client. */
function entryAfter({ table }: Tracker, p: RecordedPacket, now: number): { name: 'A' | 'B'; entry: Entry } | null {
  const a = table.find(CLIENT, CLIENT_PORT, SERVICE, SERVICE_PORT, now);
  const b = table.find(SERVER, SERVER_PORT, CLIENT, CLIENT_PORT, now);
  const isB = b >= 0 && (b & 1) === 0;
  if (isB && (p.dir === 'reply' || a < 0)) return { name: 'B', entry: table.entryOf(b) };
  return a >= 0 ? { name: 'A', entry: table.entryOf(a) } : null;
}

function compare(tracker: Tracker, p: RecordedPacket, ticks: number, on: (field: string, recorded: unknown, model: unknown) => void): void {
  const now = Math.round(p.t * NANOS_PER_SECOND);
  const { out } = tracker;
  on('ctstate', p.ctstate, out.verdict === V_NEW ? 'new' : out.verdict === V_ESTABLISHED ? 'established' : 'invalid');
  on('ctdir', p.ctdir, out.direction < 0 ? null : out.direction === 0 ? 'orig' : 'reply');
  const becameService = p.dir === 'reply' && out.sourceAddress === SERVICE;
  const becameServer = p.dir === 'orig' && !p.direct && out.destinationAddress === SERVER;
  on('nat', p.nat, becameService || becameServer);
  on('remap', p.remap ?? false, p.dir === 'orig' && out.sourcePort !== CLIENT_PORT);
  on('log', p.log === null ? [] : [p.log].flat(), sentencesOf(out, tracker.rules.on, ticks));
  const after = entryAfter(tracker, p, now);
  on('entry', p.entry, after?.name ?? null);
  on('protoState', p.protoState, after ? STATE_NAMES[after.entry.state] : null);
  if (!after) return;
  const { entry } = after;
  if (p.assured !== undefined) on('assured', p.assured, entry.isAssured);
  if (p.seenReply !== undefined) on('seenReply', p.seenReply, entry.hasSeenReply);
  if (p.scale) on('scale', p.scale, [entry.sides[0].scale, entry.sides[1].scale]);
  if (p.ctflags) on('ctflags', p.ctflags, [entry.sides[0].flags, entry.sides[1].flags]);
  const seconds = (entry.deadline - now) / NANOS_PER_SECOND;
  if (p.timeout !== undefined && !(Math.abs(seconds - p.timeout) <= 1)) on('timeout', p.timeout, seconds);
}
