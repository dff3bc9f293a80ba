// Arrivals through the tracker of one node, in one order, under one profile and one set of settings.
import { copyEntry, Entry } from '../conntrack/entry.ts';
import { I_FORWARDS, I_PASSES, IpvsTable } from '../conntrack/ipvs.ts';
import { sentencesOf } from '../conntrack/messages.ts';
import { NatRules } from '../conntrack/nat.ts';
import { L_NOTHING, Outcome } from '../conntrack/outcome.ts';
import { type Rules, resolveRules } from '../conntrack/profiles.ts';
import { BAD_CHECKSUM, HEALTHY, Segment } from '../conntrack/segment.ts';
import { Tracker } from '../conntrack/tracker.ts';
import type { Workspace } from '../model/correlation.ts';
import { ACK, FIN, findRow, HAS_SACK, HAS_TS, type PacketTable, SYN } from '../model/packetTable.ts';
import {
  type Profile,
  type StateChanges,
  type TrackerSettings,
  V_DROPPED,
  V_ESTABLISHED,
  V_IGNORED,
  V_INVALID,
  V_NEW,
  V_UNKNOWN,
} from '../model/verdict.ts';
import { A_YES, type Arrivals, O_PORT_CHANGED, O_TRANSLATED, O_UNKNOWN, O_UNTRANSLATED, O_VANISHED, type Order } from './arrivals.ts';
import { StateLog } from './stateLog.ts';

/** Predicted fate besides the O_… of arrivals: it leaves as it came, or has nowhere to go. */
export const F_UNTRANSLATED_OR_GONE = 5;
/** Translated, but not to where it was seen to go: another backend. */
export const F_ELSEWHERE = 6;

const REASON_PICKED_UP = 'no entry: picked up in mid-stream (nf_conntrack_tcp_loose)';
const REASON_NO_ENTRY = 'no entry, and none is made of this packet';
const REASON_NO_IPVS = 'no IPVS connection';

/**
 * From so many packets on every run takes down when states change; below, where a run is quick and connections are many, it is made
 * again for the few that are looked at.
 */
const LOGGED_FROM = 50_000;

/** Columns parallel to the arrivals. */
export interface RunResult {
  readonly verdict: Uint8Array;
  /** What should be seen of the packet behind the node: O_… or F_UNTRANSLATED_OR_GONE. */
  readonly fate: Uint8Array;
  /** Index in `reasons`, 0 none. */
  readonly reason: Uint8Array;
  readonly reasons: readonly string[];
  readonly state: Uint8Array;
  /** When entries changed their state; null: not taken down. */
  readonly changes: StateChanges | null;
}

/** Called after each packet that reached the node, with the tracker's scratch rows: copy what is to be kept. @returns true to stop */
export type Watch = (at: number, out: Outcome, s: Segment) => boolean;

export function run(
  a: Arrivals,
  order: Order,
  workspace: Workspace,
  profile: Profile,
  settings: TrackerSettings,
  watch: Watch | null = null,
  skip: Uint8Array | null = null,
  logsStates = a.length >= LOGGED_FROM,
): RunResult {
  const node = new Node(a, workspace, profile, settings, logsStates);
  const result = {
    verdict: new Uint8Array(a.length),
    fate: new Uint8Array(a.length),
    reason: new Uint8Array(a.length),
    reasons: node.reasons.list,
    state: new Uint8Array(a.length),
    changes: node.states?.changes ?? null,
  };
  let [lastTap, lastRow, lastAt] = [-1, -1, -1];
  for (const at of order.index) {
    if (skip !== null && skip[at] === 1) continue;
    const isSameRow = a.tap[at] === lastTap && a.row[at] === lastRow && a.partLength[at] < 0 && a.arrived[lastAt] === a.arrived[at];
    // Parts of one large packet at the node: it was judged as a whole.
    if (isSameRow) {
      result.verdict[at] = result.verdict[lastAt];
      result.fate[at] = result.fate[lastAt];
      result.reason[at] = result.reason[lastAt];
      result.state[at] = result.state[lastAt];
    } else {
      node.take(at, order.time[at]);
      result.verdict[at] = node.verdict;
      result.fate[at] = node.fate;
      result.reason[at] = node.reason;
      result.state[at] = node.state;
      if (watch !== null && a.arrived[at] === A_YES && watch(at, node.tracker.out, node.segment)) break;
    }
    [lastTap, lastRow, lastAt] = [a.tap[at], a.row[at], at];
  }
  return result;
}

const resolved = new WeakMap<TrackerSettings, Map<Profile, Rules>>();

/** Rules are resolved once for all trackers of a replay, not for each connection. */
function rulesOf(profile: Profile, settings: TrackerSettings): Rules {
  const known = resolved.get(settings) ?? new Map<Profile, Rules>();
  resolved.set(settings, known);
  const rules = known.get(profile) ?? resolveRules(profile, settings);
  known.set(profile, rules);
  return rules;
}

/** The node: tracker, service rules, IPVS table, and what they said of the packet in hand. */
class Node {
  readonly tracker: Tracker;
  readonly segment = new Segment();
  readonly reasons = new Reasons();
  verdict = V_UNKNOWN;
  fate = O_UNKNOWN;
  reason = 0;
  state = 0;
  private readonly nat = new NatRules();
  private readonly ipvs: IpvsTable | null;
  private readonly isUntracked: boolean;
  private readonly kept = new Entry();
  /** For what passes the tracker a second time, so that the first judgement stays. */
  private readonly spare = new Outcome();
  /** The entry that the packet in hand met, null: none. */
  private entry: Entry | null = null;
  private path = -1;
  private served = -1;
  private service = 0;
  private servicePort = 0;
  readonly states: StateLog | null;
  private readonly a: Arrivals;
  private readonly workspace: Workspace;

  constructor(a: Arrivals, workspace: Workspace, profile: Profile, settings: TrackerSettings, logsStates: boolean) {
    this.a = a;
    this.workspace = workspace;
    this.states = logsStates ? new StateLog(a) : null;
    this.tracker = new Tracker(rulesOf(profile, settings), this.nat);
    this.isUntracked = settings.vsConntrack === false;
    const tcp = settings.timeouts?.ipvs_tcp;
    this.ipvs = settings.ipvs ? new IpvsTable({ ...(tcp === undefined ? {} : { tcp }), expireNodestConn: true }) : null;
  }

  take(at: number, time: number): void {
    const { a, segment } = this;
    if (a.path[at] !== this.path) this.enter(a.path[at]);
    this.follow(a.leftAs[at]);
    fillSegment(segment, a, at, this.workspace.taps[a.tap[at]].packets);
    segment.time = time;
    segment.isToNode = a.due[at] === 1 && (a.direction[at] === 1 ? this.isMasqueraded() : this.ipvs !== null);
    if (a.arrived[at] !== A_YES) {
      this.imagine(at);
      return;
    }
    this.entry = null;
    this.states?.expire(at, time);
    if (this.ipvs && this.isUntracked) this.forward(at, this.ipvs);
    else if (this.ipvs) this.direct(at, this.ipvs);
    else this.track(at);
    if (this.entry !== null) this.states?.note(at, time, this.entry, this.tracker.out.direction);
  }

  /** Service rules follow the path: the next new connection of this client goes to its server. */
  private enter(index: number): void {
    const path = this.a.paths[index];
    const { tuples } = this.a;
    this.path = index;
    const service = path.service ?? path.server;
    this.service = tuples.addressNumber(service.address);
    this.servicePort = service.port;
    this.serve();
    this.nat.setMasquerade(path.snat ? tuples.addressNumber(path.snat.to.address) : -1);
  }

  private serve(): void {
    this.served = -1;
    const { service, server } = this.a.paths[this.path];
    if (service) this.nat.setService(this.service, this.servicePort, this.a.tuples.addressNumber(server.address), server.port);
  }

  /** The mapping that NAT chose in reality, should this packet make a new entry: another backend, another port. */
  private follow(leftAs: number): void {
    this.nat.preferPort(0);
    if (leftAs < 0) return;
    const { rows } = this.a.tuples;
    const at = leftAs * 4;
    this.nat.preferPort(rows[at + 1]);
    const isLeft = rows[at + 2] === this.service || this.a.paths[this.path].service === null;
    if (!isLeft && leftAs !== this.served) this.nat.setService(this.service, this.servicePort, rows[at + 2], rows[at + 3]);
    if (!isLeft) this.served = leftAs;
  }

  private track(at: number): void {
    const out = this.tracker.track(this.segment);
    this.note(out);
    const isReply = this.a.direction[at] === 1;
    if (out.verdict === V_DROPPED) this.fate = O_VANISHED;
    else if (out.verdict === V_INVALID) this.fate = isReply && !this.isMasqueraded() ? O_UNTRANSLATED : F_UNTRANSLATED_OR_GONE;
    else if (!out.isTranslated) this.fate = O_UNTRANSLATED;
    else if (out.entry?.hasChangedPort && !this.isMasqueraded()) this.fate = O_PORT_CHANGED;
    else this.fate = this.wentElsewhere(at, out) ? F_ELSEWHERE : O_TRANSLATED;
  }

  private wentElsewhere(at: number, out: Outcome): boolean {
    const leftAs = this.a.leftAs[at];
    if (leftAs < 0 || this.a.observed[at] !== O_TRANSLATED) return false;
    const { rows } = this.a.tuples;
    return rows[leftAs * 4 + 2] !== out.destinationAddress || rows[leftAs * 4 + 3] !== out.destinationPort;
  }

  /** IPVS translates what it knows, whatever conntrack thinks; what conntrack refused is tracked afresh after the rewrite. */
  private direct(at: number, ipvs: IpvsTable): void {
    const { segment: s } = this;
    if (this.a.direction[at] === 1) {
      if (s.sourceAddress === this.service && s.sourcePort === this.servicePort) {
        this.hearNode(ipvs);
        return;
      }
      const action = ipvs.fromServer(s, this.service, this.servicePort);
      this.note(this.tracker.track(s));
      // A port that conntrack changed has an entry of its own, and IPVS knows its client by the real port.
      const isKnown = action === I_FORWARDS || this.tracker.out.isTranslated || this.tracker.out.entry?.hasChangedPort === true;
      this.fate = this.verdict === V_DROPPED ? O_VANISHED : isKnown ? O_TRANSLATED : O_UNTRANSLATED;
      if (!isKnown && action === I_PASSES && this.reason === 0) this.reason = this.reasons.of(REASON_NO_IPVS);
      return;
    }
    if (ipvs.fromClient(s) !== I_FORWARDS) {
      const found = this.tracker.table.find(s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort, s.time);
      if (found >= 0) this.tracker.table.remove(this.tracker.table.entryOf(found));
      // The node keeps it: tracked, if at all, under the service's own address.
      this.nat.removeService(this.service, this.servicePort);
      this.note(this.tracker.track(s));
      this.serve();
      this.fate = O_VANISHED;
      this.reason = this.reasons.of(REASON_NO_IPVS);
      return;
    }
    const out = this.tracker.track(s);
    this.note(out);
    this.fate = out.verdict === V_DROPPED ? O_VANISHED : O_TRANSLATED;
    if (out.verdict !== V_INVALID) return;
    const path = this.a.paths[this.path];
    s.destinationAddress = this.a.tuples.addressNumber(path.server.address);
    s.destinationPort = path.server.port;
    const again = this.tracker.track(s, this.spare);
    if (again.entry?.hasChangedPort) this.fate = O_PORT_CHANGED;
  }

  /** `vs.conntrack` is 0: conntrack never hears of what IPVS forwards. */
  private forward(at: number, ipvs: IpvsTable): void {
    const { segment: s } = this;
    const isReply = this.a.direction[at] === 1;
    if (isReply && s.sourceAddress === this.service && s.sourcePort === this.servicePort) {
      this.hearNode(ipvs);
      return;
    }
    const action = isReply ? ipvs.fromServer(s, this.service, this.servicePort) : ipvs.fromClient(s);
    this.verdict = V_UNKNOWN;
    this.state = 0;
    this.reason = action === I_FORWARDS ? 0 : this.reasons.of(REASON_NO_IPVS);
    this.fate = action === I_FORWARDS ? O_TRANSLATED : isReply ? O_UNTRANSLATED : O_VANISHED;
  }

  /** The node's own stack speaks for the service: IPVS has no connection any more. */
  private hearNode(ipvs: IpvsTable): void {
    const { segment: s } = this;
    ipvs.forget(s.destinationAddress, s.destinationPort, s.sourceAddress, s.sourcePort);
    this.verdict = V_ESTABLISHED;
    this.fate = O_UNKNOWN;
    this.reason = this.reasons.of(REASON_NO_IPVS);
    this.state = 0;
  }

  /** A packet that did not reach the node, as far as anybody saw. If it was dropped as INVALID there, that explains it. */
  private imagine(at: number): void {
    const { table, rules } = this.tracker;
    const { segment: s } = this;
    this.verdict = V_UNKNOWN;
    this.fate = O_UNKNOWN;
    this.reason = 0;
    this.state = 0;
    const found = table.find(s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort, s.time);
    if (found < 0 || this.a.observed[at] !== O_VANISHED) return;
    const entry = table.entryOf(found);
    copyEntry(entry, this.kept);
    const out = this.tracker.track(s);
    if (out.verdict === V_DROPPED || (out.verdict === V_INVALID && !rules.dropsInvalid)) {
      if (rules.dropsInvalid) this.note(out);
      this.fate = rules.dropsInvalid ? O_VANISHED : O_UNTRANSLATED;
    }
    if (out.entry && out.entry !== entry) table.remove(out.entry);
    copyEntry(this.kept, entry);
    if (entry.row < 0) table.insert(entry);
  }

  private isMasqueraded(): boolean {
    return this.a.paths[this.path].snat !== null;
  }

  private note(out: Outcome): void {
    this.entry = out.entry;
    const isAccepted = out.verdict === V_NEW || out.verdict === V_ESTABLISHED;
    this.verdict = out.isIgnored && isAccepted ? V_IGNORED : out.verdict;
    this.state = out.entry ? out.entry.state : out.judgement.hasRecords ? out.judgement.state : 0;
    if (out.log !== L_NOTHING) this.reason = this.reasons.ofLog(out, this.tracker.rules.on);
    else if (!isAccepted) this.reason = this.reasons.of(REASON_NO_ENTRY);
    else this.reason = out.isPickUp ? this.reasons.of(REASON_PICKED_UP) : 0;
  }
}

/** Sentences without their numbers, so that a handful names them all. */
class Reasons {
  readonly list: string[] = [''];
  private readonly known = new Map<string, number>();
  private readonly byLog = new Map<number, number>();

  of(text: string): number {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    if (this.list.length > 255) return 0;
    this.list.push(text);
    this.known.set(text, this.list.length - 1);
    return this.list.length - 1;
  }

  ofLog(out: Outcome, on: Parameters<typeof sentencesOf>[1]): number {
    const hasNoState = out.log > 6 || out.log < 5;
    const key = hasNoState ? out.log : (((out.log * 16 + out.logState) * 8 + out.logKind) * 2 + out.logDir) * 16;
    const known = this.byLog.get(key);
    if (known !== undefined) return known;
    const sentence = (sentencesOf(out, on)[0] ?? '').replace(/ bound \d+/, ' bound').replace(/^\d+ /, '');
    const index = this.of(sentence);
    this.byLog.set(key, index);
    return index;
  }
}

function fillSegment(s: Segment, a: Arrivals, at: number, packets: PacketTable): void {
  const row = a.row[at];
  const tuple = a.tuple[at] * 4;
  const t = a.tuples.rows;
  s.sourceAddress = t[tuple];
  s.sourcePort = t[tuple + 1];
  s.destinationAddress = t[tuple + 2];
  s.destinationPort = t[tuple + 3];
  const flags = packets.flags[row];
  s.health = a.damaged[at] === 1 ? BAD_CHECKSUM : HEALTHY;
  s.seq = packets.seq[row];
  s.ack = packets.ack[row];
  s.window = packets.window[row];
  s.length = packets.payloadLength[row];
  s.flags = flags & 0x1ff;
  if (a.partLength[at] >= 0) {
    const rowEnd = (s.seq + s.length) >>> 0;
    s.seq = a.partSeq[at];
    s.length = a.partLength[at];
    if ((s.seq + s.length) >>> 0 !== rowEnd) s.flags &= ~FIN;
  }
  s.sack = s.ack;
  if (flags & HAS_SACK) {
    const found = findRow(packets.sacks.row, packets.sacks.length, row);
    if (found >= 0) s.sack = packets.sacks.edge[found];
  }
  s.hasOptions = (flags & (HAS_TS | HAS_SACK)) !== 0;
  s.windowScale = -1;
  s.sackPermitted = false;
  if (flags & SYN) fillSynOptions(s, packets, row);
  if (!(flags & ACK)) s.sack = s.ack;
}

function fillSynOptions(s: Segment, { synOptions }: PacketTable, row: number): void {
  const found = findRow(synOptions.row, synOptions.length, row);
  if (found < 0) return;
  const present = synOptions.present[found];
  s.hasOptions = (present & 16) !== 0;
  s.sackPermitted = (present & 1) !== 0;
  const scale = synOptions.windowScale[found];
  s.windowScale = scale === 255 ? -1 : scale;
}
