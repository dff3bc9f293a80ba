// One path as rules see it: its journeys with the fields behind them, its ends, its silences, its death. Everything is computed when asked for.
import { sameEndpoint } from '../model/address.ts';
import type { JourneyTable, Leak, Leg, Path, Reset, TapPosition } from '../model/correlation.ts';
import { J_DUPLICATED, J_LEAKED } from '../model/correlation.ts';
import { ACK, FIN, findRow, HAS_SACK, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { type Direction, ORIGINAL, type PacketRef, REPLY, type Row, row, type TapId, tapId } from '../model/units.ts';
import { V_INVALID } from '../model/verdict.ts';
import type { Scene } from './scene.ts';
import { showsDirection, sinceWhen } from './shown.ts';
import { type Silence, silencesOf } from './silences.ts';

/** Where a segment was seen last, and where it was not any more. */
export interface Vanished {
  readonly seen: Leg;
  readonly missing: Leg;
  readonly isUnwatched: boolean;
}

/** The RST that ended the path first. */
export interface Death {
  readonly reset: Reset;
  /** Reference clock, Nanos since `Workspace.epoch`. */
  readonly time: number;
  readonly toward: 'client' | 'server';
  /** No ACK flag: made without a socket (RFC 9293 §3.10.7.1), or for one that was closed already. */
  readonly plain: boolean;
  /** The leak it answers. */
  readonly leak: Leak | null;
}

export class PathView {
  readonly scene: Scene;
  readonly path: Path;
  /** See `Scene.passing`. */
  readonly isPassing: boolean;
  readonly #leaks: readonly Leak[];
  readonly #resets: readonly Reset[];
  readonly #shown: (boolean | undefined)[] = [];
  readonly #since: (number | undefined)[] = [];
  #journeys: JourneyTable | undefined;
  #death: Death | null | undefined;
  #silences: readonly Silence[] | undefined;
  #positions: readonly TapPosition[] | undefined;
  #windows: readonly [number, number] | undefined;

  constructor(scene: Scene, path: Path, isPassing = false) {
    this.scene = scene;
    this.path = path;
    this.isPassing = isPassing;
    const leaks = scene.leaksOf(path);
    this.#leaks = leaks.length < 2 ? leaks : [...leaks].sort((a, b) => this.time(a.journey) - this.time(b.journey));
    const resets = scene.resetsOf(path);
    this.#resets = resets.length < 2 ? resets : [...resets].sort((a, b) => this.resetTime(a) - this.resetTime(b));
  }

  /** By first sighting. */
  get leaks(): readonly Leak[] {
    return this.#leaks;
  }

  /** By time of the first sighting. */
  get resets(): readonly Reset[] {
    return this.#resets;
  }

  /** The table of which the path's own rows are made: `from` … `to` − 1, by first sighting. */
  get journeys(): JourneyTable {
    this.#journeys ??= this.scene.correlation.journeysOf(this.path.id);
    return this.#journeys;
  }
  get from(): number {
    return this.journeys.pathStart[this.path.id];
  }
  get to(): number {
    return this.journeys.pathEnd[this.path.id];
  }

  // ---- journeys -------------------------------------------------------------------------------------------------------

  direction(j: number): Direction {
    return this.journeys.direction[j] === ORIGINAL ? ORIGINAL : REPLY;
  }
  seq(j: number): number {
    return this.journeys.seq[j];
  }
  length(j: number): number {
    return this.journeys.payloadLength[j];
  }
  flags(j: number): number {
    return this.journeys.tcpFlags[j];
  }
  /** Is every one of the journey's `J_*` bits set? */
  has(j: number, bits: number): boolean {
    return (this.journeys.flags[j] & bits) === bits;
  }
  /** First sighting, reference clock. */
  time(j: number): number {
    return this.journeys.firstTime[j];
  }
  lastTime(j: number): number {
    return this.journeys.lastTime[j];
  }
  /** Sequence number behind the segment: SYN and FIN count 1. */
  end(j: number): number {
    const f = this.flags(j);
    return (this.seq(j) + this.length(j) + (f & SYN ? 1 : 0) + (f & FIN ? 1 : 0)) >>> 0;
  }
  sightings(j: number): PacketRef[] {
    const { start, sightingTap, sightingRow } = this.journeys;
    const refs: PacketRef[] = [];
    for (let s = start[j]; s < start[j + 1]; s++) refs.push({ tap: tapId(sightingTap[s]), row: row(sightingRow[s]) });
    return refs;
  }
  firstSighting(j: number): PacketRef {
    const { start, sightingTap, sightingRow } = this.journeys;
    return { tap: tapId(sightingTap[start[j]]), row: row(sightingRow[start[j]]) };
  }
  lastSighting(j: number): PacketRef {
    const { start, sightingTap, sightingRow } = this.journeys;
    const s = start[j + 1] - 1;
    return { tap: tapId(sightingTap[s]), row: row(sightingRow[s]) };
  }
  /** Was the journey seen as this packet? */
  isSeenAs(j: number, ref: PacketRef): boolean {
    const { start, sightingTap, sightingRow } = this.journeys;
    for (let s = start[j]; s < start[j + 1]; s++) if (sightingTap[s] === ref.tap && sightingRow[s] === ref.row) return true;
    return false;
  }
  /** Row at a tap, the last one there, or null. */
  rowAt(j: number, tap: TapId): Row | null {
    const { start, sightingTap, sightingRow } = this.journeys;
    for (let s = start[j + 1] - 1; s >= start[j]; s--) if (sightingTap[s] === tap) return row(sightingRow[s]);
    return null;
  }
  ack(j: number): number {
    const ref = this.firstSighting(j);
    return this.table(ref.tap).ack[ref.row];
  }
  hasAck(j: number): boolean {
    return (this.flags(j) & ACK) !== 0;
  }
  /** The ACK number, or the highest SACK edge beyond it. */
  ackEdge(j: number): number {
    const ref = this.firstSighting(j);
    const packets = this.table(ref.tap);
    if (!(packets.flags[ref.row] & HAS_SACK)) return packets.ack[ref.row];
    const at = findRow(packets.sacks.row, packets.sacks.length, ref.row);
    return at < 0 ? packets.ack[ref.row] : packets.sacks.edge[at];
  }
  table(tap: TapId): PacketTable {
    return this.scene.packets(tap);
  }
  ttl(ref: PacketRef): number {
    return this.table(ref.tap).ttl[ref.row];
  }

  // ---- where --------------------------------------------------------------------------------------------------------

  /** The leg nearest the client, if one was captured on the client's side of the NAT. */
  get clientLeg(): Leg | null {
    const leg = this.path.legs[0];
    if (!leg) return null;
    if (this.path.natBefore > 0) return leg;
    return this.path.natBefore < 0 && this.isOn(leg, 'client') ? leg : null;
  }
  /** Was there a capture next to the client itself? */
  get clientSeen(): boolean {
    return this.path.legs.some((leg) => this.positionAt(leg) === 'client');
  }
  /** The leg nearest the server, if one was captured on the server's side. */
  get serverLeg(): Leg | null {
    const leg = this.path.legs[this.path.legs.length - 1];
    if (!leg) return null;
    if (this.path.natBefore >= 0 && this.path.natBefore < this.path.legs.length) return leg;
    return this.path.natBefore < 0 && this.isOn(leg, 'server') ? leg : null;
  }
  /** Legs next to the NAT on either side, where both were captured between the ends: what the node itself saw. */
  get nodeLegs(): readonly Leg[] {
    const { legs, natBefore } = this.path;
    const near = natBefore < 0 ? legs : legs.slice(Math.max(0, natBefore - 1), natBefore + 1);
    const inner = near.filter((leg) => {
      const position = this.positionAt(leg);
      return position === 'node' || position === 'client-side' || position === 'server-side';
    });
    return inner;
  }
  /** Row of a journey on one leg: a tap that sees both sides of the NAT has two. */
  rowOn(j: number, leg: Leg): Row | null {
    const { segments } = this.scene.workspace.flows[leg.tap];
    const { start, sightingTap, sightingRow } = this.journeys;
    for (let s = start[j]; s < start[j + 1]; s++) {
      const at = sightingRow[s];
      if (sightingTap[s] === leg.tap && segments.connection[at] === leg.connection + 1 && this.#isOfPart(leg, at)) return row(at);
    }
    return null;
  }
  /** Of a leg that has only some rows of its connection: is this one of them? */
  #isOfPart({ tap, encapsulations, rows }: Leg, at: number): boolean {
    if (encapsulations !== null && !encapsulations.includes(this.table(tap).encapsulation[at])) return false;
    return rows === null || findRow(rows, rows.length, at) >= 0;
  }
  /** Did the segment get to the far end of what was captured, as itself? */
  arrived(j: number): boolean {
    const { legs } = this.path;
    const leg = this.direction(j) === ORIGINAL ? legs[legs.length - 1] : legs[0];
    return leg !== undefined && this.rowOn(j, leg) !== null;
  }
  /**
   * Last leg that saw the segment and the next one that did not, although its capture was running; null where it arrived or was never seen on a
   * leg, only repeats another record, or all others began in the midst of things later. `isUnwatched`: whoever would have seen it recorded
   * nothing before, nothing afterwards, or nothing of its direction.
   */
  vanished(j: number): Vanished | null {
    const { legs } = this.path;
    const onward = this.direction(j) === ORIGINAL ? 1 : -1;
    let i = onward > 0 ? legs.length - 1 : 0;
    while (i >= 0 && i < legs.length && this.rowOn(j, legs[i]) === null) i -= onward;
    const seen = legs[i];
    if (seen === undefined || this.has(j, J_LEAKED) || this.has(j, J_DUPLICATED)) return null;
    const time = this.lastTime(j);
    let unwatched: Leg | null = null;
    for (i += onward; i >= 0 && i < legs.length; i += onward) {
      if (this.scene.beganAfter(legs[i].tap, time) || this.since(legs[i]) > time) continue;
      const [first, last] = this.scene.spanOf(legs[i].tap);
      if (first <= time && time <= last && this.shows(legs[i], this.direction(j))) return { seen, missing: legs[i], isUnwatched: false };
      unwatched ??= legs[i];
    }
    return unwatched && { seen, missing: unwatched, isUnwatched: true };
  }
  /** See `sinceWhen`. */
  since(leg: Leg): number {
    const i = this.path.legs.indexOf(leg);
    this.#since[i] ??= sinceWhen(this, leg);
    return this.#since[i];
  }
  /** Did packets of a direction ever pass there, of this path or of others to the same server? A mirror may show one direction only. */
  shows(leg: Leg, direction: Direction): boolean {
    const key = 2 * this.path.legs.indexOf(leg) + direction;
    this.#shown[key] ??= showsDirection(this, leg, direction);
    return this.#shown[key];
  }
  /** Where a capture point stands on this path. */
  positionAt({ tap }: { readonly tap: TapId }): TapPosition {
    this.#positions ??= this.scene.correlation.positionsOn(this.path.id);
    return this.#positions[tap] ?? 'unknown';
  }
  private isOn(leg: Leg, side: 'client' | 'server'): boolean {
    const position = this.positionAt(leg);
    return position === side || position === `${side}-side`;
  }

  // ---- windows and highest numbers ------------------------------------------------------------------------------------

  /** Largest window announced by a direction, octets, scaled; with an unknown scale the unscaled one. */
  maxWindow(direction: Direction): number {
    this.#windows ??= [this.#largestWindow(ORIGINAL), this.#largestWindow(REPLY)];
    return this.#windows[direction];
  }
  #largestWindow(direction: Direction): number {
    const shift = this.path.windowScale[direction] ?? 0;
    let largest = 0;
    for (let j = this.from; j < this.to; j++) {
      if (this.direction(j) !== direction || this.isReset(j)) continue;
      const ref = this.firstSighting(j);
      const scaled = this.table(ref.tap).window[ref.row] * (this.flags(j) & SYN ? 1 : 2 ** shift);
      if (scaled > largest) largest = scaled;
    }
    return largest;
  }
  /** Highest number that a packet's ACK, SACK and window allow the other direction. */
  allowedBy(j: number): number {
    const ref = this.firstSighting(j);
    const shift = this.flags(j) & SYN ? 0 : (this.path.windowScale[this.direction(j)] ?? 0);
    return (this.ackEdge(j) + this.table(ref.tap).window[ref.row] * 2 ** shift) >>> 0;
  }
  isReset(j: number): boolean {
    return (this.flags(j) & 0x004) !== 0;
  }

  // ---- silences --------------------------------------------------------------------------------------------------------

  /** In order of time. */
  get silences(): readonly Silence[] {
    this.#silences ??= silencesOf(this);
    return this.#silences;
  }
  /** The longest silence whose end comes before a time, or null. */
  longestSilence(before: number): Silence | null {
    let longest: Silence | null = null;
    for (const s of this.silences) {
      if (this.time(s.before) >= before) break;
      if (!longest || s.length > longest.length) longest = s;
    }
    return longest;
  }

  // ---- its death --------------------------------------------------------------------------------------------------------

  resetTime(reset: Reset): number {
    const first = reset.packets[0];
    if (reset.journey !== null) return this.time(reset.journey);
    return first ? this.scene.time(first) : this.path.lastTime;
  }
  get death(): Death | null {
    if (this.#death !== undefined) return this.#death;
    // One that ended an attempt to connect which another SYN made good is not how the path ended.
    const kills = this.#resets.filter((r) => r.effect === 'kills');
    const connected = kills.length > 0 ? this.#connectedAgain() : 0;
    const later = kills.filter((r) => this.resetTime(r) >= connected);
    const reset = later.reduce<Reset | undefined>((first, r) => (first && !precedes(r, first) ? first : r), undefined);
    this.#death = reset ? this.#anatomy(reset) : null;
    return this.#death;
  }
  /** When the handshake was completed that came after a failed one; before all time where one was enough. */
  #connectedAgain(): number {
    let [syns, answers, number] = [0, 0, 0];
    let at = Number.NEGATIVE_INFINITY;
    for (let j = this.from; j < this.to; j++) {
      const kind = this.flags(j) & (SYN | ACK | RST);
      if (kind === SYN && this.direction(j) === ORIGINAL) syns++;
      else if (kind === (SYN | ACK)) [answers, number, at] = [answers + 1, this.end(j), Number.NEGATIVE_INFINITY];
      else if (
        kind === ACK &&
        at === Number.NEGATIVE_INFINITY &&
        answers > 1 &&
        syns > 1 &&
        this.direction(j) === ORIGINAL &&
        this.ack(j) === number
      )
        at = this.time(j);
    }
    return at;
  }
  #anatomy(reset: Reset): Death {
    const first = reset.packets[0];
    const leak = this.leakOf(reset);
    return {
      reset,
      time: this.resetTime(reset),
      toward: reset.direction === ORIGINAL ? 'server' : 'client',
      plain: first ? (this.table(first.tap).flags[first.row] & ACK) === 0 : true,
      leak,
    };
  }
  /** The leak that a RST answers: the named packet, else one whose ACK number it repeats. */
  leakOf(reset: Reset): Leak | null {
    const { packet } = reset.cause;
    if (!packet) return this.#leakAnsweredBy(reset);
    return (
      this.#leaks.find((l) => l.packets.some((p) => p.tap === packet.tap && p.row === packet.row)) ??
      (reset.cause.kind === 'leaked-packet'
        ? (this.#leaks.find((l) => l.sentAs !== null && l.sentAs.tap === packet.tap && l.sentAs.row === packet.row) ?? null)
        : null)
    );
  }
  /** Where no capture says what provoked it: the last leak before it whose ACK number it repeats, to whoever sent that. */
  #leakAnsweredBy(reset: Reset): Leak | null {
    const [first] = reset.packets;
    if (!first || this.#leaks.length === 0 || reset.direction !== ORIGINAL || reset.origin !== 'client') return null;
    const packets = this.table(first.tap);
    if ((packets.flags[first.row] & ACK) !== 0) return null;
    const time = this.resetTime(reset);
    return (
      this.#leaks.findLast(
        (l) =>
          l.kind !== 'rst' &&
          sameEndpoint(l.source, reset.destination) &&
          this.time(l.journey) < time &&
          this.ack(l.journey) === packets.seq[first.row],
      ) ?? null
    );
  }
  /** Did this happen after the path had been killed? Then it is a consequence. */
  afterDeath(time: number): boolean {
    return this.death !== null && time > this.death.time;
  }

  // ---- what the tracker model says -------------------------------------------------------------------------------------

  /** The replay's verdict and reason for a journey; null where the path was not replayed. */
  verdict(j: number): { readonly code: number; readonly reason: string; readonly orderDependent: boolean } | null {
    const replay = this.scene.replays[this.path.id];
    if (!replay || j < this.from || j >= this.to) return null;
    const { verdict, reason, reasons, orderDependent } = replay.verdicts;
    const i = j - this.from;
    return { code: verdict[i], reason: reasons[reason[i]] ?? '', orderDependent: orderDependent[i] === 1 };
  }
  isInvalid(j: number): boolean | null {
    const v = this.verdict(j);
    return v ? v.code === V_INVALID : null;
  }
}

/** Did one RST pass a capture point before the other? Its order of packets needs no clock. */
function precedes(a: Reset, b: Reset): boolean {
  return a.packets.some((p) => b.packets.some((q) => p.tap === q.tap && p.row < q.row && isFirstThere(b, q)));
}
/** Of the times that one capture shows it: the first? */
const isFirstThere = ({ packets }: Reset, { tap, row }: PacketRef): boolean => !packets.some((p) => p.tap === tap && p.row < row);
