// The transmissions of all paths, struct of arrays: what matching builds and everything after it reads.
import { sortedIndex } from '../../base/sortedIndex.ts';

/** Bits of `Groups.flags`. */
export const G_REPLY = 1;
/** Cut or merged differently at different stops. */
export const G_RANGE = 2;
/** Replaced by its parts. */
export const G_DEAD = 4;
/** Carries, at once, what another does: a copy that was made on the way, where the stop at which packets of its direction begin did not see it. */
export const G_COPY = 8;

/** Groups of all paths but those that are pending; those of path p are `pathStart[p] … pathStart[p + 1] − 1`, its sights `sightStart[p] + k + stops * (g − pathStart[p])`. */
export class Groups {
  count = 0;
  flags: Uint8Array;
  /** First octet and payload length of the transmission; of a part where offload cut it. */
  seq: Uint32Array;
  length: Uint32Array;
  ack: Uint32Array;
  /** The stop whose row stands for it, and what kind of segment that is (`columns.ts`). */
  stop: Uint8Array;
  kind: Uint16Array;
  /** Row + 1 at each stop, 0 not seen. */
  sight: Uint32Array;
  /** Parallel to `sight`: Nanos since the tap's epoch. */
  time: Float64Array;
  sightCount = 0;
  readonly pathStart: number[] = [0];
  readonly sightStart: number[] = [0];
  /** By path, 1: a whole path (`wholePaths.ts`) without RST; it has no groups here. */
  pending: Uint8Array;
  /** By path, 1: a whole path, pending or not. */
  whole: Uint8Array;
  /** For groups that are made for a moment. */
  spare: Groups | null = null;

  constructor(capacity: number, paths = 0) {
    this.pending = new Uint8Array(paths);
    this.whole = new Uint8Array(paths);
    this.flags = new Uint8Array(capacity);
    this.seq = new Uint32Array(capacity);
    this.length = new Uint32Array(capacity);
    this.ack = new Uint32Array(capacity);
    this.stop = new Uint8Array(capacity);
    this.kind = new Uint16Array(capacity);
    this.sight = new Uint32Array(2 * capacity);
    this.time = new Float64Array(2 * capacity);
  }

  /** What was added since the last call is one path. */
  endPath(): void {
    this.pathStart.push(this.count);
    this.sightStart.push(this.sightCount);
  }

  clear(): void {
    this.count = 0;
    this.sightCount = 0;
    this.pathStart.length = 1;
    this.sightStart.length = 1;
  }

  /** Makes room for so many groups more, each of so many stops. */
  reserve(more: number, stops: number): void {
    const groups = this.count + more;
    if (groups > this.flags.length) {
      const n = Math.max(groups, 2 * this.flags.length);
      this.flags = widened(this.flags, new Uint8Array(n));
      this.seq = widened(this.seq, new Uint32Array(n));
      this.length = widened(this.length, new Uint32Array(n));
      this.ack = widened(this.ack, new Uint32Array(n));
      this.stop = widened(this.stop, new Uint8Array(n));
      this.kind = widened(this.kind, new Uint16Array(n));
    }
    const sights = this.sightCount + more * stops;
    if (sights > this.sight.length) {
      const n = Math.max(sights, 2 * this.sight.length);
      this.sight = widened(this.sight, new Uint32Array(n));
      this.time = widened(this.time, new Float64Array(n));
    }
  }

  /** Adds a group, seen nowhere yet. @returns its number */
  add(stops: number, stop: number, flags: number, seq: number, length: number, ack: number, kind: number): number {
    this.reserve(1, stops);
    const g = this.count++;
    this.flags[g] = flags;
    this.seq[g] = seq;
    this.length[g] = length;
    this.ack[g] = ack;
    this.stop[g] = stop;
    this.kind[g] = kind;
    this.sightCount += stops;
    return g;
  }

  /** Index of a group's first sight. */
  sightOf(path: number, g: number, stops: number): number {
    return this.sightStart[path] + stops * (g - this.pathStart[path]);
  }

  /** The groups of a path that a stop saw, in file order. */
  inFileOrder(path: number, stop: number, stops: number): Uint32Array {
    const { sight, pathStart, sightStart } = this;
    const most = pathStart[path + 1] - pathStart[path];
    const rows = new Uint32Array(most);
    const seen = new Uint32Array(most);
    let n = 0;
    for (let g = pathStart[path], at = sightStart[path] + stop; g < pathStart[path + 1]; g++, at += stops) {
      if (sight[at] === 0) continue;
      rows[n] = sight[at];
      seen[n++] = g;
    }
    const order = sortedIndex(rows, n);
    for (let i = 0; i < n; i++) order[i] = seen[order[i]];
    return order;
  }
}

function widened<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
