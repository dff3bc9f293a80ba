// Half-open connections: one end has closed, aborted or lost the connection, the other holds it still and was not told. RFC 9293 §3.5.1; of a
// connection that was never opened in full RFC 4987 §1. Told from all capture points of the path together, and only where the packets carry it:
// that nobody answers (`timed-out`) does not tell whether the other end is gone or only out of reach.
import type { Analysis } from '../model/analysis.ts';
import type { HalfOpen } from '../model/connectionList.ts';
import type { Leg, Path, Reset } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import type { PacketRef } from '../model/units.ts';
import { rowsOfLeg } from './legRows.ts';
import { capturedUntil, referenceTime } from './referenceTime.ts';

/** 0 the client, 1 the server: as directions are numbered, whose sender it is. */
type End = 0 | 1;
const other = (end: End): End => (end === 0 ? 1 : 0);
const NAMES = ['client', 'server'] as const;

/** How often a FIN, unanswered, is sent until it is said that it did not arrive. */
const GIVEN_UP_COPIES = 3;
/** A round trip, where none was measured, is no longer than that: the least first timeout of a retransmission (RFC 6298 §2.1). Nanos. */
const UNKNOWN_ROUND_TRIP = 1e9;

/** How an end ceased to have the connection, and when, at the capture point nearest to it that tells. */
interface Gone {
  readonly time: number;
  readonly reset: Reset;
  /** It never said so: it answered as a host does that has no such connection (RFC 9293 §3.10.7.1). */
  readonly isLost: boolean;
}

/**
 * @param resets of the path
 * @param roundTrip of the path, Nanos; NaN where nothing was measured
 */
export function halfOpenOf(analysis: Analysis, path: Path, resets: readonly Reset[], roundTrip: number): HalfOpen | null {
  if (resets.length > 0) return new AfterResets(analysis, path, roundTrip).judge(resets);
  return embryonic(analysis, path) ?? untoldOfFin(analysis, path);
}

class AfterResets {
  readonly #analysis: Analysis;
  readonly #path: Path;
  readonly #roundTrip: number;
  readonly #times: ((row: number) => number)[] = [];
  readonly #gone: [Gone | null, Gone | null] = [null, null];
  /** The latest RST towards an end that may have ended it though it is not said so, or that it may have sent as it had no such connection. */
  readonly #doubtful: [number, number] = [-Infinity, -Infinity];
  /** The latest RST towards an end that surely did not end it. */
  readonly #survived: [number, number] = [-Infinity, -Infinity];

  constructor(analysis: Analysis, path: Path, roundTrip: number) {
    this.#analysis = analysis;
    this.#path = path;
    this.#roundTrip = Number.isNaN(roundTrip) ? UNKNOWN_ROUND_TRIP : roundTrip;
  }

  judge(resets: readonly Reset[]): HalfOpen | null {
    const timed = resets.map((reset) => ({ reset, time: this.#time(reset.packets[0]) })).sort((a, b) => a.time - b.time);
    for (const { reset, time } of timed) this.#take(reset, time);
    for (const end of [0, 1] as const) {
      const gone = this.#gone[end];
      if (gone?.isLost && this.#wasOpen(other(end), gone.time)) return { heldBy: NAMES[other(end)], why: 'lost' };
    }
    const [client, server] = this.#gone;
    if ((client === null) === (server === null)) return null;
    const gone = client ?? server;
    const holder: End = client === null ? 0 : 1;
    return gone !== null && this.#isUntold(holder, gone) ? { heldBy: NAMES[holder], why: 'untold' } : null;
  }

  #take(reset: Reset, time: number): void {
    const maker = reset.direction;
    const receiver = other(maker);
    const isOlder = reset.because.some((b) => b.kind === 'olderConnection');
    if (reset.origin === NAMES[maker] && (isOlder || this.#isOwn(reset)) && this.#gone[maker] === null) {
      const { kind } = reset.cause;
      if (kind === 'application-close') this.#gone[maker] = { time, reset, isLost: false };
      else if (kind === 'no-socket') {
        // Who goes on has it still: a filter of its host answered for it, or what it answers came under another tuple.
        if (isOlder || this.#lastSaid(maker) <= time)
          this.#gone[maker] = { time, reset, isLost: isOlder || this.#hasLost(maker, reset, time) };
      } else if (kind !== 'leaked-packet') this.#doubtful[maker] = time;
    }
    const isExact = reset.because.some((b) => b.kind === 'exactNext');
    // A doubt about who sent it is none about what it did.
    if (reset.effect === 'kills' && (reset.confidence !== 'possible' || (isExact && this.#lastSaid(receiver) <= time))) {
      const last = reset.packets.at(-1);
      this.#gone[receiver] ??= { time: last ? this.#time(last) : time, reset, isLost: false };
    } else if (reset.confidence === 'possible') this.#doubtful[receiver] = time;
    else this.#survived[receiver] = time;
  }

  /** Answers an end as a host that has no such connection although it had it, nothing is known that ended it, and the other end has it still? */
  #hasLost(maker: End, reset: Reset, time: number): boolean {
    const isItsOwn = reset.confidence !== 'possible' || reset.because.some((b) => b.kind === 'sameTtl');
    if (!isItsOwn || this.#doubtful[maker] > -Infinity || this.#gone[other(maker)] !== null) return false;
    return this.#wasOpen(maker, time) && !this.#hasClosed(maker, time);
  }

  /** The other end is gone, this one was not ended: did it go on, or did nothing that ends it come by? */
  #isUntold(holder: End, { time, reset }: Gone): boolean {
    if (!this.#wasOpen(holder, time) || this.#hasClosed(holder, time) || this.#hasClosed(other(holder), time)) return false;
    const goesOnAfter = (moment: number): boolean => this.#lastSaid(holder) > moment + this.#roundTrip;
    // Of the last RSTs before a capture ends nobody sees what they did: they are like those before.
    const hasSurvived = this.#survived[holder] > time && goesOnAfter(this.#survived[holder]);
    if (goesOnAfter(time) && (hasSurvived || goesOnAfter(this.#doubtful[holder]))) return true;
    if (this.#doubtful[holder] > -Infinity || (reset.origin === NAMES[holder] && this.#isOwn(reset))) return false;
    const { legs } = this.#path;
    const { workspace, correlation } = this.#analysis;
    const nearest = (holder === 0 ? legs : legs.toReversed()).find(
      ({ tap }) => capturedUntil(this.#analysis, tap) >= time && correlation.completeness.presence(tap, time) !== 'possible',
    );
    if (nearest === undefined) return false;
    const { connection } = workspace.flows[nearest.tap].segments;
    return !reset.packets.some(({ tap, row }) => tap === nearest.tap && connection[row] - 1 === nearest.connection);
  }

  #time({ tap, row }: Pick<PacketRef, 'tap'> & { readonly row: number }): number {
    const { workspace, correlation } = this.#analysis;
    this.#times[tap] ??= referenceTime(workspace.taps[tap], correlation.clocks[tap], workspace.epoch);
    return this.#times[tap](row);
  }

  /** Under the path's own tuple where it was first seen? */
  #isOwn({ packets }: Reset): boolean {
    const [first] = packets;
    if (first === undefined) return false;
    const connection = this.#analysis.workspace.flows[first.tap].segments.connection[first.row] - 1;
    return this.#path.legs.some((leg) => leg.tap === first.tap && leg.connection === connection);
  }

  /** Did it say something that only a synchronized end says (RFC 9293 §3.3.2), up to then? */
  #wasOpen(end: End, until: number): boolean {
    const first = this.#said(end, 1);
    return first !== null && first <= until;
  }

  #lastSaid(end: End): number {
    return this.#said(end, -1) ?? -Infinity;
  }

  /** The first or the last segment of a synchronized end, no RST, where it was captured nearest to it. */
  #said(end: End, step: 1 | -1): number | null {
    const leg = legOf(this.#path, end);
    const { flags, tuple } = this.#analysis.workspace.taps[leg.tap].packets;
    const rows = rowsOfLeg(this.#analysis, leg);
    for (let i = step === 1 ? 0 : rows.length - 1; i >= 0 && i < rows.length; i += step) {
      const row = rows[i];
      if ((tuple[row] & 1) !== (leg.originalDirection ^ end) || (flags[row] & (ACK | SYN | RST)) !== ACK) continue;
      return this.#time({ tap: leg.tap, row });
    }
    return null;
  }

  #hasClosed(end: End, before: number): boolean {
    const leg = legOf(this.#path, end);
    const { flags, tuple } = this.#analysis.workspace.taps[leg.tap].packets;
    return rowsOfLeg(this.#analysis, leg).some(
      (row) =>
        (flags[row] & FIN) !== 0 && (tuple[row] & 1) === (leg.originalDirection ^ end) && this.#time({ tap: leg.tap, row }) <= before,
    );
  }
}

/** The server waits in SYN-RECEIVED: its SYN/ACK was sent again, and nobody acknowledged it. */
function embryonic(analysis: Analysis, path: Path): HalfOpen | null {
  const leg = legOf(path, 1);
  const { flags, tuple } = analysis.workspace.taps[leg.tap].packets;
  let answers = 0;
  for (const row of rowsOfLeg(analysis, leg)) {
    if ((flags[row] & SYN) === 0) return null;
    if ((flags[row] & ACK) !== 0 && (tuple[row] & 1) !== leg.originalDirection) answers++;
  }
  const others = path.legs.filter((l) => l !== leg);
  const isSilent = others.every((l) =>
    rowsOfLeg(analysis, l).every((row) => (analysis.workspace.taps[l.tap].packets.flags[row] & (SYN | RST)) !== 0),
  );
  return answers > 1 && isSilent ? { heldBy: 'server', why: 'embryonic' } : null;
}

/** One end closed, and none of its FINs came by where the other end was captured. */
function untoldOfFin(analysis: Analysis, path: Path): HalfOpen | null {
  if (path.retransmissions === 0) return null;
  const { pathStart, pathEnd, tcpFlags, direction, firstTime, start, sightingTap } = analysis.correlation.journeysOf(path.id);
  const fins: number[] = [];
  for (let j = pathStart[path.id]; j < pathEnd[path.id]; j++) if ((tcpFlags[j] & FIN) !== 0) fins.push(j);
  const end = direction[fins[0]] === 0 ? 0 : 1;
  const holder = other(end);
  const { tap } = legOf(path, holder);
  if (tap === legOf(path, end).tap || fins.some((j) => direction[j] !== end)) return null;
  const until = capturedUntil(analysis, tap);
  const hasArrived = fins.some((j) => sightingTap.subarray(start[j], start[j + 1]).includes(tap));
  const times = fins.map((j) => firstTime[j]).filter((time) => time <= until);
  if (hasArrived || times.length < GIVEN_UP_COPIES) return null;
  return analysis.correlation.completeness.absence(tap, times) === 'possible' ? null : { heldBy: NAMES[holder], why: 'fin-lost' };
}

/** The leg nearest to an end. */
const legOf = ({ legs }: Path, end: End): Leg => legs[end === 0 ? 0 : legs.length - 1];
