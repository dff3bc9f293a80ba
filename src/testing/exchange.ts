// A TCP exchange as the test's reader sees it, pushed through the tracker: one line a packet, `1ms reply SA seq=300 ack=101`.
import { sentencesOf } from '../engine/conntrack/messages.ts';
import { NatRules } from '../engine/conntrack/nat.ts';
import { resolveRules } from '../engine/conntrack/profiles.ts';
import { BAD_CHECKSUM, BAD_DATA_OFFSET, ENDS_IN_HEADER, HEALTHY, Segment } from '../engine/conntrack/segment.ts';
import { STATE_NAMES } from '../engine/conntrack/states.ts';
import { Tracker } from '../engine/conntrack/tracker.ts';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from '../engine/model/packetTable.ts';
import { type Profile, type TcpState, type TrackerSettings, V_DROPPED, V_ESTABLISHED, V_NEW } from '../engine/model/verdict.ts';

/** What became of one packet. Numbers of the entry are as after it; `timeout` in seconds. */
export interface Tracked {
  readonly kind: 'new' | 'established' | 'invalid' | 'dropped';
  readonly isIgnored: boolean;
  readonly direction: 'original' | 'reply' | null;
  readonly reason: string | null;
  readonly isTranslated: boolean;
  /** Port the client has beyond the node. */
  readonly clientPort: number | null;
  readonly state: TcpState | null;
  readonly isAssured: boolean;
  readonly timeout: number | null;
  /** [original, reply] */
  readonly scale: readonly number[];
  readonly flags: readonly number[];
  readonly end: readonly number[];
  readonly maxend: readonly number[];
  readonly maxwin: readonly number[];
}

const CLIENT = 1;
const SERVICE = 2;
const SERVER = 3;
const PORT = 40_000;
const FLAG_OF: Readonly<Record<string, number>> = { F: FIN, S: SYN, R: RST, P: PSH, A: ACK, U: URG, E: ECE, C: CWR };
const HEALTH_OF: Readonly<Record<string, number>> = { checksum: BAD_CHECKSUM, offset: BAD_DATA_OFFSET, short: ENDS_IN_HEADER };
const NANOS_OF: Readonly<Record<string, number>> = { us: 1e3, ms: 1e6, s: 1e9 };

/** A connection that both ends have opened: the client at 101, the server at 301, windows of 1000 octets, no options. */
export const OPENED = `
  0ms original S  seq=100 win=1000
  1ms reply    SA seq=300 ack=101 win=1000
  2ms original A  seq=101 ack=301 win=1000`;

/**
 * Tracks an exchange and says what became of each packet. `direct`: from the client to the server's own address.
 * Keys: seq ack win len wscale sackok ts sack=RIGHT bad=checksum|offset|short; a header has options only if a key says so.
 */
export function track(profile: Profile, exchange: string, settings: TrackerSettings = {}): Tracked[] {
  const nat = new NatRules();
  nat.setService(SERVICE, 80, SERVER, 8080);
  const tracker = new Tracker(resolveRules(profile, settings), nat);
  const s = new Segment();
  const lines = exchange.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    fill(s, line);
    tracker.track(s);
    return result(tracker, s);
  });
}

/** The last packet of an exchange: what most tests ask about. */
export function trackLast(profile: Profile, exchange: string, settings: TrackerSettings = {}): Tracked {
  return track(profile, exchange, settings).at(-1) as Tracked;
}

function fill(s: Segment, line: string): void {
  const [time = '', from = '', flags = '', ...rest] = line.trim().split(/\s+/);
  const [, amount, unit = ''] = /^([\d.]+)(us|ms|s)$/.exec(time) ?? [];
  if (amount === undefined || !['original', 'reply', 'direct'].includes(from)) throw new Error(`not a packet: ${line}`);
  const keys = new Map(rest.map((word): [string, string] => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']));
  const value = (key: string, absent: number): number => Number(keys.get(key) ?? absent);
  const isReply = from === 'reply';
  const isDirect = from === 'direct';
  s.time = Number(amount) * (NANOS_OF[unit] ?? 1);
  s.sourceAddress = isReply ? SERVER : CLIENT;
  s.sourcePort = isReply ? 8080 : PORT;
  s.destinationAddress = isReply ? CLIENT : isDirect ? SERVER : SERVICE;
  s.destinationPort = isReply ? PORT : isDirect ? 8080 : 80;
  s.seq = value('seq', 0) >>> 0;
  s.ack = value('ack', 0) >>> 0;
  s.sack = value('sack', s.ack) >>> 0;
  s.window = value('win', 1000);
  s.length = value('len', 0);
  s.flags = [...flags].reduce((bits, letter) => bits | (FLAG_OF[letter] ?? 0), 0);
  s.windowScale = value('wscale', -1);
  s.sackPermitted = keys.has('sackok');
  s.hasOptions = keys.has('ts') || keys.has('sack') || s.sackPermitted || s.windowScale >= 0;
  s.health = HEALTH_OF[keys.get('bad') ?? ''] ?? HEALTHY;
}

function result(tracker: Tracker, s: Segment): Tracked {
  const { out, table } = tracker;
  const node = table.find(s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort, s.time);
  const entry = out.entry ?? (node < 0 ? null : table.entryOf(node));
  const kind =
    out.verdict === V_NEW ? 'new' : out.verdict === V_ESTABLISHED ? 'established' : out.verdict === V_DROPPED ? 'dropped' : 'invalid';
  const sides = entry?.sides ?? [];
  return {
    kind,
    isIgnored: out.isIgnored,
    direction: out.direction < 0 ? null : out.direction === 0 ? 'original' : 'reply',
    reason: sentencesOf(out, tracker.rules.on)[0] ?? null,
    isTranslated: out.isTranslated,
    clientPort: out.sourceAddress === CLIENT ? out.sourcePort : null,
    state: node < 0 ? null : (STATE_NAMES[table.entryOf(node).state] ?? null),
    isAssured: entry?.isAssured ?? false,
    timeout: node < 0 ? null : (table.entryOf(node).deadline - s.time) / 1e9,
    scale: sides.map((side) => side.scale),
    flags: sides.map((side) => side.flags),
    end: sides.map((side) => side.end),
    maxend: sides.map((side) => side.maxend),
    maxwin: sides.map((side) => side.maxwin),
  };
}
