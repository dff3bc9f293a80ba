// A connection that was known before a silence and unknown behind it: which timeout must have run out, and within what bounds.
import { STATE_NAMES } from '../conntrack/states.ts';
import type { Workspace } from '../model/correlation.ts';
import type { Profile, TrackerSettings } from '../model/verdict.ts';
import { compareFate, DISAGREES } from './agreement.ts';
import { A_YES, O_VANISHED, type Work } from './arrivals.ts';
import { run } from './run.ts';

const NANOS_PER_SECOND = 1e9;
/** Timeouts people set: kube-proxy's and the kernel's defaults, seconds. */
const USUAL = [432_000, 86_400, 7200, 3600, 1800, 1200, 900, 600, 300, 120, 60, 30, 10];

export interface SilentTimeout {
  /** As in `TrackerSettings.timeouts`. */
  readonly name: string;
  readonly seconds: number;
  /** Longest silence survived, shortest that was not; seconds. */
  readonly between: readonly [number, number];
}

/** Looks at the first thing a run leaves open: if the silence before it is the longest so far, the entry may have run out in it. */
export function inferTimeout(work: Work, workspace: Workspace, profile: Profile, settings: TrackerSettings): SilentTimeout | null {
  const { arrivals: a } = work;
  const order = work.orders[0];
  const result = run(a, order, workspace, profile, settings);
  let [survived, last, state] = [0, Number.NaN, 0];
  let silence = 0;
  let before = 0;
  for (const at of order.index) {
    if (a.arrived[at] !== A_YES) continue;
    const gap = (order.time[at] - last) / NANOS_PER_SECOND;
    if (gap > survived) {
      silence = gap;
      before = state;
    }
    const isOpen = compareFate(a, result, at) === DISAGREES || a.observed[at] === O_VANISHED;
    if (isOpen) {
      if (silence <= survived) return null;
      const name = settings.ipvs ? 'ipvs_tcp' : STATE_NAMES[before].toLowerCase();
      return { name, seconds: usualBetween(survived, silence), between: [survived, silence] };
    }
    if (gap > survived) survived = gap;
    last = order.time[at];
    state = result.state[at];
  }
  return null;
}

/** A value people set if one lies between; else whole seconds; else the middle. */
function usualBetween(low: number, high: number): number {
  const usual = USUAL.find((seconds) => seconds > low && seconds <= high);
  if (usual !== undefined) return usual;
  const whole = Math.floor(high);
  return whole > low ? whole : (low + high) / 2;
}
