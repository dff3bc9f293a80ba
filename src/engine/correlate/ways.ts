// Between which addresses packets were seen before and after routers in one capture, and how many hops apart: what `hops.ts` places rows by.
import { NumberChains } from '../../base/numberChains.ts';
import type { FlowAnalysis } from '../model/connection.ts';
import { SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import { type PacketTable, RST } from '../model/packetTable.ts';
import { sameSegments } from './sameSegments.ts';
import { initialTtl } from './ttl.ts';
import { AT_ONCE_NANOS, isUnmistakable, Twins } from './twins.ts';

/** Packets of one age that make a place of their own where none of them is seen again: fewer may be forged. */
const SOME = 2;
const SOME_SHARE = 0.01;
/** Rows of a connection among which a packet must come again for the others to be looked at. */
const SAMPLE = 512;
/** What two connections sent that are one, seen for a shorter and for a longer time, differs by no more. Octets. */
const NEAR = 2 ** 26;
/** Connections of one endpoint that others are compared with. */
const MAX_AT_END = 256;
/** Connections with fewer packets say too little where no handshake was seen. */
const LATE_ROWS = 3;
/** Tuples with equal first numbers that are compared. */
const MAX_EQUAL = 8;
const OPENED = SYN_SEEN | SYN_ACK_SEEN;

/** Hops that a packet has come, as far as its TTL tells. */
export const agedOf = (ttl: number): number => initialTtl(ttl) - ttl;

/** Of one direction: how many packets had a TTL, and whether any was seen with another as well. In no order. */
interface Age {
  readonly ttl: number;
  readonly hops: number;
  packets: number;
  isAgain: boolean;
}

/** Two addresses and what was seen of their packets. */
export interface Pair {
  /** Direction of the client's packets, as of the tuples of these addresses. */
  client: number;
  isOpened: boolean;
  readonly ages: readonly [Age[], Age[]];
  way: Way;
  /** Hops from the client at which its packets were seen, ascending. */
  places: readonly number[];
  /** Those at which any may have been: a tuple that lies beyond the NAT is seen before it, too, where packets leak; one that lies before it stays there. */
  possible: readonly number[];
  /** Hops between client and server: what has come `g` hops from the server was seen where `length − g` are left. */
  length: number;
}

/** Pairs that the same packets passed, one after the other, as NAT changed their addresses. */
export interface Way {
  readonly pairs: Pair[];
  places: readonly number[];
}

/** The place at which a packet was seen; where its TTL fits none, it is its own sender's word, and the packet was seen where most were. */
export function placeOf({ ages, client, possible, length }: Pair, direction: number, ttl: number): number {
  const isClients = direction === client;
  const at = (t: number): number => (isClients ? agedOf(t) : length - agedOf(t));
  const usual = ages[direction].reduce<Age | null>((most, age) => (most === null || age.packets > most.packets ? age : most), null);
  const isLikeOthers = usual === null || initialTtl(usual.ttl) === initialTtl(ttl);
  if (isLikeOthers && possible.includes(at(ttl))) return at(ttl);
  return usual !== null && possible.includes(at(usual.ttl)) ? at(usual.ttl) : (possible[0] ?? 0);
}

export class Ways {
  readonly #packets: PacketTable;
  readonly #flow: FlowAnalysis;
  readonly #pairs = new Map<number, Pair>();
  /** Of what lies beyond a NAT, by address: the clients' ways, and the servers. */
  readonly #clients = new Map<number, Pair>();
  readonly #servers = new Set<number>();
  #isCertain = false;
  #isLikely = false;
  #isSeenTwice = false;

  constructor(packets: PacketTable, flow: FlowAnalysis) {
    this.#packets = packets;
    this.#flow = flow;
  }

  /** Was any packet seen on two sides of a router? RSTs are often equal: those alone say it only where handshakes do, too. */
  get isKnown(): boolean {
    return this.#isCertain || (this.#isLikely && this.#isSeenTwice);
  }

  /** Packets that come again under their own tuple with another TTL. @param part of a row's interface */
  findForwarded(part: ((row: number) => number) | null): void {
    const { connections, segments } = this.#flow;
    const { ttl, flags, tuple, time } = this.#packets;
    const twins = new Twins(this.#packets);
    for (let c = 0; c < connections.length; c++) {
      // Mostly all packets of a direction came equally far.
      const isVaried = (side: number): boolean => connections.sent[side] > 1 && connections.ttl[side] === 0;
      if (!isVaried(2 * c) && !isVaried(2 * c + 1)) continue;
      const rows = segments.rows.subarray(segments.rowStart[c], segments.rowStart[c + 1]);
      twins.start(rows);
      let isAny = false;
      // Where interfaces are told, packets have several ages because of them, and hardly ever on one.
      for (let i = 0; i < rows.length && (isAny || part === null || i < SAMPLE); i++) {
        const row = rows[i];
        const isSure = isUnmistakable(this.#packets, row);
        const k = twins.before(i, (at) => {
          const q = rows[at];
          if (ttl[q] === ttl[row] || (part !== null && part(q) !== part(row))) return false;
          return isSure || Math.abs(time[row] - time[q]) < AT_ONCE_NANOS;
        });
        twins.add(i);
        if (k < 0) continue;
        isAny = true;
        const ages = this.#add(c).ages[tuple[row] & 1];
        for (const one of [rows[k], row]) ageIn(ages, ttl[one]).isAgain = true;
        if ((flags[row] & RST) === 0) this.#isCertain = true;
        else this.#isLikely = true;
      }
    }
  }

  /** Connections that were opened under two tuples, and whose packets are older under one. */
  findTranslated(): void {
    const { connections } = this.#flow;
    const seen = new NumberChains(connections.length);
    for (let c = 0; c < connections.length; c++) {
      if ((connections.flags[c] & OPENED) === 0) continue;
      const isn = connections.isn[2 * c + connections.opener[c]];
      let tried = 0;
      for (let other = seen.last(isn); other >= 0 && tried < MAX_EQUAL; other = seen.before(other), tried++)
        if (connections.tuple[other] !== connections.tuple[c] && this.#isOneHandshake(c, other)) this.#link(c, other);
      seen.add(isn, c);
    }
  }

  /** The same of connections whose handshake was not captured under both: those that share an endpoint, and segments. */
  findTranslatedLate(): void {
    const { connections, segments } = this.#flow;
    const { tuples, ttl } = this.#packets;
    const rowsOf = (c: number): Uint32Array => segments.rows.subarray(segments.rowStart[c], segments.rowStart[c + 1]);
    const byEnd = new Map<number, number[]>();
    const endOf = (c: number, side: number): number => {
      const t = connections.tuple[c];
      return side === 0 ? tuples.a[t] * 65536 + tuples.aPort[t] : tuples.b[t] * 65536 + tuples.bPort[t];
    };
    const isLate = (c: number): boolean => (connections.flags[c] & OPENED) === 0;
    for (let c = 0; c < connections.length; c++) {
      if (!isLate(c) || connections.packetCount[c] < LATE_ROWS) continue;
      for (const side of [0, 1]) byEnd.set(endOf(c, side), []);
    }
    if (byEnd.size === 0) return;
    for (let c = 0; c < connections.length; c++) {
      if (connections.packetCount[c] < LATE_ROWS) continue;
      for (const side of [0, 1]) {
        const others = byEnd.get(endOf(c, side));
        if (others === undefined || others.length >= MAX_AT_END) continue;
        for (const other of others) {
          if (connections.tuple[other] === connections.tuple[c] || !(isLate(c) || isLate(other))) continue;
          if (!this.#areNear(c, side, other, endOf(other, 0) === endOf(c, side) ? 0 : 1)) continue;
          const same = sameSegments(this.#packets, rowsOf(c), rowsOf(other));
          if (same.some(([x, y]) => ttl[x] !== ttl[y] && initialTtl(ttl[x]) === initialTtl(ttl[y]))) this.#unite(c, other);
        }
        others.push(c);
      }
    }
  }

  /** Were both seen at one time, with numbers that may be of one connection? Given the side of the end that they share. */
  #areNear(a: number, mine: number, b: number, theirs: number): boolean {
    const { firstTime, lastTime, sndNxt, sent } = this.#flow.connections;
    if (firstTime[a] > lastTime[b] || firstTime[b] > lastTime[a]) return false;
    return [0, 1].every((far) => {
      const [x, y] = [2 * a + (mine ^ far), 2 * b + (theirs ^ far)];
      return sent[x] === 0 || sent[y] === 0 || Math.abs((sndNxt[x] - sndNxt[y]) | 0) < NEAR;
    });
  }

  /** Equal first numbers of the opener are given: the other end's must be equal too, and a SYN that nobody answered was forwarded at once. */
  #isOneHandshake(a: number, b: number): boolean {
    const { flags, isn, opener, firstTime } = this.#flow.connections;
    if ((flags[a] & flags[b] & SYN_ACK_SEEN) !== 0) return isn[2 * a + 1 - opener[a]] === isn[2 * b + 1 - opener[b]];
    return ((flags[a] | flags[b]) & SYN_ACK_SEEN) !== 0 || Math.abs(firstTime[a] - firstTime[b]) < AT_ONCE_NANOS;
  }

  #link(c: number, other: number): void {
    this.#isSeenTwice = true;
    const isAged = [0, 1].some((reply) => {
      const [mine, theirs] = [this.#firstTtl(c, reply), this.#firstTtl(other, reply)];
      return mine > 0 && theirs > 0 && mine !== theirs && initialTtl(mine) === initialTtl(theirs);
    });
    if (isAged) this.#unite(c, other);
  }

  #unite(c: number, other: number): void {
    this.#isCertain = true;
    const [mine, theirs] = [this.#add(c), this.#add(other)];
    if (mine.way === theirs.way) return;
    const [small, large] = mine.way.pairs.length < theirs.way.pairs.length ? [mine.way, theirs.way] : [theirs.way, mine.way];
    for (const pair of small.pairs) {
      large.pairs.push(pair);
      pair.way = large;
    }
  }

  /** TTL of the first packet of a direction that is no RST; 0 none. */
  #firstTtl(c: number, reply: number): number {
    const { connections, segments } = this.#flow;
    const { tuple, flags, ttl } = this.#packets;
    const direction = connections.opener[c] ^ reply;
    const side = 2 * c + direction;
    if (connections.sent[side] === connections.resets[side]) return 0;
    if (connections.ttl[side] > 0) return connections.ttl[side];
    for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++) {
      const row = segments.rows[i];
      if ((tuple[row] & 1) === direction && (flags[row] & RST) === 0) return ttl[row];
    }
    return 0;
  }

  #keyOf(c: number): number {
    const { tuples, addresses } = this.#packets;
    const tuple = this.#flow.connections.tuple[c];
    return tuples.a[tuple] * addresses.length + tuples.b[tuple];
  }

  #add(c: number): Pair {
    const { opener, flags } = this.#flow.connections;
    const key = this.#keyOf(c);
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const way: Way = { pairs: [], places: [] };
      pair = { client: opener[c], isOpened: false, ages: [[], []], way, places: [], possible: [], length: 0 };
      way.pairs.push(pair);
      this.#pairs.set(key, pair);
    }
    if ((flags[c] & OPENED) !== 0 && !pair.isOpened) {
      pair.client = opener[c];
      pair.isOpened = true;
    }
    return pair;
  }

  /** @returns the hops from clients at which anything was seen, ascending */
  measure(): readonly number[] {
    for (let c = 0; c < this.#flow.connections.length; c++) {
      const pair = this.#pairs.get(this.#keyOf(c));
      if (pair !== undefined) this.#count(c, pair.ages);
    }
    const ways = new Set([...this.#pairs.values()].map((p) => p.way));
    const places = new Set<number>();
    for (const way of ways) {
      measureWay(way);
      for (const place of way.places) places.add(place);
    }
    this.#findEnds();
    return [...places].sort((a, b) => a - b);
  }

  #count(c: number, ages: Pair['ages']): void {
    const { connections, segments } = this.#flow;
    const { tuple, flags, ttl } = this.#packets;
    const isVaried = [0, 1].map((d) => connections.ttl[2 * c + d] === 0 && connections.sent[2 * c + d] > 0);
    for (const d of [0, 1]) {
      const ordinary = connections.sent[2 * c + d] - connections.resets[2 * c + d];
      if (!isVaried[d] && ordinary > 0) ageIn(ages[d], connections.ttl[2 * c + d]).packets += ordinary;
    }
    if (!isVaried[0] && !isVaried[1]) return;
    for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++) {
      const row = segments.rows[i];
      const d = tuple[row] & 1;
      if (isVaried[d] && (flags[row] & RST) === 0) ageIn(ages[d], ttl[row]).packets++;
    }
  }

  /** Clients whose own address is seen on both sides, and the servers beyond: what comes later between two of them belongs to the same ways. */
  #findEnds(): void {
    const { addresses } = this.#packets;
    const ends = new Map<Pair, { readonly client: number; readonly server: number }>();
    for (const [key, pair] of this.#pairs) {
      const [a, b] = [Math.floor(key / addresses.length), key % addresses.length];
      ends.set(pair, pair.client === 0 ? { client: a, server: b } : { client: b, server: a });
    }
    for (const [pair, { client, server }] of ends) {
      const first = pair.way.places[0];
      pair.possible = pair.places;
      // Where the client's address was translated too, the node's own packets stand under the new one: their age says something else.
      if (pair.places[0] === first || !pair.way.pairs.some((p) => p.places[0] === first && ends.get(p)?.client === client)) continue;
      pair.possible = pair.way.places;
      this.#clients.set(client, pair);
      this.#servers.add(server);
    }
  }

  /** What is known between the addresses of a connection, or of its client with another server beyond the same NAT; null nothing. */
  pairOf(c: number): Pair | null {
    const pair = this.#pairs.get(this.#keyOf(c));
    if (pair !== undefined) return pair;
    const { tuples } = this.#packets;
    const tuple = this.#flow.connections.tuple[c];
    for (const client of [0, 1]) {
      const [source, destination] = client === 0 ? [tuples.a[tuple], tuples.b[tuple]] : [tuples.b[tuple], tuples.a[tuple]];
      const like = this.#clients.get(source);
      if (like !== undefined && this.#servers.has(destination)) return { ...like, client };
    }
    return null;
  }
}

function ageIn(ages: Age[], ttl: number): Age {
  let age = ages.find((a) => a.ttl === ttl);
  if (age === undefined) {
    age = { ttl, hops: agedOf(ttl), packets: 0, isAgain: false };
    ages.push(age);
  }
  return age;
}

/** Ages that say where packets were seen. */
function telling(ages: readonly Age[]): readonly Age[] {
  const all = ages.reduce((n, a) => n + a.packets, 0);
  return ages.filter((a) => a.isAgain || (a.packets >= SOME && a.packets >= all * SOME_SHARE) || a.packets === all);
}

/** How long the way is: both directions were seen at the same places, and what is seen before a router has as far to go as what comes from beyond it has come. */
function measureWay(way: Way): void {
  const length = lengthOf(way.pairs);
  const all = new Set<number>();
  for (const pair of way.pairs) {
    const [to, from] = [telling(pair.ages[pair.client]), telling(pair.ages[1 - pair.client])];
    const isMet = to.length === 0 || from.length === 0 || to.some((a) => from.some((b) => a.hops + b.hops === length));
    pair.length = isMet ? length : lengthOf([pair]);
    const places = new Set([...to.map((a) => a.hops), ...from.map((b) => pair.length - b.hops)]);
    pair.places = [...places].sort((a, b) => a - b);
    for (const place of places) all.add(place);
  }
  way.places = [...all].sort((a, b) => a - b);
}

function lengthOf(pairs: readonly Pair[]): number {
  const votes = new Map<number, number>();
  let least = 0;
  for (const { ages, client } of pairs) {
    const [to, from] = [telling(ages[client]), telling(ages[1 - client])];
    for (const a of [...to, ...from]) least = Math.max(least, a.hops);
    for (const a of to)
      for (const b of from) votes.set(a.hops + b.hops, (votes.get(a.hops + b.hops) ?? 0) + Math.min(a.packets, b.packets));
  }
  let [best, most] = [least, -1];
  for (const [length, n] of votes) if (length >= least && n > most) [best, most] = [length, n];
  return best;
}
