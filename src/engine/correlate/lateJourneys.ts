// Journeys of whole paths, made when somebody asks: of most paths nobody does.
import { gatherColumns, type PointColumns } from './columns.ts';
import type { Context } from './context.ts';
import type { Stop } from './drafts.ts';
import { Groups } from './groups.ts';
import type { JourneyBuilder, Roles } from './journeyBuilder.ts';
import type { LegIndex } from './legs.ts';
import { addWhole } from './wholePaths.ts';

/** From so many paths on one pass over all packets is quicker than looking for theirs. */
const MANY = 64;
const NO_STRAYS: Roles['strayKind'] = new Map();

/** Journeys that are made when somebody asks: what they are made from is kept as numbers, as there may be many paths. */
export class LateJourneys {
  readonly #legs: LegIndex;
  readonly #builder: JourneyBuilder;
  readonly #spare = new Groups(1024);
  readonly #pending: Uint8Array;
  #left = 0;
  /** Of a path's stops: `leg * 2 + original`, and the side. */
  readonly #stopStart: Uint32Array;
  readonly #leg: Int32Array;
  readonly #side: Uint8Array;
  readonly #hasNat: Uint8Array;

  constructor({ legs, drafts, roles, groups }: Context, builder: JourneyBuilder) {
    this.#legs = legs;
    this.#builder = builder;
    this.#pending = groups.pending.slice();
    this.#hasNat = Uint8Array.from(roles, (r) => (r.hasNat ? 1 : 0));
    this.#stopStart = new Uint32Array(drafts.length + 1);
    for (let path = 0; path < drafts.length; path++) {
      this.#left += this.#pending[path];
      this.#stopStart[path + 1] = this.#stopStart[path] + (this.#pending[path] === 1 ? drafts[path].stops.length : 0);
    }
    this.#leg = new Int32Array(this.#stopStart[drafts.length]);
    this.#side = new Uint8Array(this.#leg.length);
    for (let path = 0; path < drafts.length; path++) {
      if (this.#pending[path] === 0) continue;
      const { stops } = drafts[path];
      for (let k = 0; k < stops.length; k++) {
        const { leg, original } = stops[k].main[0];
        this.#leg[this.#stopStart[path] + k] = leg * 2 + original;
        this.#side[this.#stopStart[path] + k] = roles[path].side[k];
      }
    }
  }

  /** Of every path: where that is many, their segments are gathered in one pass over each table. */
  all(): void {
    if (this.#left === 0) return;
    const columns = this.#left > MANY ? this.#gather() : null;
    for (let path = 0; path < this.#pending.length; path++) if (this.#pending[path] === 1) this.#make(path, columns);
  }

  of(path: number): void {
    if (this.#pending[path] === 1) this.#make(path, null);
  }

  #gather(): PointColumns[] {
    const { points, pointOf } = this.#legs;
    const wanted = points.map((p) => new Uint8Array(p.connectionCount));
    for (let path = 0; path < this.#pending.length; path++) {
      if (this.#pending[path] === 0) continue;
      for (let at = this.#stopStart[path]; at < this.#stopStart[path + 1]; at++) {
        const leg = this.#leg[at] >> 1;
        wanted[pointOf[leg]][leg - points[pointOf[leg]].legBase] = 1;
      }
    }
    return points.map((p) => gatherColumns(p, wanted[p.id]));
  }

  #make(path: number, columns: readonly PointColumns[] | null): void {
    this.#pending[path] = 0;
    this.#left--;
    const [from, to] = [this.#stopStart[path], this.#stopStart[path + 1]];
    const stops = Array.from(this.#leg.subarray(from, to), (at): Stop => {
      const leg = at >> 1;
      return { point: this.#legs.pointOf[leg], main: [{ leg, original: (at & 1) === 1 ? 1 : 0 }], strays: [] };
    });
    this.#spare.clear();
    addWhole(this.#spare, this.#legs, stops, columns);
    const roles = { side: this.#side.subarray(from, to), hasNat: this.#hasNat[path] === 1, strayKind: NO_STRAYS };
    this.#builder.addPath(path, stops, roles, this.#spare, 0, null);
  }
}
