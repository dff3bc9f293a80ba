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

export interface Repeated {
  /** By RST: is another at a tap that saw both, equal in every number, that may have been this very one? */
  readonly isAgain: readonly boolean[];
  /** By RST: the first of those at a tap at that time that are equal to it in every number. What another tap saw of them may be any. */
  readonly first: readonly number[];
}

export function mayBeRepeated(context: Context, path: number, resets: readonly ResetGroup[]): Repeated {
  const { groups, drafts, legs } = context;
  const repeated = resets.map(() => false);
  const first = [...resets.keys()];
  if (resets.length < 2) return { isAgain: repeated, first };
  const { stops } = drafts[path];
  const latest = new Map<string, { readonly reset: number; readonly time: number; readonly isDealt: boolean }>();
  for (const [reset, { group, reply, travel }] of resets.entries()) {
    const mine = travel.map((k) => {
      const { packets, tap, isDealt } = legs.points[stops[k].point];
      const row = groups.sight[groups.sightOf(path, group, stops.length) + k] - 1;
      const key = `${tap} ${reply} ${packets.seq[row]} ${packets.ack[row]} ${packets.flags[row]}`;
      return { key, tap, sighting: { reset, time: packets.time[row], isDealt } };
    });
    for (const { key, tap, sighting } of mine) {
      const before = latest.get(key);
      if (before === undefined || Math.abs(sighting.time - before.time) >= AGAIN_WITHIN) continue;
      first[reset] = first[before.reset];
      if (!isRepeating(context, tap)) continue;
      repeated[reset] = true;
      // Which of them is which was told by nothing but their order.
      if (sighting.isDealt || before.isDealt) repeated[before.reset] = true;
    }
    for (const { key, sighting } of mine) latest.set(key, sighting);
  }
  return { isAgain: repeated, first };
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
