// Packets of a translated connection that stand beyond the NAT as if there were none.
import { sortBy } from '../../base/sortBy.ts';
import { J_LEAKED, type JourneyTable, type Leak } from '../model/correlation.ts';
import { ACK, FIN, RST, SYN } from '../model/packetTable.ts';
import { journeyId, nanos, type PacketRef, pathId, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import { G_REPLY } from './groups.ts';
import { isLeaking } from './journeyBuilder.ts';
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
    const known = new Map<number, ReadonlyMap<number, number>>();
    const behindAt = (stop: number): ReadonlyMap<number, number> => {
      const behind = known.get(stop) ?? bytesBehind(context, path, stop, leaked);
      known.set(stop, behind);
      return behind;
    };
    for (const g of leaked) leaks.push(describe(context, path, g, table, journeyOf[g], twins, behindAt));
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
  behindAt: (stop: number) => ReadonlyMap<number, number>,
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
    bytesBehind: groups.length[g] > 0 ? (behindAt(first).get(g) ?? null) : null,
    held: held > 0 ? nanos(held) : null,
    twin: twins.get(g) ?? null,
  };
}

/**
 * Of each leaked group: from its first octet to the highest octet of its direction that had reached a stop before it. Absent where
 * nothing had. One pass over the path in the order of the stop's rows.
 */
function bytesBehind(context: Context, path: number, stop: number, leaked: readonly number[]): Map<number, number> {
  const { groups, drafts, legs } = context;
  const { stops } = drafts[path];
  const { packets } = legs.points[stops[stop].point];
  const rowOf = (g: number): number => groups.sight[groups.sightOf(path, g, stops.length) + stop] - 1;
  const asked = new Set(leaked);
  const seen: number[] = [];
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1]; g++) if (rowOf(g) >= 0) seen.push(g);
  sortBy(seen, rowOf);
  const behind = new Map<number, number>();
  const highest: [number | null, number | null] = [null, null];
  for (let from = 0; from < seen.length; ) {
    // Parts of one large packet came together: none of them was there before the others.
    const row = rowOf(seen[from]);
    let to = from;
    while (to < seen.length && rowOf(seen[to]) === row) to++;
    const parts = seen.slice(from, to);
    from = to;
    for (const g of parts) {
      const top = highest[groups.flags[g] & G_REPLY];
      if (asked.has(g) && top !== null) behind.set(g, (top - groups.seq[g]) | 0);
    }
    if ((packets.flags[row] & RST) !== 0) continue;
    for (const g of parts) {
      const end = groups.seq[g] + groups.length[g] + ((packets.flags[row] & (SYN | FIN)) !== 0 ? 1 : 0);
      const direction = groups.flags[g] & G_REPLY;
      const top = highest[direction];
      if (top === null || ((end - top) | 0) > 0) highest[direction] = end;
    }
  }
  return behind;
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
  const keyOf = (g: number): number => 2 * groups.seq[g] + (groups.flags[g] & G_REPLY);
  const wanted = new Map<number, number[]>();
  for (const g of leaked) {
    if (groups.length[g] === 0) continue;
    const same = wanted.get(keyOf(g));
    if (same === undefined) wanted.set(keyOf(g), [g]);
    else same.push(g);
  }
  const twins = new Map<number, PacketRef>();
  for (let g = groups.pathStart[path]; g < groups.pathStart[path + 1] && wanted.size > 0; g++) {
    if (groups.length[g] === 0 || (table.flags[journeyOf[g]] & J_LEAKED) !== 0) continue;
    const of = wanted.get(keyOf(g));
    if (of === undefined) continue;
    const k = (groups.flags[g] & G_REPLY) === 0 ? stops.length - 1 : 0;
    const row = groups.sight[groups.sightOf(path, g, stops.length) + k] - 1;
    if (row < 0) continue;
    for (const leak of of) twins.set(leak, { tap: tapId(tapOfPoint[stops[k].point]), row: rowId(row) });
    wanted.delete(keyOf(g));
  }
  return twins;
}
