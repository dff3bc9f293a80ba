// Runs recorded kernel cases through the tracker and compares every field of every packet.

import type { Entry } from '../engine/conntrack/entry.ts';
import { sentencesOf } from '../engine/conntrack/messages.ts';
import { NatRules } from '../engine/conntrack/nat.ts';
import { profileOfKernel, resolveRules } from '../engine/conntrack/profiles.ts';
import { BAD_CHECKSUM, BAD_DATA_OFFSET, ENDS_IN_HEADER, HEALTHY, Segment } from '../engine/conntrack/segment.ts';
import { STATE_NAMES } from '../engine/conntrack/states.ts';
import { Tracker } from '../engine/conntrack/tracker.ts';
import { PROFILES, type Profile, V_DROPPED, V_ESTABLISHED, V_NEW } from '../engine/model/verdict.ts';
import { profileNamed, type RecordedCase, type RecordedPacket, sentencesIn } from './oracleFormat.ts';

export { parseRecording } from './oracleFormat.ts';

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

const HEALTH_OF = { csum: BAD_CHECKSUM, doff: BAD_DATA_OFFSET, short: ENDS_IN_HEADER };
const NANOS_PER_SECOND = 1e9;
/** Cases that are tried under every profile where nothing names one. */
const TRIED_CASES = 400;

/** The profile that a file's name or a case names, that its sentences betray, or else the one that agrees with most of it. */
export function profileOf(fileName: string, cases: readonly RecordedCase[]): Profile {
  const base = fileName.split('/').at(-1) ?? '';
  const kernel = cases.find((c) => c.kernel !== null)?.kernel ?? '';
  const release = /(?:^|[^0-9.])([4-9]\.\d{1,2})(?:[^0-9]|$)/.exec(base)?.[1] ?? '';
  const named = profileNamed(base) ?? profileNamed(kernel) ?? profileOfKernel(kernel) ?? profileOfKernel(release);
  if (named) return named;
  const says = (pattern: RegExp): boolean => cases.some((c) => c.packets.some((p) => sentencesIn(p).some((s) => pattern.test(s))));
  if (says(/^invalid new$/)) return '6.18';
  if (says(/packet \(index|bytes more than expected|upper bound \d/)) return '6.1';
  const tried = cases.slice(0, TRIED_CASES);
  const likely: readonly Profile[] = ['5.10', ...PROFILES.filter((p) => p !== '5.10')];
  const scores = likely.map((profile) => ({ profile, agreeing: runCases(tried, profile).agreeingPackets }));
  return scores.reduce((best, s) => (s.agreeing > best.agreeing ? s : best)).profile;
}

/** Ticks a second of the recorded kernel: its build's choice, betrayed by the sentence that counts in them. */
function ticksOf(cases: readonly RecordedCase[]): number {
  for (const c of cases) {
    for (const p of c.packets) {
      const found = /lower timeout to (\d+)/.exec(sentencesIn(p).join('\n'));
      if (found) return Number(found[1]) / (c.settings.timeouts?.unacknowledged ?? 300);
    }
  }
  return 250;
}

/** @param profile of the file; a case that names its own kernel is run under that one's */
export function runCases(cases: readonly RecordedCase[], profile: Profile): Agreement {
  let [packets, agreeingPackets, agreeingCases] = [0, 0, 0];
  const differences: Difference[] = [];
  const ticks = ticksOf(cases);
  for (const recorded of cases) {
    const own = recorded.kernel === null ? null : (profileNamed(recorded.kernel) ?? profileOfKernel(recorded.kernel));
    const result = runCase(recorded, own ?? profile, ticks);
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
  const tracker = new Tracker(resolveRules(profile, recorded.settings), nat);
  const s = new Segment();
  const differences: Difference[] = [];
  for (const [packet, p] of recorded.packets.entries()) {
    fill(s, p, recorded.isTimed ? Math.round(p.t * NANOS_PER_SECOND) : 0);
    tracker.track(s);
    compare(tracker, p, s.time, ticks, (field, kernel, model) => {
      // Only what the recording says can be compared.
      if (kernel === undefined || JSON.stringify(kernel) === JSON.stringify(model)) return;
      differences.push({ case: recorded.name, packet, field, recorded: kernel, model });
    });
    if (differences.length > 0) return { agreeing: packet, differences };
  }
  return { agreeing: recorded.packets.length, differences };
}

function fill(s: Segment, p: RecordedPacket, time: number): void {
  s.time = time;
  s.sourceAddress = p.isOriginal ? CLIENT : SERVER;
  s.sourcePort = p.isOriginal ? CLIENT_PORT : SERVER_PORT;
  s.destinationAddress = p.isOriginal ? (p.isDirect ? SERVER : SERVICE) : CLIENT;
  s.destinationPort = p.isOriginal ? (p.isDirect ? SERVER_PORT : SERVICE_PORT) : CLIENT_PORT;
  s.seq = p.seq;
  s.ack = p.ack;
  s.window = p.win;
  s.length = p.len;
  s.flags = p.flags;
  s.health = p.bad ? HEALTH_OF[p.bad] : HEALTHY;
  s.hasOptions = p.hasOptions;
  s.windowScale = p.windowScale;
  s.sackPermitted = p.sackPermitted;
  s.sack = s.ack;
  for (const right of p.sackEdges) if (((s.sack - right) | 0) < 0) s.sack = right;
}

/** Entry A was made by the client towards the service, B by the server towards the client. */
function entryAfter({ table }: Tracker, p: RecordedPacket, now: number): { name: 'A' | 'B'; entry: Entry } | null {
  const a = table.find(CLIENT, CLIENT_PORT, SERVICE, SERVICE_PORT, now);
  const b = table.find(SERVER, SERVER_PORT, CLIENT, CLIENT_PORT, now);
  const isB = b >= 0 && (b & 1) === 0;
  if (isB && (!p.isOriginal || a < 0)) return { name: 'B', entry: table.entryOf(b) };
  return a >= 0 ? { name: 'A', entry: table.entryOf(a) } : null;
}

type Compare = (field: string, recorded: unknown, model: unknown) => void;

function compare(tracker: Tracker, p: RecordedPacket, now: number, ticks: number, on: Compare): void {
  const { out } = tracker;
  const { kernel } = p;
  on('ctstate', kernel.ctstate, out.verdict === V_NEW ? 'new' : out.verdict === V_ESTABLISHED ? 'established' : 'invalid');
  on('ctdir', kernel.ctdir, out.direction < 0 ? null : out.direction === 0 ? 'orig' : 'reply');
  if (typeof kernel.delivered === 'boolean') on('delivered', kernel.delivered, out.verdict !== V_DROPPED);
  const becameService = !p.isOriginal && out.sourceAddress === SERVICE;
  const becameServer = p.isOriginal && !p.isDirect && out.destinationAddress === SERVER;
  on('nat', kernel.nat, becameService || becameServer);
  on('remap', kernel.remap ?? false, p.isOriginal && out.sourcePort !== CLIENT_PORT);
  if (kernel.log !== undefined) on('log', sentencesIn(p), sentencesOf(out, tracker.rules.on, ticks));
  const after = entryAfter(tracker, p, now);
  on('entry', kernel.entry, after?.name ?? null);
  on('protoState', kernel.protoState, after ? STATE_NAMES[after.entry.state] : null);
  if (!after) return;
  const { entry } = after;
  on('assured', kernel.assured, entry.isAssured);
  on('seenReply', kernel.seenReply, entry.hasSeenReply);
  if (Array.isArray(kernel.scale)) on('scale', kernel.scale, [entry.sides[0].scale, entry.sides[1].scale]);
  if (Array.isArray(kernel.ctflags)) on('ctflags', kernel.ctflags, [entry.sides[0].flags, entry.sides[1].flags]);
  const seconds = (entry.deadline - now) / NANOS_PER_SECOND;
  if (typeof kernel.timeout === 'number' && !(Math.abs(seconds - kernel.timeout) <= 1)) on('timeout', kernel.timeout, seconds);
}
