// The window test. Source: nf_conntrack_proto_tcp.c tcp_in_window(), tcp_init_sender(), nf_tcp_handle_invalid(), v5.10 and v6.18.
import { ACK, RST, SYN } from '../model/packetTable.ts';
import { type Entry, LIBERAL, MAXACK_SET, SACK_PERM, type Side, UNACKED } from './entry.ts';
import { agreeScale, noteOptions } from './options.ts';
import {
  BROKE_I,
  BROKE_II,
  BROKE_III,
  BROKE_IV,
  FITS,
  type Judgement,
  L_ACK_OVER,
  L_ACK_UNDER,
  L_OVERSHOT,
  L_SEQ_OVER,
  L_SEQ_UNDER,
  type Outcome,
} from './outcome.ts';
import type { Rules, Switches } from './profiles.ts';
import { endOf, type Segment } from './segment.ts';
import { KIND_ACK, SYN_RECV, SYN_SENT } from './states.ts';

export const ACCEPTED = 0;
export const IGNORED = 1;
export const REFUSED = 2;

/** An ACK may lag this far behind, or the sender's largest window if that is larger. */
const MAX_ACK_WINDOW = 66_000;

const before = (a: number, b: number): boolean => ((a - b) | 0) < 0;
const after = (a: number, b: number): boolean => ((b - a) | 0) < 0;

/** W of condition IV. */
export const ackWindow = (senderMaxwin: number): number => Math.max(senderMaxwin, MAX_ACK_WINDOW);

/**
 * Tests a segment against both records and updates them.
 *     receiver.end − W ├──── ack ────┤ receiver.end
 *   sender.end − receiver.maxwin ├──── seq … end ────┤ sender.maxend
 * Looser than RFC 9293 §3.10.7.4: data up to one window old passes. Longer than usual, as the kernel's order of tests is the rule.
 * @returns ACCEPTED, IGNORED (6.1+: passes, teaches nothing) or REFUSED (INVALID)
 */
export function testWindow(entry: Entry, dir: number, kind: number, s: Segment, rules: Rules, out: Outcome): number {
  const { on } = rules;
  const sender = entry.sides[dir];
  const receiver = entry.sides[1 - dir];
  const flags = s.flags;
  let seq = s.seq;
  let end = endOf(s);
  let ack = s.ack;
  let sack = receiver.flags & SACK_PERM ? s.sack : ack;

  if (sender.maxwin === 0) {
    if (flags & SYN) {
      initSender(sender, s, end, on);
      if (!on.agreesScaleAtReply || dir === 1) agreeScale(sender, receiver);
      if (!(flags & ACK)) return judged(out.judgement, sender, receiver, seq, end, receiver.end);
    } else meetSender(sender, receiver, s, end, sack, on);
  } else if (startsAnew(entry, dir, flags, end, sender, on)) {
    initSender(sender, s, end, on);
    if (on.reinitsBothDirections) {
      if (dir === 1) agreeScale(sender, receiver);
      if (dir === 1 && !(flags & ACK)) return judged(out.judgement, sender, receiver, seq, end, receiver.end);
    }
  }

  if (!(flags & ACK) || (flags & RST && ack === 0)) ack = sack = receiver.end;
  if (flags & RST && seq === 0 && entry.state === SYN_SENT) seq = end = sender.end;

  const j = out.judgement;
  j.note(sender, receiver, seq, end, sack);
  j.isDecisive = true;
  const isSeqLow = before(seq, sender.maxend + 1);
  const isEndHigh = receiver.maxwin === 0 || after(end, sender.end - receiver.maxwin - 1);
  const isAckLow = before(sack, receiver.end + 1);
  const isAckHigh = after(sack, receiver.end - ackWindow(sender.maxwin) - 1);
  if (isSeqLow && isEndHigh && isAckLow && isAckHigh) {
    j.broken = FITS;
    const win = update(sender, receiver, s, end, ack, sack);
    if (kind === KIND_ACK) countRetransmission(entry, dir, seq, end, ack, on.comparesScaledWindow ? win : s.window);
    return ACCEPTED;
  }
  const isLiberal = (sender.flags & LIBERAL) !== 0 || rules.isLiberal;
  if (!on.hasWindowIgnore) {
    j.broken = !isSeqLow ? BROKE_I : !isEndHigh ? BROKE_II : !isAckLow ? BROKE_III : BROKE_IV;
    if (isLiberal) return ACCEPTED;
    logBroken(out);
    return REFUSED;
  }
  j.broken = !isSeqLow ? BROKE_I : !isAckLow ? BROKE_III : !isEndHigh ? BROKE_II : BROKE_IV;
  let result = j.broken === BROKE_I || j.broken === BROKE_III ? REFUSED : IGNORED;
  const overshot = (end - sender.maxend + 1) >>> 0;
  const isSmallOvershot = !isSeqLow && receiver.maxwin !== 0 && isEndHigh && isAckLow && isAckHigh && overshot <= receiver.maxwin;
  if (isSmallOvershot) {
    sender.end = end;
    sender.flags |= UNACKED;
    result = IGNORED;
  }
  if (isLiberal) return ACCEPTED;
  logBroken(out);
  if (isSmallOvershot) {
    out.log = L_OVERSHOT;
    out.logNumber = overshot;
  }
  return result;
}

/** The bound of the broken condition, as the kernel prints it. */
export function boundOf(j: Judgement, broken: number): number {
  if (broken === BROKE_I) return (j.senderMaxend + 1) >>> 0;
  if (broken === BROKE_II) return (j.senderEnd - j.receiverMaxwin - 1) >>> 0;
  if (broken === BROKE_III) return (j.receiverEnd + 1) >>> 0;
  return (j.receiverEnd - ackWindow(j.senderMaxwin) - 1) >>> 0;
}

const LOG_OF_BROKEN = [0, L_SEQ_OVER, L_SEQ_UNDER, L_ACK_OVER, L_ACK_UNDER];

function logBroken(out: Outcome): void {
  out.log = LOG_OF_BROKEN[out.judgement.broken];
  out.logNumber = boundOf(out.judgement, out.judgement.broken);
}

function judged(j: Judgement, sender: Side, receiver: Side, seq: number, end: number, ack: number): number {
  j.note(sender, receiver, seq, end, ack);
  return ACCEPTED;
}

/** "Init sender": the first SYN or SYN/ACK of a direction, or one that starts it anew. */
function initSender(sender: Side, s: Segment, end: number, on: Switches): void {
  sender.end = end;
  sender.maxend = end;
  sender.maxwin = Math.max(s.window, 1);
  noteOptions(sender, s, on.keepsLiberal);
}

/** The first packet of a direction is not a SYN: its history is lost, its numbers are believed. */
function meetSender(sender: Side, receiver: Side, s: Segment, end: number, sack: number, on: Switches): void {
  sender.end = end;
  sender.maxwin = Math.max((s.window << sender.scale) >>> 0, 1);
  sender.maxend = (end + sender.maxwin) >>> 0;
  if (receiver.maxwin === 0) {
    receiver.end = sack;
    receiver.maxend = sack;
  } else if (on.knowsKeepAlive && sack === (receiver.end + 1) >>> 0) receiver.end = sack;
}

/** Does the segment open the connection once more? Before ~5.17 any kind of packet could. */
function startsAnew(entry: Entry, dir: number, flags: number, end: number, sender: Side, on: Switches): boolean {
  if (!after(end, sender.end)) return false;
  if (on.reinitsBothDirections) return (flags & SYN) !== 0 && (entry.state === SYN_SENT || entry.state === SYN_RECV);
  return entry.state === (dir === 0 ? SYN_SENT : SYN_RECV);
}

/** Learns from an accepted segment. @returns its window, scaled */
function update(sender: Side, receiver: Side, s: Segment, end: number, ack: number, sack: number): number {
  const win = s.flags & SYN ? s.window : (s.window << sender.scale) >>> 0;
  const announced = (win + (sack - ack)) >>> 0;
  if (sender.maxwin < announced) sender.maxwin = announced;
  if (after(end, sender.end)) {
    sender.end = end;
    sender.flags |= UNACKED;
  }
  if (s.flags & ACK) {
    if (!(sender.flags & MAXACK_SET)) {
      sender.maxack = ack;
      sender.flags |= MAXACK_SET;
    } else if (after(ack, sender.maxack)) sender.maxack = ack;
  }
  if (receiver.maxwin !== 0 && after(end, sender.maxend)) {
    receiver.maxwin = (receiver.maxwin + end - sender.maxend) >>> 0;
  }
  if (after(sack + win, receiver.maxend - 1)) receiver.maxend = (sack + win + (win === 0 ? 1 : 0)) >>> 0;
  if (ack === receiver.end) receiver.flags &= ~UNACKED;
  return win;
}

/** @param win the 16-bit field; on the oldest profile the scaled window, which the 16-bit note mostly cannot equal */
function countRetransmission(entry: Entry, dir: number, seq: number, end: number, ack: number, win: number): void {
  if (entry.lastDir === dir && entry.lastSeq === seq && entry.lastAck === ack && entry.lastEnd === end && entry.lastWin === win) {
    entry.retrans++;
    return;
  }
  entry.lastDir = dir;
  entry.lastSeq = seq;
  entry.lastAck = ack;
  entry.lastEnd = end;
  entry.lastWin = win & 0xffff;
  entry.retrans = 0;
}
