// How long an entry lives. Source: nf_conntrack_proto_tcp.c nf_conntrack_tcp_packet() from `in_window`, nf_tcp_handle_invalid().
import { type Entry, UNACKED } from './entry.ts';
import { L_LOWER_TIMEOUT, type Outcome } from './outcome.ts';
import { type Rules, T_MAX_RETRANS, T_UNACKNOWLEDGED } from './profiles.ts';
import { CLOSE, ESTABLISHED, KIND_FIN, KIND_RST, KIND_SYN, SYN_SENT } from './states.ts';

const SHORT_REST_NANOS = 120e9;

/** Nanoseconds that an accepted packet gives the entry, whose state is the new one already. */
function timeoutAfter(entry: Entry, kind: number, rules: Rules): number {
  const { timeouts } = rules;
  const regular = timeouts[entry.state];
  const isOver = (index: number): boolean => regular > timeouts[index];
  if (entry.retrans >= rules.maxRetrans && isOver(T_MAX_RETRANS)) return timeouts[T_MAX_RETRANS];
  if (kind === KIND_RST && rules.on.needsExactRst) return timeouts[CLOSE];
  if ((entry.sides[0].flags | entry.sides[1].flags) & UNACKED && isOver(T_UNACKNOWLEDGED)) return timeouts[T_UNACKNOWLEDGED];
  if (entry.lastWin === 0 && rules.on.hasZeroWindowTimeout && isOver(T_MAX_RETRANS)) return timeouts[T_MAX_RETRANS];
  return regular;
}

/** Restarts the timer after an accepted packet, and marks the entry assured when it is due. */
export function refresh(entry: Entry, kind: number, oldState: number, now: number, rules: Rules): void {
  let timeout = timeoutAfter(entry, kind, rules);
  if (!entry.hasSeenReply) {
    if (rules.on.keepsSynTimer && kind === KIND_SYN && oldState === SYN_SENT) return;
    if (entry.state === ESTABLISHED) timeout = Math.min(timeout, rules.timeouts[T_UNACKNOWLEDGED]);
  } else if (oldState >= SYN_SENT + 1 && oldState <= ESTABLISHED && entry.state === ESTABLISHED) entry.isAssured = true;
  entry.deadline = now + timeout;
}

/** A FIN or RST that broke the window (6.1+): shortens a dead connection's life, or is noted although it is INVALID. */
export function shrinkAfterInvalid(entry: Entry, dir: number, kind: number, now: number, rules: Rules, out: Outcome): void {
  if (!rules.on.shrinksAfterInvalid || !entry.isAssured || (kind !== KIND_FIN && kind !== KIND_RST)) return;
  if (entry.lastDir === dir || (entry.lastKind !== KIND_FIN && entry.lastKind !== KIND_RST)) {
    entry.lastKind = kind;
    entry.lastDir = dir;
    return;
  }
  const rest = entry.deadline - now;
  const timeout = rules.timeouts[T_UNACKNOWLEDGED];
  if (rest < SHORT_REST_NANOS || rest <= timeout) return;
  entry.deadline = now + timeout;
  out.log2 = L_LOWER_TIMEOUT;
  out.log2Kind = entry.lastKind;
  out.log2Nanos = timeout;
}
