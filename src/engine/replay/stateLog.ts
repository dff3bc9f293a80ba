// Takes down when entries change their state while packets pass: one entry of the log a change, nothing a packet.
import type { Entry } from '../conntrack/entry.ts';
import { C_EXPIRED, C_PACKET, C_REMOVED, type StateChanges } from '../model/verdict.ts';
import type { Arrivals } from './arrivals.ts';

const NANOS_PER_SECOND = 1e9;
const NO_ENTRY = 0;

export class StateLog {
  readonly changes = {
    path: [] as number[],
    journey: [] as number[],
    state: [] as number[],
    why: [] as number[],
    time: [] as number[],
    seconds: [] as number[],
    reversed: [] as number[],
  } satisfies StateChanges;
  private readonly a: Arrivals;
  /** By path of the group: the state as last noted, its entry's deadline, and the last packet. */
  private readonly state: Uint8Array;
  private readonly deadline: Float64Array;
  private readonly last: Int32Array;

  constructor(a: Arrivals) {
    this.a = a;
    this.state = new Uint8Array(a.paths.length);
    this.deadline = new Float64Array(a.paths.length).fill(Number.POSITIVE_INFINITY);
    this.last = new Int32Array(a.paths.length).fill(-1);
  }

  /** Before a packet passes: has the entry run out in the meantime? */
  expire(at: number, time: number): void {
    const path = this.a.path[at];
    if (time < this.deadline[path]) return;
    this.push(path, this.last[path], NO_ENTRY, C_EXPIRED, this.deadline[path], 0, 0);
    this.deadline[path] = Number.POSITIVE_INFINITY;
  }

  /** After it passed. @param direction relative to the entry */
  note(at: number, time: number, entry: Entry, direction: number): void {
    const path = this.a.path[at];
    this.last[path] = at;
    const isRemoved = entry.row < 0;
    const state = isRemoved ? NO_ENTRY : entry.state;
    this.deadline[path] = isRemoved ? Number.POSITIVE_INFINITY : entry.deadline;
    if (state === this.state[path]) return;
    const isReversed = direction >= 0 && direction !== this.a.direction[at];
    this.push(path, at, state, isRemoved ? C_REMOVED : C_PACKET, time, (entry.deadline - time) / NANOS_PER_SECOND, isReversed ? 1 : 0);
  }

  private push(path: number, at: number, state: number, why: number, time: number, seconds: number, reversed: number): void {
    this.state[path] = state;
    const { changes } = this;
    changes.path.push(path);
    changes.journey.push(at < 0 ? -1 : this.a.journey[at]);
    changes.state.push(state);
    changes.why.push(why);
    changes.time.push(time);
    changes.seconds.push(seconds);
    changes.reversed.push(reversed);
  }
}
