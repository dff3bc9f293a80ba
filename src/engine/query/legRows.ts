// The rows of a leg.
import type { Analysis } from '../model/analysis.ts';
import type { Leg } from '../model/correlation.ts';

/** In file order. */
export function rowsOfLeg({ workspace }: Pick<Analysis, 'workspace'>, leg: Leg): Uint32Array {
  if (leg.rows) return leg.rows;
  const tap = workspace.taps[leg.tap];
  const segments = workspace.flows[leg.tap]?.segments;
  if (!tap || !segments) return new Uint32Array(0);
  const all = segments.rows.subarray(segments.rowStart[leg.connection], segments.rowStart[leg.connection + 1]);
  const { encapsulations } = leg;
  return encapsulations ? all.filter((row) => encapsulations.includes(tap.packets.encapsulation[row])) : all;
}
