// One packet through conntrack and NAT, step by step. Source: nf_conntrack_core.c nf_conntrack_in(),
// nf_conntrack_proto_tcp.c nf_conntrack_tcp_packet(), tcp_new(), tcp_error().
import { V_DROPPED, V_ESTABLISHED, V_INVALID, V_NEW } from '../model/verdict.ts';
import { CLOSE_INIT, Entry, EXPECT_CHALLENGE_ACK, LIBERAL, SACK_PERM, SIMULTANEOUS_OPEN, WINDOW_SCALE } from './entry.ts';
import { EntryTable } from './entryTable.ts';
import type { NatRules } from './nat.ts';
import { MAX_SHIFT, noteOptions } from './options.ts';
import {
  L_CHALLENGE_ACK,
  L_CHECKSUM,
  L_FLAGS,
  L_IGNORED_STATE,
  L_INVALID_NEW,
  L_INVALID_RST,
  L_INVALID_STATE,
  L_NOTHING,
  L_TABLE_FULL,
  L_TRUNCATED,
  Outcome,
} from './outcome.ts';
import type { Rules } from './profiles.ts';
import { judgeRst, RST_KEEPS_STATE, RST_REFUSED, RST_SKIPS_WINDOW } from './rst.ts';
import { BAD_CHECKSUM, BAD_DATA_OFFSET, endOf, HEALTHY, isLegalCombination, kindOf, type Segment } from './segment.ts';
import {
  ESTABLISHED,
  FIN_WAIT,
  IGNORE,
  INVALID,
  KIND_ACK,
  KIND_RST,
  KIND_SYN,
  KIND_SYNACK,
  LAST_ACK,
  NEXT_STATE,
  SYN_RECV,
  SYN_SENT,
  SYN_SENT2,
  TIME_WAIT,
} from './states.ts';
import { refresh, shrinkAfterInvalid } from './timers.ts';
import { ACCEPTED, REFUSED, testWindow } from './window.ts';

/** What the state machine says of a packet. */
const PASS = 0;
const PASS_IGNORED = 1;
const REFUSE = 2;
/** The entry was deleted: look up again. */
const AGAIN = 3;

/** The tracker of one node: rules, NAT and the entry table. `track` fills `out`, which holds until the next call. */
export class Tracker {
  readonly out = new Outcome();
  readonly table = new EntryTable();
  readonly rules: Rules;
  readonly nat: NatRules;

  constructor(rules: Rules, nat: NatRules) {
    this.rules = rules;
    this.nat = nat;
  }

  /** @param out another scratch row, for a packet that passes the tracker a second time */
  track(s: Segment, out: Outcome = this.out): Outcome {
    reset(out, s);
    if (!isWellFormed(s, this.rules, out)) return this.invalid(s, out);
    for (;;) {
      const node = this.table.find(s.sourceAddress, s.sourcePort, s.destinationAddress, s.destinationPort, s.time);
      if (node < 0) return this.open(s, out);
      const entry = this.table.entryOf(node);
      const dir = node & 1;
      const result = step(entry, dir, s, this.rules, out);
      if (result === AGAIN) {
        this.table.remove(entry);
        continue;
      }
      if (result === REFUSE) return this.invalid(s, out);
      return this.pass(entry, dir, s, result === PASS_IGNORED, out);
    }
  }

  /** No entry: a SYN or, with `loose`, an ACK makes one, in whichever direction it travels. */
  private open(s: Segment, out: Outcome): Outcome {
    const { rules } = this;
    const kind = kindOf(s.flags);
    const isSyn = kind === KIND_SYN;
    if (!isSyn && kind !== KIND_ACK) {
      if (rules.on.logsInvalidNew) out.log = L_INVALID_NEW;
      return this.invalid(s, out);
    }
    if (!isSyn && !rules.isLoose) return this.invalid(s, out);
    if (this.table.size >= rules.maxEntries && !this.table.makeRoom(s.time)) {
      out.log = L_TABLE_FULL;
      return this.drop(out);
    }
    const entry = new Entry();
    prepare(entry, s, isSyn, rules);
    step(entry, 0, s, rules, out);
    this.nat.map(entry, s, this.table, s.time);
    if (!this.confirm(entry, s.time)) {
      out.isInsertFailed = true;
      return this.drop(out);
    }
    out.isPickUp = !isSyn;
    return this.pass(entry, 0, s, false, out);
  }

  /** Inserts a new entry at the very end of its first packet's way. @returns false where one of its tuples is taken by then */
  private confirm(entry: Entry, now: number): boolean {
    const t = entry.tuples;
    if (this.table.find(t[0], t[1], t[2], t[3], now) >= 0 || this.table.find(t[4], t[5], t[6], t[7], now) >= 0) return false;
    this.table.insert(entry);
    return true;
  }

  private drop(out: Outcome): Outcome {
    out.verdict = V_DROPPED;
    out.entry = null;
    return out;
  }

  private pass(entry: Entry, dir: number, s: Segment, isIgnored: boolean, out: Outcome): Outcome {
    out.verdict = dir === 1 || entry.hasSeenReply ? V_ESTABLISHED : V_NEW;
    out.isIgnored = isIgnored;
    out.direction = dir;
    out.entry = entry;
    translate(entry, dir, out);
    // A RST on an entry without an answer kills it at once.
    if (!isIgnored && !entry.hasSeenReply && kindOf(s.flags) === KIND_RST) this.table.remove(entry);
    if (dir === 1) entry.hasSeenReply = true;
    return out;
  }

  private invalid(s: Segment, out: Outcome): Outcome {
    out.verdict = this.rules.dropsInvalid && !s.isToNode ? V_DROPPED : V_INVALID;
    return out;
  }
}

function reset(out: Outcome, s: Segment): void {
  out.isIgnored = false;
  out.direction = -1;
  out.entry = null;
  out.isPickUp = false;
  out.isInsertFailed = false;
  out.isTranslated = false;
  out.sourceAddress = s.sourceAddress;
  out.sourcePort = s.sourcePort;
  out.destinationAddress = s.destinationAddress;
  out.destinationPort = s.destinationPort;
  out.log = L_NOTHING;
  out.log2 = L_NOTHING;
  out.judgement.hasRecords = false;
  out.judgement.isDecisive = false;
  out.judgement.broken = 0;
}

/** Checks that come before any entry. */
function isWellFormed(s: Segment, rules: Rules, out: Outcome): boolean {
  if (s.health === HEALTHY || s.health === BAD_CHECKSUM) {
    if (s.health === BAD_CHECKSUM && rules.checksChecksum && !s.isOfNode) out.log = L_CHECKSUM;
    else if (!isLegalCombination(s.flags)) out.log = L_FLAGS;
    else return true;
    return false;
  }
  if (s.health === BAD_DATA_OFFSET) out.log = L_TRUNCATED;
  return false;
}

/** The records of a fresh entry, before its first packet is tracked like any other. */
function prepare(entry: Entry, s: Segment, isSyn: boolean, rules: Rules): void {
  const side = entry.sides[0];
  side.end = endOf(s);
  side.maxwin = Math.max(s.window, 1);
  side.maxend = side.end;
  if (isSyn) {
    noteOptions(side, s, rules.on.keepsLiberal);
    return;
  }
  side.maxend = (side.end + side.maxwin) >>> 0;
  side.flags = SACK_PERM | LIBERAL;
  entry.sides[1].flags = SACK_PERM | LIBERAL;
}

/** State machine, RST rules, window test, timers: one packet that belongs to an entry. Long, as the kernel's order is the rule. */
function step(entry: Entry, dir: number, s: Segment, rules: Rules, out: Outcome): number {
  const kind = kindOf(s.flags);
  const j = out.judgement;
  j.note(entry.sides[dir], entry.sides[1 - dir], s.seq, endOf(s), s.sack);
  j.state = entry.state;
  let oldState = entry.state;
  let newState = NEXT_STATE[(dir * 6 + kind) * 10 + oldState];
  let skipsWindow = false;

  if (newState === SYN_SENT && oldState >= TIME_WAIT) {
    const wasClosed = ((entry.sides[0].flags | entry.sides[1].flags) & CLOSE_INIT) !== 0;
    if (wasClosed || (entry.lastDir === dir && entry.lastKind === KIND_RST)) return AGAIN;
    newState = IGNORE;
  }
  if (newState === IGNORE) {
    if (!agreesOnIgnoredSyn(entry, dir, kind, s)) return ignore(entry, dir, kind, s, rules, out);
    resync(entry, dir, rules.on.keepsLiberal);
    oldState = SYN_SENT;
    newState = SYN_RECV;
  } else if (newState === INVALID) {
    if (rules.hasSynproxy && isProxyKeepAlive(entry, dir, kind, s)) return PASS_IGNORED;
    logState(out, L_INVALID_STATE, kind, dir, oldState);
    return REFUSE;
  } else if (newState === TIME_WAIT) {
    if (oldState === LAST_ACK && isChallengeAck(entry, dir, kind)) {
      entry.lastFlags &= ~EXPECT_CHALLENGE_ACK;
      out.log = L_CHALLENGE_ACK;
      return PASS_IGNORED;
    }
  } else if (newState === SYN_SENT2) entry.lastFlags |= SIMULTANEOUS_OPEN;
  else if (newState === SYN_RECV) {
    if (dir === 1 && kind === KIND_ACK && entry.lastFlags & SIMULTANEOUS_OPEN) newState = ESTABLISHED;
  } else if (kind === KIND_RST) {
    const rst = judgeRst(entry, dir, s, rules);
    if (rst === RST_REFUSED) {
      out.log = L_INVALID_RST;
      return REFUSE;
    }
    if (rst & RST_KEEPS_STATE) newState = oldState;
    skipsWindow = (rst & RST_SKIPS_WINDOW) !== 0;
  }

  if (!skipsWindow) {
    const result = testWindow(entry, dir, kind, s, rules, out);
    if (result === REFUSED) {
      shrinkAfterInvalid(entry, dir, kind, s.time, rules, out);
      out.logKind = kind;
      out.logDir = dir;
      return REFUSE;
    }
    if (result !== ACCEPTED) return PASS_IGNORED;
  }
  entry.lastKind = kind;
  entry.lastDir = dir;
  entry.state = newState;
  if (oldState !== newState && newState === FIN_WAIT) entry.sides[dir].flags |= CLOSE_INIT;
  refresh(entry, kind, oldState, s.time, rules);
  return PASS;
}

/** Client and server agree on a connection whose SYN was ignored here. */
const agreesOnIgnoredSyn = (entry: Entry, dir: number, kind: number, s: Segment): boolean =>
  kind === KIND_SYNACK && entry.lastKind === KIND_SYN && entry.lastDir !== dir && s.ack === entry.lastEnd;

function resync(entry: Entry, dir: number, keepsLiberal: boolean): void {
  const opener = entry.sides[entry.lastDir];
  opener.end = entry.lastEnd;
  opener.maxend = entry.lastEnd;
  opener.maxwin = Math.max(entry.lastWin, 1);
  opener.scale = entry.lastScale;
  entry.lastFlags &= ~EXPECT_CHALLENGE_ACK;
  opener.flags = entry.lastFlags;
  const side = entry.sides[dir];
  side.end = 0;
  side.maxend = 0;
  side.maxwin = 0;
  side.maxack = 0;
  side.scale = 0;
  side.flags &= keepsLiberal ? LIBERAL : 0;
}

/** Lets the packet pass and believes nothing, but notes what it was. */
function ignore(entry: Entry, dir: number, kind: number, s: Segment, rules: Rules, out: Outcome): number {
  entry.lastKind = kind;
  entry.lastDir = dir;
  entry.lastSeq = s.seq;
  entry.lastEnd = endOf(s);
  entry.lastWin = s.window;
  if (kind === KIND_SYN && dir === 0) {
    entry.lastFlags = entry.state === LAST_ACK ? EXPECT_CHALLENGE_ACK : 0;
    entry.lastScale = 0;
    if (s.sackPermitted) entry.lastFlags |= SACK_PERM;
    if (s.windowScale >= 0) {
      entry.lastFlags |= WINDOW_SCALE;
      entry.lastScale = Math.min(s.windowScale, MAX_SHIFT);
    }
  }
  if (rules.on.knowsChallengeAck && entry.state === SYN_SENT && kind === KIND_ACK && dir === 1) entry.lastAck = s.ack;
  logState(out, L_IGNORED_STATE, kind, dir, entry.state);
  return PASS_IGNORED;
}

const isChallengeAck = (entry: Entry, dir: number, kind: number): boolean =>
  kind === KIND_ACK && entry.lastDir !== dir && entry.lastKind === KIND_SYN && (entry.lastFlags & EXPECT_CHALLENGE_ACK) !== 0;

/** The client believes in a connection that the SYN proxy is still opening towards the server. */
const isProxyKeepAlive = (entry: Entry, dir: number, kind: number, s: Segment): boolean =>
  entry.state === SYN_SENT && dir === 0 && kind === KIND_ACK && entry.lastDir === 0 && s.seq === (entry.sides[0].end - 1) >>> 0;

function logState(out: Outcome, log: number, kind: number, dir: number, state: number): void {
  out.log = log;
  out.logKind = kind;
  out.logDir = dir;
  out.logState = state;
}

/** Applies the entry's mapping: a packet leaves with the reverse of the other direction's tuple. */
function translate(entry: Entry, dir: number, out: Outcome): void {
  const t = entry.tuples;
  const [own, other] = dir === 0 ? [0, 4] : [4, 0];
  out.sourceAddress = t[other + 2];
  out.sourcePort = t[other + 3];
  out.destinationAddress = t[other];
  out.destinationPort = t[other + 1];
  out.isTranslated = t[own] !== t[other + 2] || t[own + 1] !== t[other + 3] || t[own + 2] !== t[other] || t[own + 3] !== t[other + 1];
}
