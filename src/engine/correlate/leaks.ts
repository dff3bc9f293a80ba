// Packets of a translated connection that stand beyond the NAT as if there were none.
import { J_LEAKED, type JourneyTable, type Leak } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import { journeyId, nanos, type PacketRef, pathId, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import { G_REPLY } from './groups.ts';
import { isLeaking } from './journeys.ts';
import { endpointFromNumber } from './legs.ts';
import { endsOf, legOfRow } from './roles.ts';

/** @param flags by group: the flags of the journey that the group became. */
export function findLeaks(context: Context, table: JourneyTable, journeyOf: Uint32Array): Leak[] {
  const { groups, drafts, roles } = context;
  const leaks: Leak[] = [];
  for (let path = 0; path < drafts.length; path++) {
    if (roles[path].strayKind.size === 0) continue;
    const leaked: number[] = [];
    for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
      if ((table.flags[journeyOf[g]] & J_LEAKED) !== 0) leaked.push(g);
    }
    if (leaked.length === 0) continue;
    const twins = findTwins(context, path, leaked, table, journeyOf);
    for (const g of leaked) leaks.push(describe(context, path, g, table, journeyOf[g], twins));
  }
  return leaks.sort((a, b) => a.path - b.path || a.journey - b.journey);
}

function describe(
  context: Context,
  path: number,
  g: number,
  table: JourneyTable,
  journey: number,
  twins: ReadonlyMap<number, PacketRef>,
): Leak {
  const { groups, drafts, roles, legs, tapOfPoint } = context;
  const { stops } = drafts[path];
  const role = roles[path];
  const reply = groups.flags[g] & G_REPLY;
  const at = groups.sightOf(path, g, stops.length);
  const refOf = (k: number): PacketRef => ({ tap: tapId(tapOfPoint[stops[k].point]), row: rowId(groups.sight[at + k] - 1) });
  const travel = [...stops.keys()].filter((k) => groups.sight[at + k] !== 0);
  if (reply !== 0) travel.reverse();
  const isBeyond = (k: number): boolean => {
    const flow = context.workspace.flows[tapOfPoint[stops[k].point]];
    const leg = legOfRow(legs, flow.segments.connection, stops[k], groups.sight[at + k] - 1);
    return leg !== undefined && role.strayKind.get(leg.leg) === 'leak' && isLeaking(reply, role.side[k]);
  };
  const beyond = travel.filter(isBeyond);
  const before = travel.filter((k) => !beyond.includes(k));
  const first = beyond[0] ?? travel[0];
  const { packets } = legs.points[stops[first].point];
  const row = groups.sight[at + first] - 1;
  const flow = context.workspace.flows[tapOfPoint[stops[first].point]];
  const leg = legOfRow(legs, flow.segments.connection, stops[first], row);
  const ends = leg === undefined ? role.far : endsOf(legs, leg);
  const [client, server] = [endpointFromNumber(legs, ends.client), endpointFromNumber(legs, ends.server)];
  const f = packets.flags[row];
  const held = table.held[journey];
  return {
    path: pathId(path),
    journey: journeyId(journey),
    direction: reply === 0 ? 0 : 1,
    packets: beyond.map(refOf),
    kind:
      (f & RST) !== 0
        ? 'rst'
        : (f & (SYN | ACK)) === (SYN | ACK)
          ? 'syn-ack'
          : groups.length[g] > 0
            ? 'data'
            : (f & FIN) !== 0
              ? 'fin'
              : 'ack',
    source: reply === 0 ? client : server,
    destination: reply === 0 ? server : client,
    expectedSource: endpointFromNumber(legs, reply === 0 ? role.far.client : role.near.server),
    expectedDestination: endpointFromNumber(legs, reply === 0 ? role.far.server : role.near.client),
    seq: groups.seq[g],
    length: groups.length[g],
    sentAs: before[0] === undefined ? null : refOf(before[0]),
    bytesBehind: groups.length[g] > 0 ? bytesBehind(context, path, g, first) : null,
    held: held > 0 ? nanos(held) : null,
    twin: twins.get(g) ?? null,
  };
}

/** From its first octet to the highest octet of its direction that had reached this stop before it. */
function bytesBehind(context: Context, path: number, g: number, stop: number): number | null {
  const { groups, drafts } = context;
  const n = drafts[path].stops.length;
  const row = groups.sight[groups.sightOf(path, g, n) + stop];
  let highest: number | null = null;
  for (let other = groups.pathStart[path]; other < groups.pathStart[path + 1]; other++) {
    if ((groups.flags[other] & G_REPLY) !== (groups.flags[g] & G_REPLY) || other === g) continue;
    const seen = groups.sight[groups.sightOf(path, other, n) + stop];
    if (seen === 0 || seen >= row) continue;
    const ahead = (groups.seq[other] + groups.length[other] - groups.seq[g]) | 0;
    const { packets } = context.legs.points[drafts[path].stops[stop].point];
    if ((packets.flags[seen - 1] & RST) !== 0) continue;
    const end = ahead + ((packets.flags[seen - 1] & (SYN | FIN)) !== 0 ? 1 : 0);
    if (highest === null || end > highest) highest = end;
  }
  return highest;
}

/** For each leaked data segment: a packet with the same first octet that got through translated. */
function findTwins(
  context: Context,
  path: number,
  leaked: readonly number[],
  table: JourneyTable,
  journeyOf: Uint32Array,
): Map<number, PacketRef> {
  const { groups, drafts, tapOfPoint } = context;
  const { stops } = drafts[path];
  const wanted = new Map<number, number[]>();
  for (const g of leaked) if (groups.length[g] > 0) wanted.set(groups.seq[g], [...(wanted.get(groups.seq[g]) ?? []), g]);
  const twins = new Map<number, PacketRef>();
  if (wanted.size === 0) return twins;
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) {
    if (groups.length[g] === 0 || (table.flags[journeyOf[g]] & J_LEAKED) !== 0) continue;
    const of = wanted.get(groups.seq[g]);
    if (of === undefined) continue;
    const at = groups.sightOf(path, g, stops.length);
    const reply = groups.flags[g] & G_REPLY;
    const k = reply === 0 ? stops.length - 1 : 0;
    if (groups.sight[at + k] === 0) continue;
    const ref = { tap: tapId(tapOfPoint[stops[k].point]), row: rowId(groups.sight[at + k] - 1) };
    for (const leak of of) if ((groups.flags[leak] & G_REPLY) === reply && !twins.has(leak)) twins.set(leak, ref);
  }
  return twins;
}
