// Which legs are one connection: by initial sequence numbers where the handshake was seen, else by segments that both saw.
import { NumberChains } from '../../base/numberChains.ts';
import { EVENTFUL, SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import { ACK, FIN, HAS_TS, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { connectionOfLeg, endpointNumber, flowOfLeg, hasHandshake, type LegIndex, pointOfLeg, rowCountOfLeg, rowOfLeg } from './legs.ts';
import type { Point } from './points.ts';
import { isSameContent } from './sameSegments.ts';
import { LegUnion } from './union.ts';

/** Legs with equal first numbers that are compared with each other; more than this only in made-up traffic. */
const MAX_EQUAL = 64;
/** Segments of a leg without a handshake that others are searched for. */
const SAMPLES = 64;
/** Where packets carry no timestamps, this many equal ones make a join (P3). */
const MIN_EQUAL = 3;

export function joinLegs(legs: LegIndex): LegUnion {
  const union = new LegUnion(legs.count);
  joinByIsn(legs, union);
  joinByContent(legs, union);
  return union;
}

function joinByIsn(legs: LegIndex, union: LegUnion): void {
  const byIsn = new NumberChains(legs.count);
  const crowds = new Crowds(legs, byIsn);
  const unproven: number[] = [];
  for (let leg = 0; leg < legs.count; leg++) {
    if (rowCountOfLeg(legs, leg) === 0) continue;
    const flow = flowOfLeg(legs, leg);
    const c = connectionOfLeg(legs, leg);
    const flags = legs.handshake[leg];
    if (flags === 0) continue;
    const opener = flow.opener[c];
    const isn = flow.isn[2 * c + opener];
    if ((flags & SYN_ACK_SEEN) !== 0 && !isAnswerAlone(legs, leg)) union.setIsn(leg, isn, flow.isn[2 * c + (1 - opener)]);
    let tried = 0;
    let isLeft = false;
    for (let other = byIsn.last(isn); other >= 0 && tried < MAX_EQUAL; other = byIsn.before(other), tried++) {
      if (!isSameHandshake(legs, leg, other)) continue;
      if (!isProven(legs, leg, other)) isLeft = true;
      else if (join(legs, union, leg, other)) {
        isLeft = false;
        break;
      }
    }
    if (isLeft) unproven.push(leg);
    if (tried === MAX_EQUAL) {
      const same = crowds.latest(isn, leg);
      if (same >= 0 && isSameHandshake(legs, leg, same)) join(legs, union, leg, same);
    }
    byIsn.add(isn, leg);
  }
  for (const leg of unproven) {
    const isn = openerIsn(legs, leg);
    if (crowds.isCrowd(isn)) continue;
    for (let other = byIsn.last(isn); other >= 0; other = byIsn.before(other))
      if (other !== leg && isSameHandshake(legs, leg, other) && join(legs, union, leg, other)) break;
  }
}

function join(legs: LegIndex, union: LegUnion, leg: number, other: number): boolean {
  const flow = flowOfLeg(legs, leg);
  const theirs = flowOfLeg(legs, other);
  return union.join(leg, other, flow.opener[connectionOfLeg(legs, leg)] ^ theirs.opener[connectionOfLeg(legs, other)]);
}

/** First numbers under several tuples at one capture point: a scanner's SYNs have all the same one, which then says nothing of who belongs to whom. */
class Crowds {
  readonly #legs: LegIndex;
  readonly #byIsn: NumberChains;
  readonly #known = new Map<number, boolean>();
  /** By first number and tuple: the latest leg. Only of numbers under which there are too many to look at each. */
  readonly #latest = new Map<number, Map<string, number>>();

  constructor(legs: LegIndex, byIsn: NumberChains) {
    this.#legs = legs;
    this.#byIsn = byIsn;
  }

  /** All legs are known. */
  isCrowd(isn: number): boolean {
    let known = this.#known.get(isn);
    if (known === undefined) {
      // By capture point, of SYNs and of answers that came by another tuple than their SYN.
      const tuples = new Map<number, number>();
      known = false;
      for (let leg = this.#byIsn.last(isn); leg >= 0 && !known; leg = this.#byIsn.before(leg)) {
        const place = 2 * this.#legs.pointOf[leg] + (isAnswerAlone(this.#legs, leg) ? 1 : 0);
        const tuple = flowOfLeg(this.#legs, leg).tuple[connectionOfLeg(this.#legs, leg)];
        known = (tuples.get(place) ?? tuple) !== tuple;
        tuples.set(place, tuple);
      }
      this.#known.set(isn, known);
    }
    return known;
  }

  /** The last leg before this one that has its first number and its tuple; −1 none. */
  latest(isn: number, leg: number): number {
    let latest = this.#latest.get(isn);
    if (latest === undefined) {
      latest = new Map();
      for (let other = this.#byIsn.last(isn); other >= 0; other = this.#byIsn.before(other)) {
        const key = tupleKey(this.#legs, other);
        if (!latest.has(key)) latest.set(key, other);
      }
      this.#latest.set(isn, latest);
    }
    const key = tupleKey(this.#legs, leg);
    const found = latest.get(key) ?? -1;
    latest.set(key, leg);
    return found;
  }
}

const tupleKey = (legs: LegIndex, leg: number): string => {
  const opener = flowOfLeg(legs, leg).opener[connectionOfLeg(legs, leg)];
  return `${endpointNumber(legs, leg, opener)} ${endpointNumber(legs, leg, 1 - opener)}`;
};

function openerIsn(legs: LegIndex, leg: number): number {
  const [flow, c] = [flowOfLeg(legs, leg), connectionOfLeg(legs, leg)];
  return flow.isn[2 * c + flow.opener[c]];
}

/** Of what may be one handshake: is more equal than the opener's number, which scanners give to all their SYNs? */
function isProven(legs: LegIndex, a: number, b: number): boolean {
  if ((legs.handshake[a] & legs.handshake[b] & SYN_ACK_SEEN) !== 0 || openerTimestamps(legs, a).length > 0) return true;
  const ids = [synId(legs, a), synId(legs, b)];
  return (ids[0] !== 0 && ids[0] === ids[1]) || tupleKey(legs, a) === tupleKey(legs, b);
}

/** IP ID of a leg's first packet, if that is a SYN; 0 none. */
function synId(legs: LegIndex, leg: number): number {
  const { packets } = pointOfLeg(legs, leg);
  const row = rowOfLeg(legs, leg, 0);
  return (packets.flags[row] & (SYN | ACK)) === SYN ? packets.ipId[row] : 0;
}

/** A SYN/ACK whose SYN went by another tuple: one of several, perhaps, as a server that was reset answers the next SYN with another number. */
const isAnswerAlone = (legs: LegIndex, leg: number): boolean => (legs.handshake[leg] & (SYN_SEEN | SYN_ACK_SEEN)) === SYN_ACK_SEEN;

/** Equal opener ISNs are given. The other side's must be equal where both were seen, and so must the opener's timestamps. */
function isSameHandshake(legs: LegIndex, a: number, b: number): boolean {
  const fa = flowOfLeg(legs, a);
  const fb = flowOfLeg(legs, b);
  const ca = connectionOfLeg(legs, a);
  const cb = connectionOfLeg(legs, b);
  if (legs.pointOf[a] === legs.pointOf[b] && fa.tuple[ca] === fb.tuple[cb]) return false;
  const bothReplied = (legs.handshake[a] & legs.handshake[b] & SYN_ACK_SEEN) !== 0 && isAnswerAlone(legs, a) === isAnswerAlone(legs, b);
  if (bothReplied && fa.isn[2 * ca + 1 - fa.opener[ca]] !== fb.isn[2 * cb + 1 - fb.opener[cb]]) return false;
  const sent = synTimestamp(legs, a);
  if (sent !== NONE && sent === synTimestamp(legs, b)) return true;
  const ta = openerTimestamps(legs, a);
  const tb = openerTimestamps(legs, b);
  if (ta.length > 0 && tb.length > 0) return ta.some((t) => tb.includes(t));
  return bothReplied || ta.length === tb.length;
}

const NONE = -1;

/** The timestamp of the opener's SYN where the leg begins with it, as most do; else `NONE`. */
function synTimestamp(legs: LegIndex, leg: number): number {
  const { packets } = pointOfLeg(legs, leg);
  const row = rowOfLeg(legs, leg, 0);
  return (packets.flags[row] & (SYN | ACK | HAS_TS)) === (SYN | HAS_TS) ? packets.tsval[row] : NONE;
}

/** Timestamps of the opener's SYNs, as sent or as echoed by the SYN/ACK; few even where SYNs repeat. */
function openerTimestamps(legs: LegIndex, leg: number): readonly number[] {
  const { packets } = pointOfLeg(legs, leg);
  const found: number[] = [];
  const n = Math.min(16, rowCountOfLeg(legs, leg));
  const isEventful = (flowOfLeg(legs, leg).flags[connectionOfLeg(legs, leg)] & EVENTFUL) !== 0;
  let left = isEventful ? n : legs.handshake[leg] === (SYN_SEEN | SYN_ACK_SEEN) ? 2 : 1;
  for (let i = 0; i < n && left > 0; i++) {
    const row = rowOfLeg(legs, leg, i);
    if ((packets.flags[row] & SYN) === 0) continue;
    left--;
    if ((packets.flags[row] & HAS_TS) === 0) continue;
    const t = (packets.flags[row] & ACK) !== 0 ? packets.tsecr[row] : packets.tsval[row];
    if (!found.includes(t)) found.push(t);
  }
  return found;
}

/** What NAT leaves alone, of a segment that says something; 0 where it says too little to be recognised by. */
function contentHash(packets: PacketTable, row: number): number {
  const f = packets.flags[row];
  if ((f & (RST | ACK)) !== ACK) return 0;
  const timestamps = (f & HAS_TS) !== 0;
  if (!timestamps && packets.payloadLength[row] === 0 && (f & (SYN | FIN)) === 0) return 0;
  let h = Math.imul(packets.seq[row] ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15) ^ packets.ack[row], 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ (timestamps ? packets.tsval[row] : packets.payloadLength[row]), 0x27d4eb2f);
  h ^= h >>> 16;
  return h === 0 ? 1 : h >>> 0;
}

interface Samples {
  readonly mask: number;
  readonly hash: Uint32Array;
  readonly leg: Int32Array;
  readonly row: Uint32Array;
  /** Samples inserted per leg. */
  readonly inserted: Map<number, number>;
}

/** Legs whose start nobody captured: their segments are looked for in every other leg. */
function joinByContent(legs: LegIndex, union: LegUnion): void {
  const samples = sampleUnopened(legs);
  if (samples === null) return;
  const pairs = new Map<number, { owner: number; other: number; equal: number; crossed: number }>();
  const { mask, hash, leg: owners, row: ownerRows } = samples;
  for (const point of legs.points) {
    const { packets } = point;
    for (let c = 0; c < point.connectionCount; c++) {
      for (let i = point.rowStart[c]; i < point.rowStart[c + 1]; i++) {
        const row = point.rows[i];
        const h = contentHash(packets, row);
        if (h === 0) continue;
        for (let at = h & mask, n = 0; hash[at] !== 0 && n < MAX_EQUAL; at = (at + 1) & mask, n++) {
          if (hash[at] !== h || owners[at] === point.legBase + c) continue;
          const owner = owners[at];
          const theirs = pointOfLeg(legs, owner).packets;
          if (isSameContent(theirs, ownerRows[at], packets, row))
            vote(owner, point.legBase + c, theirs.tuple[ownerRows[at]] ^ packets.tuple[row]);
        }
      }
    }
  }
  function vote(owner: number, other: number, crossing: number): void {
    const key = owner * legs.count + other;
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { owner, other, equal: 0, crossed: 0 };
      pairs.set(key, pair);
    }
    pair.equal++;
    pair.crossed += (crossing & 1) === 1 ? 1 : -1;
  }
  const strong = [...pairs.values()].filter(
    (p) => p.equal >= MIN_EQUAL || p.equal >= (samples.inserted.get(p.owner) ?? 0) || hasTimestamps(legs, p.owner),
  );
  strong.sort((a, b) => b.equal - a.equal || a.owner - b.owner || a.other - b.other);
  for (const p of strong) union.join(p.owner, p.other, p.crossed > 0 ? 1 : 0);
}

function hasTimestamps(legs: LegIndex, leg: number): boolean {
  const { packets } = pointOfLeg(legs, leg);
  return (packets.flags[rowOfLeg(legs, leg, 0)] & HAS_TS) !== 0;
}

function sampleUnopened(legs: LegIndex): Samples | null {
  const wanted: number[] = [];
  let total = 0;
  for (let leg = 0; leg < legs.count; leg++) {
    const n = rowCountOfLeg(legs, leg);
    if (n === 0 || hasHandshake(legs, leg)) continue;
    wanted.push(leg);
    total += Math.min(n, SAMPLES);
  }
  if (total === 0 || legs.points.length === 0) return null;
  let size = 1024;
  while (size < 3 * total) size *= 2;
  const samples = {
    mask: size - 1,
    hash: new Uint32Array(size),
    leg: new Int32Array(size),
    row: new Uint32Array(size),
    inserted: new Map(),
  };
  for (const leg of wanted) insert(samples, pointOfLeg(legs, leg), legs, leg);
  return samples;
}

function insert(samples: Samples, point: Point, legs: LegIndex, leg: number): void {
  const n = rowCountOfLeg(legs, leg);
  const step = Math.max(1, n / SAMPLES);
  let inserted = 0;
  for (let k = 0; k < n; k += step) {
    const row = rowOfLeg(legs, leg, Math.floor(k));
    const h = contentHash(point.packets, row);
    if (h === 0) continue;
    let at = h & samples.mask;
    let tried = 0;
    while (samples.hash[at] !== 0 && tried++ < MAX_EQUAL) at = (at + 1) & samples.mask;
    if (samples.hash[at] !== 0) continue;
    samples.hash[at] = h;
    samples.leg[at] = leg;
    samples.row[at] = row;
    inserted++;
  }
  samples.inserted.set(leg, inserted);
}
