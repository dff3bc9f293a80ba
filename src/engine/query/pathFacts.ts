// What the connection list says of a path beyond what correlation counted: round trips, octets in flight, how it ended, what of it was seen.
// Costs a walk over its rows, so that it is done when somebody looks or sorts; kept as columns.
import type { Analysis } from '../model/analysis.ts';
import { CLOSE_KINDS, type CloseKind } from '../model/connectionList.ts';
import type { Leg, Path, ResetOrigin } from '../model/correlation.ts';
import { ACK, FIN, SYN } from '../model/packetTable.ts';
import { type AckSink, walkAcks } from './ackWalk.ts';
import { completenessOf, SEEN_ACK, SEEN_DATA, SEEN_SYN, SEEN_SYN_ACK } from './completeness.ts';
import { RESET_ORIGINS } from './rowIndex.ts';

/** Copies of the oldest unacknowledged segment from which its sender is said to have given up on it rather than to be still waiting. */
const GIVEN_UP_COPIES = 3;

/** Columns by path id, Nanos; NaN where nothing tells. Entries hold once `see` was called for them. */
export class PathFactTable {
  readonly handshake: Float64Array;
  readonly rttLeast: Float64Array;
  readonly rttMedian: Float64Array;
  readonly inFlight: Float64Array;
  /** Index in CLOSE_KINDS. */
  readonly close: Uint8Array;
  /** Index in RESET_ORIGINS + 1; 0: nobody. */
  readonly closedBy: Uint8Array;
  readonly completeness: Uint8Array;
  private readonly known: Uint8Array;
  private readonly analysis: Analysis;
  /** First RST that ended a path: index in RESET_ORIGINS + 1. */
  private readonly killer: Uint8Array;

  constructor(analysis: Analysis) {
    const { length } = analysis.correlation.paths;
    this.analysis = analysis;
    this.handshake = new Float64Array(length).fill(Number.NaN);
    this.rttLeast = new Float64Array(length).fill(Number.NaN);
    this.rttMedian = new Float64Array(length).fill(Number.NaN);
    this.inFlight = new Float64Array(length).fill(Number.NaN);
    this.close = new Uint8Array(length);
    this.closedBy = new Uint8Array(length);
    this.completeness = new Uint8Array(length);
    this.known = new Uint8Array(length);
    this.killer = new Uint8Array(length);
    for (const r of analysis.correlation.resets) {
      if (r.path !== null && r.effect === 'kills' && this.killer[r.path] === 0) this.killer[r.path] = RESET_ORIGINS.indexOf(r.origin) + 1;
    }
  }

  closeKind(path: number): CloseKind {
    return CLOSE_KINDS[this.close[path]] ?? 'open';
  }
  closer(path: number): ResetOrigin | null {
    return RESET_ORIGINS[this.closedBy[path] - 1] ?? null;
  }

  /** Makes a path's entries hold. */
  see(path: number): void {
    if (this.known[path] === 1) return;
    this.known[path] = 1;
    const of = this.analysis.correlation.paths[path];
    if (of === undefined) return;
    const walked = walkPath(this.analysis, of);
    this.handshake[path] = walked.handshake;
    this.inFlight[path] = walked.inFlight;
    const sorted = Float64Array.from(walked.samples).sort();
    if (sorted.length > 0) {
      this.rttLeast[path] = sorted[0];
      this.rttMedian[path] = sorted[sorted.length >> 1];
    }
    this.completeness[path] = walked.seen;
    const [kind, by] = this.ending(path, walked);
    this.close[path] = CLOSE_KINDS.indexOf(kind);
    this.closedBy[path] = by;
  }

  private ending(path: number, { fins, seen, copies }: Walked): readonly [CloseKind, number] {
    if (this.killer[path] > 0) return ['reset', this.killer[path]];
    if (fins === 3) return ['fin', 0];
    if (fins > 0) return ['half-closed', RESET_ORIGINS.indexOf(fins === 1 ? 'client' : 'server') + 1];
    if ((seen & (SEEN_SYN | SEEN_SYN_ACK | SEEN_ACK | SEEN_DATA)) === SEEN_SYN) return ['unanswered', 0];
    return [copies >= GIVEN_UP_COPIES ? 'timed-out' : 'open', 0];
  }
}

interface Walked {
  handshake: number;
  inFlight: number;
  /** Bits: 1 the client sent a FIN, 2 the server did. */
  fins: number;
  seen: number;
  copies: number;
  readonly samples: number[];
}

/** Each direction's round trips and octets in flight are taken where it was captured nearest to its sender. */
function walkPath(analysis: Analysis, path: Path): Walked {
  const walked: Walked = { handshake: Number.NaN, inFlight: Number.NaN, fins: 0, seen: 0, copies: 0, samples: [] };
  const last = path.legs.length - 1;
  path.legs.forEach((leg, i) => {
    const tap = analysis.workspace.taps[leg.tap];
    const flow = analysis.workspace.flows[leg.tap];
    if (!tap || !flow) return;
    const rows = rowsOfLeg(analysis, leg);
    walked.seen |= completenessOf(tap.packets, rows);
    walked.fins |= finsOf(tap.packets.flags, tap.packets.tuple, rows, leg.originalDirection);
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
  });
  return walked;
}

/** Rows of a leg, in file order. */
function rowsOfLeg(analysis: Analysis, leg: Leg): Uint32Array {
  if (leg.rows) return leg.rows;
  const tap = analysis.workspace.taps[leg.tap];
  const segments = analysis.workspace.flows[leg.tap]?.segments;
  if (!tap || !segments) return new Uint32Array(0);
  const all = segments.rows.subarray(segments.rowStart[leg.connection], segments.rowStart[leg.connection + 1]);
  const { encapsulations } = leg;
  return encapsulations ? all.filter((row) => encapsulations.includes(tap.packets.encapsulation[row])) : all;
}

function finsOf(flags: Uint16Array, tuple: Uint32Array, rows: Uint32Array, original: 0 | 1): number {
  let fins = 0;
  for (let i = 0; i < rows.length && fins !== 3; i++) {
    if ((flags[rows[i]] & FIN) !== 0) fins |= (tuple[rows[i]] & 1) === original ? 1 : 2;
  }
  return fins;
}

/** Wireshark's iRTT: from the last SYN before the SYN/ACK to the ACK that completes the handshake. NaN where one of them is missing. */
function handshakeOf(
  { flags, tuple, time, seq, ack }: Analysis['workspace']['taps'][number]['packets'],
  rows: Uint32Array,
  original: 0 | 1,
): number {
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
