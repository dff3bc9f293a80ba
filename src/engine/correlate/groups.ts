// The transmissions of all paths, struct of arrays: what matching builds and everything after it reads.

/** Bits of `Groups.flags`. */
export const G_REPLY = 1;
/** Cut or merged differently at different stops. */
export const G_RANGE = 2;
/** Replaced by its parts. */
export const G_DEAD = 4;

/** Groups of all paths; those of path p are `pathStart[p] … pathStart[p + 1] − 1`, its sights `sightStart[p] + k + stops * (g − pathStart[p])`. */
export class Groups {
  count = 0;
  flags: Uint8Array;
  /** First octet and payload length of the transmission; of a part where offload cut it. */
  seq: Uint32Array;
  length: Uint32Array;
  /** The stop and row that stand for it, and what kind of segment that is (`columns.ts`). */
  stop: Uint8Array;
  row: Uint32Array;
  kind: Uint16Array;
  /** Place of that row in its point's columns. */
  place: Uint32Array;
  next: Int32Array;
  /** Row + 1 at each stop, 0 not seen. */
  sight: Uint32Array;
  /** Parallel to `sight`: Nanos since the tap's epoch. */
  time: Float64Array;
  sightCount = 0;
  readonly pathStart: number[] = [0];
  readonly sightStart: number[] = [0];

  constructor(capacity: number) {
    this.flags = new Uint8Array(capacity);
    this.seq = new Uint32Array(capacity);
    this.length = new Uint32Array(capacity);
    this.stop = new Uint8Array(capacity);
    this.row = new Uint32Array(capacity);
    this.kind = new Uint16Array(capacity);
    this.place = new Uint32Array(capacity);
    this.next = new Int32Array(capacity);
    this.sight = new Uint32Array(2 * capacity);
    this.time = new Float64Array(2 * capacity);
  }

  /** Adds a group seen at one stop. @returns its number */
  add(stops: number, stop: number, row: number, flags: number, seq: number, length: number): number {
    if (this.count === this.flags.length) this.#grow();
    if (this.sightCount + stops > this.sight.length) {
      const wider = new Uint32Array(2 * this.sight.length + stops);
      wider.set(this.sight);
      this.sight = wider;
      const times = new Float64Array(wider.length);
      times.set(this.time);
      this.time = times;
    }
    const g = this.count++;
    this.flags[g] = flags;
    this.seq[g] = seq;
    this.length[g] = length;
    this.stop[g] = stop;
    this.row[g] = row;
    this.sight[this.sightCount + stop] = row + 1;
    this.sightCount += stops;
    return g;
  }

  #grow(): void {
    const n = 2 * this.flags.length;
    const wide = <T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.flags = wide(this.flags, new Uint8Array(n));
    this.seq = wide(this.seq, new Uint32Array(n));
    this.length = wide(this.length, new Uint32Array(n));
    this.stop = wide(this.stop, new Uint8Array(n));
    this.row = wide(this.row, new Uint32Array(n));
    this.kind = wide(this.kind, new Uint16Array(n));
    this.place = wide(this.place, new Uint32Array(n));
    this.next = wide(this.next, new Int32Array(n));
  }

  /** Index of a group's first sight. */
  sightOf(path: number, g: number, stops: number): number {
    return this.sightStart[path] + stops * (g - this.pathStart[path]);
  }
}
