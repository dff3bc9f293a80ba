// TCP options as conntrack reads them. Source: nf_conntrack_proto_tcp.c tcp_options(), tcp_sack().
import { LIBERAL, SACK_PERM, type Side, WINDOW_SCALE } from './entry.ts';
import type { Segment } from './segment.ts';

/** RFC 7323 §2.3: a larger shift counts as 14. */
export const MAX_SHIFT = 14;

/** Notes scale and SACK permission of a SYN or SYN/ACK. A segment without any option leaves the side as it was. */
export function noteOptions(side: Side, s: Segment, keepsLiberal: boolean): void {
  if (!s.hasOptions) return;
  side.scale = 0;
  side.flags &= keepsLiberal ? LIBERAL : 0;
  if (s.sackPermitted) side.flags |= SACK_PERM;
  if (s.windowScale >= 0) {
    side.scale = Math.min(s.windowScale, MAX_SHIFT);
    side.flags |= WINDOW_SCALE;
  }
}

/** Window scaling needs both ends (RFC 7323 §2.2). */
export function agreeScale(sender: Side, receiver: Side): void {
  if (sender.flags & receiver.flags & WINDOW_SCALE) return;
  sender.scale = 0;
  receiver.scale = 0;
}

/**
 * Reads the option octets of a header into `s`: window scale, SACK permitted, the highest SACK edge after the ACK number.
 * Stops where the kernel stops: end-of-options, a length below 2 or past the header.
 */
export function readOptions(s: Segment, octets: Uint8Array, from: number, to: number): void {
  s.hasOptions = to > from;
  s.windowScale = -1;
  s.sackPermitted = false;
  s.sack = s.ack;
  for (let at = from; at < to; ) {
    const kind = octets[at];
    if (kind === 0) return;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = at + 1 < to ? octets[at + 1] : 0;
    if (length < 2 || at + length > to) return;
    if (kind === 3 && length === 3) s.windowScale = octets[at + 2];
    else if (kind === 4 && length === 2) s.sackPermitted = true;
    else if (kind === 5 && length >= 10 && (length - 2) % 8 === 0) readSackBlocks(s, octets, at + 2, at + length);
    at += length;
  }
}

function readSackBlocks(s: Segment, octets: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at += 8) {
    const right = ((octets[at + 4] << 24) | (octets[at + 5] << 16) | (octets[at + 6] << 8) | octets[at + 7]) >>> 0;
    if (((s.sack - right) | 0) < 0) s.sack = right;
  }
}
