// Every RST once: who made it, which segment it answers, and what it did at its receiver (RFC 9293 §3.10.7, RFC 5961 §3).
import {
  type Completeness,
  type Confidence,
  J_LEAKED,
  type JourneyTable,
  type Reset,
  type ResetCauseKind,
  type ResetOrigin,
  type ResetReason,
} from '../model/correlation.ts';
import { ACK, RST } from '../model/packetTable.ts';
import { journeyId, type PacketRef, pathId, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import { effectsOf } from './effects.ts';
import { Ends } from './ends.ts';
import { Gaps } from './gaps.ts';
import { G_REPLY, type Groups } from './groups.ts';
import { endpointFromNumber } from './legs.ts';
import { isLone, loneReset } from './loneResets.ts';
import { hopCounts } from './order.ts';
import { type Maker, provokers } from './provokers.ts';
import { mayBeRepeated } from './repeatedResets.ts';
import type { ResetGroup } from './resetGroup.ts';
import { endsOf, legOfRow, type PathRoles } from './roles.ts';
import { initialTtl, LINUX_TTL } from './ttl.ts';
import { weaker } from './weaker.ts';

export function findResets(
  context: Context,
  table: JourneyTable,
  journeyOf: Uint32Array,
  paths: readonly number[],
  completeness: Completeness,
): Reset[] {
  const { groups, drafts } = context;
  const resets: Reset[] = [];
  for (const path of paths) {
    if (isLone(context, path)) {
      resets.push(loneReset(context, path, journeyOf[groups.pathStart[path]]));
      continue;
    }
    const { stops } = drafts[path];
    const found = groupsOfResets(groups, path).map((g): ResetGroup => {
      const at = groups.sightOf(path, g, stops.length);
      const travel = [...stops.keys()].filter((k) => groups.sight[at + k] !== 0);
      const reply = (groups.flags[g] & G_REPLY) !== 0 ? 1 : 0;
      if (reply === 1) travel.reverse();
      return { group: g, reply, travel, leaked: (table.flags[journeyOf[g]] & J_LEAKED) !== 0 };
    });
    if (found.length > 0) for (const reset of describePath(context, path, found, table, journeyOf, completeness)) resets.push(reset);
  }
  return resets;
}

/** A loop over all segments is a function of its own: of what is done for the few RSTs nothing need be compiled for it. */
function groupsOfResets({ kind, pathStart }: Groups, path: number): number[] {
  const found: number[] = [];
  for (let g = pathStart[path]; g < pathStart[path + 1]; g++) if ((kind[g] & RST) !== 0) found.push(g);
  return found;
}

function describePath(
  context: Context,
  path: number,
  found: readonly ResetGroup[],
  table: JourneyTable,
  journeyOf: Uint32Array,
  completeness: Completeness,
): Reset[] {
  const { groups, drafts, roles, legs, tapOfPoint } = context;
  const { stops } = drafts[path];
  const hops = hopCounts(legs, drafts[path], groups, path);
  const gaps = new Gaps(context, path, completeness);
  const ends = new Ends(context, path);
  const origins = found.map((r) => originOf(context, path, r, hops, table, journeyOf, gaps, ends));
  // Who forges a RST towards one end often does so towards the other, where nobody may have looked.
  const isForged = origins.some((o) => o.origin === 'middlebox');
  const repeated = mayBeRepeated(context, path, found);
  const causes = provokers(context, path, found, origins, gaps, ends, repeated);
  const times = found.map((r) => table.firstTime[journeyOf[r.group]]);
  const forged = new Set(found.filter((_, i) => origins[i].origin === 'middlebox').map((r) => r.group));
  const effects = effectsOf(context, path, found, hops, times, gaps, ends, forged, repeated);
  return found
    .map((r, i): Reset => {
      const at = groups.sightOf(path, r.group, stops.length);
      const refs = r.travel.map((k): PacketRef => ({ tap: tapId(tapOfPoint[stops[k].point]), row: rowId(groups.sight[at + k] - 1) }));
      const first = r.travel[0];
      const row = groups.sight[at + first] - 1;
      const { packets } = legs.points[stops[first].point];
      const flow = context.workspace.flows[tapOfPoint[stops[first].point]];
      const leg = legOfRow(legs, flow.segments.connection, stops[first], row);
      const ends = leg === undefined ? roles[path].near : endsOf(legs, leg);
      const [client, server] = [endpointFromNumber(legs, ends.client), endpointFromNumber(legs, ends.server)];
      const provoker = causes[i];
      const leaked = provoker?.group != null && (table.flags[journeyOf[provoker.group]] & J_LEAKED) !== 0;
      // Where the age of packets tells the side, that of a forged one tells nothing.
      const point = legs.points[stops[first].point];
      const isPlaced = origins[i].origin !== 'middlebox' || !point.isPart || point.encapsulations !== null;
      // Without ACK it answers a segment that acknowledged its number. Where none did, nor the stream got there, that host did not make it of its own.
      const isBaseless = effects[i].because.kind === 'beyondNext' && (packets.flags[row] & ACK) === 0 && !provoker?.packet;
      const isHosts = origins[i].origin === 'client' || origins[i].origin === 'server';
      const isSure = isPlaced && !repeated.isAgain[i] && !(provoker?.packet && provoker.isLossy) && !(isBaseless && isHosts);
      const effectIs = isForged && effects[i].confidence === 'likely' ? 'possible' : effects[i].confidence;
      const isTold = provoker?.isBeside === true && canTellLeaks(roles[path], origins[i].origin, r, packets.ttl[row]);
      const kind = causeKind(origins[i].origin, packets.flags[row], packets.seq[row], isTold, leaked);
      return {
        path: pathId(effects[i].path ?? path),
        journey: journeyId(journeyOf[r.group]),
        packets: refs,
        source: r.reply === 0 ? client : server,
        destination: r.reply === 0 ? server : client,
        direction: r.reply,
        origin: origins[i].origin,
        cause: { kind, packet: kind === 'forged' || provoker === null ? null : provoker.packet },
        effect: effects[i].kills ? 'kills' : 'ignored',
        confidence: isSure ? weaker(origins[i].confidence, effectIs) : 'possible',
        because: [...origins[i].because, effects[i].because],
      };
    })
    .sort((a, b) => (a.journey ?? 0) - (b.journey ?? 0));
}

function causeKind(origin: ResetOrigin, flags: number, seq: number, isProvoked: boolean, isByLeak: boolean): ResetCauseKind {
  if (origin === 'middlebox') return 'forged';
  if (isByLeak) return 'leaked-packet';
  if ((flags & ACK) !== 0) return seq === 0 ? 'no-socket' : 'application-close';
  return isProvoked ? 'no-socket' : 'unknown';
}

/** Would a leak be seen? Whether what the client's RST answers came to it untranslated, only a capture point on its side of the NAT tells. */
function canTellLeaks({ hasNat, side }: PathRoles, origin: ResetOrigin, { reply, travel }: ResetGroup, ttl: number): boolean {
  if (origin !== 'client' || reply === 1) return true;
  return hasNat ? side[travel[0]] === 0 : ttl === initialTtl(ttl);
}

interface Origin extends Maker {
  readonly confidence: Confidence;
  readonly because: readonly ResetReason[];
}

/** Made by the end it claims to come from, unless a capture point nearer to that end saw it pass by nobody, or it has come the wrong number of hops. */
function originOf(
  context: Context,
  path: number,
  r: ResetGroup,
  hops: Int16Array,
  table: JourneyTable,
  journeyOf: Uint32Array,
  gaps: Gaps,
  ends: Ends,
): Origin {
  const { drafts, roles, groups, legs, workspace, tapOfPoint } = context;
  const { stops } = drafts[path];
  const role = roles[path];
  const first = r.travel[0];
  const at = groups.sightOf(path, r.group, stops.length);
  const row = groups.sight[at + first] - 1;
  const { packets } = legs.points[stops[first].point];
  const flow = workspace.flows[tapOfPoint[stops[first].point]];
  const end = r.reply === 0 ? 'client' : 'server';
  const usual = hops[2 * first + r.reply];
  const ttl = packets.ttl[row];
  const name = (k: number): string => workspace.taps[tapOfPoint[stops[k].point]].name;
  const { stop: passedBy, isOver, surely } = unseenBefore(context, path, r, first, table, journeyOf, gaps);
  const hasOddAge = usual >= 0 && ttl !== usual;
  const certainly = weaker(!isOver ? 'certain' : hasOddAge ? 'likely' : 'possible', surely);
  const nearer = usual >= 0 && ttl > usual && ttl <= initialTtl(usual);
  // A capture that had just ended, or that lacks other packets too, does not outweigh the hops.
  const mayHaveMissed = (): boolean =>
    (isOver && !gaps.endsWithReset(passedBy, r.reply === 0 ? 1 : 0)) || surely === 'possible' || gaps.lacks(passedBy, first, r.reply);
  if (passedBy >= 0 && !hasOddAge && mayHaveMissed()) {
    const because: readonly ResetReason[] = [
      { kind: 'unseenIncomplete', tap: name(passedBy) },
      usual < 0 ? { kind: 'noTtl', end } : { kind: 'sameTtl', ttl, end },
    ];
    return { origin: end, passedBy: -1, confidence: 'possible', because };
  }
  const natAfter = passedBy >= 0 && role.side[passedBy] !== role.side[first];
  if (passedBy >= 0) {
    const unseen: ResetReason = { kind: 'unseenNearer', tap: name(passedBy), end };
    if (!natAfter)
      return {
        origin: 'middlebox',
        passedBy,
        confidence: certainly,
        because: [unseen, { kind: 'seenFirstSameSide', tap: name(first) }],
      };
    if (usual >= 0 && initialTtl(ttl) !== initialTtl(usual)) {
      return {
        origin: 'middlebox',
        passedBy,
        // The node's own packets begin as Linux has it: those it may have made itself.
        confidence: initialTtl(ttl) === LINUX_TTL ? 'possible' : certainly,
        because: [unseen, { kind: 'otherTtl', ttl, end, usual }],
      };
    }
    if (usual >= 0 && ttl === usual)
      return { origin: 'middlebox', passedBy, confidence: 'possible', because: [unseen, { kind: 'sameTtl', ttl, end }] };
    // The node lies nearer than the end whose packets it forwards: what comes from further off is not its own.
    const made: ResetOrigin = usual >= 0 && ttl < usual ? 'middlebox' : 'node';
    return { origin: made, passedBy, confidence: certainly, because: [unseen, { kind: 'otherTtl', ttl, end, usual }] };
  }
  const isSentOn =
    stops[first].main.some((d) => d === legOfRow(legs, flow.segments.connection, stops[first], row)) && ends.sendOn(first, r.reply, row);
  // A host's firewall may refuse what its socket would take, but not with the numbers of that socket.
  if (isSentOn && (packets.flags[row] & ACK) !== 0 && packets.seq[row] !== 0)
    return {
      origin: 'middlebox',
      passedBy,
      confidence: 'likely',
      because: [
        { kind: 'sentOn', end },
        { kind: 'seenFirst', tap: name(first) },
      ],
    };
  if (usual < 0) return { origin: end, passedBy, confidence: 'possible', because: [{ kind: 'noTtl', end }] };
  if (ttl === usual) {
    const isFresh = ttl === initialTtl(ttl);
    const isAtSource = isFresh && ends.areNextTo(first, end);
    const isOdd = isSentOn && !isAtSource && role.hasNat && role.side[first] === r.reply;
    return {
      origin: end,
      passedBy,
      confidence: isAtSource ? 'certain' : isOdd ? 'possible' : 'likely',
      because: [
        { kind: 'sameTtl', ttl, end },
        { kind: isFresh && !isAtSource ? 'seenFirstBeside' : 'seenFirst', tap: name(first) },
      ],
    };
  }
  if (nearer) return { origin: 'node', passedBy, confidence: 'likely', because: [{ kind: 'fewerHops', ttl, end, usual }] };
  return { origin: 'middlebox', passedBy, confidence: 'likely', because: [{ kind: 'otherTtl', ttl, end, usual }] };
}

/** A capture whose last packet lies no further back was most likely still running: what kills a connection is its last packet. Nanos. */
const JUST_OVER = 100e6;

interface PassedBy {
  /** −1 none. */
  readonly stop: number;
  /** Nothing was captured there afterwards. */
  readonly isOver: boolean;
  /** How much it means that this capture does not hold it. */
  readonly surely: Confidence;
}

/**
 * The stop nearest to where it was first seen, on the side of the claimed sender, that must have seen it had it passed, and did not; one whose
 * capture is complete before one that loses packets. Stops that see another tuple of the path (another server) need not.
 */
function unseenBefore(
  context: Context,
  path: number,
  r: ResetGroup,
  first: number,
  table: JourneyTable,
  journeyOf: Uint32Array,
  gaps: Gaps,
): PassedBy {
  const { drafts, roles, legs, tapOfPoint, capturedFrom, capturedUntil, uncertainty, groups } = context;
  const { stops } = drafts[path];
  const role: PathRoles = roles[path];
  const step = r.reply === 0 ? -1 : 1;
  const at = groups.sightOf(path, r.group, stops.length);
  const connection = context.workspace.flows[tapOfPoint[stops[first].point]].segments.connection;
  const own = legOfRow(legs, connection, stops[first], groups.sight[at + first] - 1);
  const ownEnds = own === undefined ? null : endsOf(legs, own);
  const time = table.firstTime[journeyOf[r.group]];
  let nearest: PassedBy | null = null;
  for (let k = first + step; k >= 0 && k < stops.length; k += step) {
    const main = stops[k].main[0];
    if (main === undefined) continue;
    if (role.side[k] === role.side[first] && ownEnds !== null) {
      const ends = endsOf(legs, main);
      if (ends.client !== ownEnds.client || ends.server !== ownEnds.server) continue;
    }
    if (!gaps.sees(k, r.reply)) continue;
    const tap = tapOfPoint[stops[k].point];
    if (time > capturedUntil[tap] + JUST_OVER) continue;
    if (time < capturedFrom[tap] + uncertainty[tap] + uncertainty[tapOfPoint[stops[first].point]] && !gaps.hadBegun(k, first, r)) continue;
    const one: PassedBy = { stop: k, isOver: time > capturedUntil[tap], surely: gaps.absence(k, time) };
    if (one.surely !== 'possible') return one;
    nearest ??= one;
  }
  return nearest ?? { stop: -1, isOver: false, surely: 'certain' };
}
