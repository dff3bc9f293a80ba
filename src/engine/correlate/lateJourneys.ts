// Journeys of whole paths, made when somebody asks: of most paths nobody does.
import { gatherColumns, type PointColumns } from './columns.ts';
import type { Context } from './context.ts';
import { Groups } from './groups.ts';
import type { JourneyBuilder } from './journeyBuilder.ts';
import { addWhole } from './wholePaths.ts';

/** From so many paths on one pass over all packets is quicker than looking for theirs. */
const MANY = 64;

/** Journeys that are made when somebody asks. */
export class LateJourneys {
  readonly #context: Context;
  readonly #builder: JourneyBuilder;
  readonly #spare = new Groups(1024);
  readonly #pending: Uint8Array;
  #left = 0;

  constructor(context: Context, builder: JourneyBuilder) {
    this.#context = context;
    this.#builder = builder;
    this.#pending = context.groups.pending.slice();
    for (const isPending of this.#pending) this.#left += isPending;
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
    const { points } = this.#context.legs;
    const wanted = points.map((p) => new Uint8Array(p.connectionCount));
    this.#context.drafts.forEach(({ stops }, path) => {
      if (this.#pending[path] === 0) return;
      for (const { point, main } of stops) wanted[point][main[0].leg - points[point].legBase] = 1;
    });
    return points.map((p) => gatherColumns(p, wanted[p.id]));
  }

  #make(path: number, columns: readonly PointColumns[] | null): void {
    const { legs, drafts, roles } = this.#context;
    this.#pending[path] = 0;
    this.#left--;
    this.#spare.clear();
    addWhole(this.#spare, legs, drafts[path].stops, columns);
    this.#builder.addPath(path, drafts[path].stops, roles[path], this.#spare, 0, null);
  }
}
