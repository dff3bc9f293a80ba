// Predicted against observed: what a run says should have been seen behind the node, and what was.
import { V_DROPPED, V_IGNORED, V_INVALID, V_UNKNOWN } from '../model/verdict.ts';
import { A_YES, type Arrivals, O_TRANSLATED, O_UNKNOWN, O_UNTRANSLATED, O_VANISHED } from './arrivals.ts';
import { F_UNTRANSLATED_OR_GONE, type RunResult } from './run.ts';

export const NOT_COMPARABLE = 0;
export const AGREES = 1;
export const DISAGREES = 2;

/** Does one packet's prediction meet what was observed of it? */
export function compareFate(a: Arrivals, result: RunResult, at: number): number {
  const observed = a.observed[at];
  const fate = result.fate[at];
  if (observed === O_UNKNOWN || fate === O_UNKNOWN) return NOT_COMPARABLE;
  if (observed === O_VANISHED) {
    // A packet that should have passed and did not was lost behind the node: nothing about conntrack.
    if (fate === O_VANISHED || fate === F_UNTRANSLATED_OR_GONE) return AGREES;
    const isRefused = result.verdict[at] === V_INVALID || result.verdict[at] === V_DROPPED || result.verdict[at] === V_UNKNOWN;
    return isRefused && fate === O_UNTRANSLATED ? DISAGREES : NOT_COMPARABLE;
  }
  if (fate === F_UNTRANSLATED_OR_GONE) return observed === O_UNTRANSLATED ? AGREES : DISAGREES;
  return fate === observed ? AGREES : DISAGREES;
}

export interface Score {
  readonly agree: number;
  readonly of: number;
  /** Packets that vanished at the node for no reason of conntrack's: loss, or a reason that another setting would give. */
  readonly unexplained: number;
}

/** Counts over entries `from` … `to − 1`. */
export function scoreOf(a: Arrivals, result: RunResult, from = 0, to = a.length): Score {
  let [agree, of, unexplained] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    const c = compareFate(a, result, at);
    if (c === NOT_COMPARABLE) {
      if (a.observed[at] === O_VANISHED && a.arrived[at] === A_YES) unexplained++;
      continue;
    }
    of++;
    if (c === AGREES) agree++;
  }
  return { agree, of, unexplained };
}

export const errorsOf = (s: { readonly agree: number; readonly of: number }): number => s.of - s.agree;
/** What an explanation leaves open: contradictions, and packets that vanished for no reason. */
export const openOf = (s: Score): number => errorsOf(s) + s.unexplained;

/** Does a run leave nothing open, and was no packet of it refused, ignored or seen otherwise than translated? */
export function isQuiet(a: Arrivals, result: RunResult): boolean {
  for (let at = 0; at < a.length; at++) {
    const { [at]: observed } = a.observed;
    if (observed !== O_TRANSLATED && observed !== O_UNKNOWN) return false;
    const { [at]: verdict } = result.verdict;
    if (verdict === V_INVALID || verdict === V_DROPPED || verdict === V_IGNORED) return false;
    if (compareFate(a, result, at) === DISAGREES) return false;
  }
  return true;
}
