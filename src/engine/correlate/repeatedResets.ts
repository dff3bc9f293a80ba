// RSTs that may be one: they are alike, and a capture that holds packets more than once shows the same one several times.
import { DUPLICATE_RECORD } from '../model/connection.ts';
import { RST } from '../model/packetTable.ts';
import type { Context } from './context.ts';
import type { ResetGroup } from './resetGroup.ts';

/** Share of a capture's packets that stand there again, from which on any may. */
const REPEATING = 0.01;
/** The same packet comes again within this time. Nanos. */
const AGAIN_WITHIN = 50e6;

const known = new WeakMap<Uint16Array, boolean>();

/** By RST: was one before it at the same tap, equal in every number, that may have been this very one? */
export function mayBeRepeated(context: Context, path: number, resets: readonly ResetGroup[]): boolean[] {
  const { groups, drafts, legs } = context;
  if (resets.length < 2) return resets.map(() => false);
  const { stops } = drafts[path];
  const latest = new Map<string, number>();
  return resets.map(({ group, reply, travel }) => {
    const [first] = travel;
    const { packets, tap } = legs.points[stops[first].point];
    const row = groups.sight[groups.sightOf(path, group, stops.length) + first] - 1;
    const key = `${tap} ${reply} ${packets.seq[row]} ${packets.ack[row]} ${packets.flags[row]}`;
    const before = latest.get(key);
    latest.set(key, row);
    return before !== undefined && Math.abs(packets.time[row] - packets.time[before]) < AGAIN_WITHIN && isRepeating(context, tap);
  });
}

function isRepeating({ legs, workspace }: Context, tap: number): boolean {
  const { segments } = workspace.flows[tap];
  let answer = known.get(segments.marks);
  if (answer === undefined) {
    const { packets } = workspace.taps[tap];
    let again = 0;
    for (const row of segments.rows) if ((segments.marks[row] & DUPLICATE_RECORD) !== 0 && (packets.flags[row] & RST) === 0) again++;
    answer = again > segments.rows.length * REPEATING || legs.points.some((p) => p.tap === tap && p.isPart && p.encapsulations === null);
    known.set(segments.marks, answer);
  }
  return answer;
}
