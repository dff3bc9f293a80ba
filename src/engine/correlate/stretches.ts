// The stream between each two neighbouring cuts of segments that lie over each other.

/** Segments over one octet that are looked at: more carry it only when it was sent that often. */
const MOST_OVER = 64;

/** Stretch i: octets `from[i]` … `to[i]` − 1, carried by `over[start[i] … start[i + 1] − 1]`. */
export class Stretches {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly start: number[] = [0];
  readonly over: number[] = [];

  /** Adds those of segments in order of their first octet. Those past `MOST_OVER` at one octet are in none. */
  cut(segments: readonly number[], startOf: (segment: number) => number, endOf: (segment: number) => number): void {
    let active: number[] = [];
    let position = 0;
    for (let i = 0; i < segments.length || active.length > 0; ) {
      if (active.length === 0) position = startOf(segments[i]);
      for (; i < segments.length && startOf(segments[i]) <= position; i++) if (active.length < MOST_OVER) active.push(segments[i]);
      let next = i < segments.length ? startOf(segments[i]) : Infinity;
      for (const segment of active) next = Math.min(next, endOf(segment));
      this.from.push(position);
      this.to.push(next);
      for (const segment of active) this.over.push(segment);
      this.start.push(this.over.length);
      position = next;
      if (active.length === 1 && endOf(active[0]) <= position) active.length = 0;
      else active = active.filter((segment) => endOf(segment) > position);
    }
  }
}
