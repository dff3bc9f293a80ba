// Follows a path's packets at all its capture points once: round trips, octets in flight, what of it was seen, what stayed unanswered.
import type { Analysis } from '../model/analysis.ts';
import { KEEP_ALIVE, KEPT_ALIVE } from '../model/connection.ts';
import type { Path } from '../model/correlation.ts';
import { ACK, type PacketTable, SYN } from '../model/packetTable.ts';
import { type AckSink, walkAcks } from './ackWalk.ts';
import { completenessOf } from './completeness.ts';
import { rowsOfLeg } from './legRows.ts';

/** What a walk over a path's rows tells. */
export interface Walked {
  handshake: number;
  inFlight: number;
  seen: number;
  /** How often an end sent what is unacknowledged at the last: its oldest segment, or probes of a keep-alive. */
  copies: number;
  readonly samples: number[];
}

/** Each direction's round trips and octets in flight are taken where it was captured nearest to its sender. */
export function walkPath(analysis: Analysis, path: Path): Walked {
  const walked: Walked = { handshake: Number.NaN, inFlight: Number.NaN, seen: 0, copies: 0, samples: [] };
  const last = path.legs.length - 1;
  path.legs.forEach((leg, i) => {
    const tap = analysis.workspace.taps[leg.tap];
    const flow = analysis.workspace.flows[leg.tap];
    if (!tap || !flow) return;
    const rows = rowsOfLeg(analysis, leg);
    walked.seen |= completenessOf(tap.packets, rows);
    if (Number.isNaN(walked.handshake)) walked.handshake = handshakeOf(tap.packets, rows, leg.originalDirection);
    if (i !== 0 && i !== last) return;
    const isWanted = (direction: 0 | 1): boolean => (direction === leg.originalDirection ? i === 0 : i === last);
    const sink: AckSink = {
      acked: (_row, _of, nanos, direction, isAmbiguous) => {
        // The ACK travels the other way.
        if (!isAmbiguous && nanos >= 0 && isWanted(direction === 0 ? 1 : 0)) walked.samples.push(nanos);
      },
      sent: (_row, octets, direction) => {
        if (isWanted(direction) && !(walked.inFlight >= octets)) walked.inFlight = octets;
      },
    };
    const left = walkAcks(tap.packets, flow.segments.marks, rows, sink);
    for (const direction of [0, 1] as const) if (isWanted(direction)) walked.copies = Math.max(walked.copies, left[direction]);
    if ((flow.connections.flags[leg.connection] & KEPT_ALIVE) !== 0) {
      const probes = unansweredProbes(tap.packets, flow.segments.marks, rows, isWanted);
      walked.copies = Math.max(walked.copies, probes);
    }
  });
  return walked;
}

/** Keep-alives of one end at the last, without anything from the other end after them (RFC 9293 §3.8.4). */
function unansweredProbes({ tuple }: PacketTable, marks: Uint16Array, rows: Uint32Array, isWanted: (direction: 0 | 1) => boolean): number {
  let probes = 0;
  for (let i = rows.length - 1; i >= 0 && tuple[rows[i]] === tuple[rows[rows.length - 1]]; i--) {
    if ((marks[rows[i]] & KEEP_ALIVE) !== 0) probes++;
  }
  return rows.length > 0 && isWanted((tuple[rows[rows.length - 1]] & 1) as 0 | 1) ? probes : 0;
}

/** Wireshark's iRTT: from the last SYN before the SYN/ACK to the ACK that completes the handshake. NaN where one of them is missing. */
function handshakeOf({ flags, tuple, time, seq, ack }: PacketTable, rows: Uint32Array, original: 0 | 1): number {
  let syn = -1;
  let answer = -1;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const isOriginal = (tuple[row] & 1) === original;
    if ((flags[row] & SYN) !== 0) {
      if (isOriginal && answer < 0) syn = row;
      else if (!isOriginal && syn >= 0 && answer < 0) answer = row;
    } else if (isOriginal && answer >= 0 && (flags[row] & ACK) !== 0 && ack[row] === (seq[answer] + 1) >>> 0) return time[row] - time[syn];
    // Nothing but the handshake stands at a connection's begin.
    if (answer < 0 && i > 64) break;
  }
  return Number.NaN;
}
