// Journeys of whole paths, made when somebody asks: of most paths nobody does.
import type { JourneyTable } from '../model/correlation.ts';
import { gatherColumns, type PointColumns } from './columns.ts';
import type { Context } from './context.ts';
import { Groups } from './groups.ts';
import type { JourneyBuilder } from './journeyBuilder.ts';
import { addNumbers, type JourneyNumbers, widened } from './journeyTable.ts';
import { addWhole, packetsOf } from './wholePaths.ts';

/** From so many paths on one pass over all packets is quicker than looking for theirs. */
const MANY = 64;

/** Journeys that are made, and numbered, when somebody asks. Tables handed out before stay as they are where more room is needed. */
export class LateJourneys {
  readonly #context: Context;
  readonly #builder: JourneyBuilder;
  readonly #numbers: JourneyNumbers;
  readonly #spare = new Groups(1024);
  readonly #pending: Uint8Array;
  #left = 0;

  constructor(context: Context, builder: JourneyBuilder, numbers: JourneyNumbers) {
    this.#context = context;
    this.#builder = builder;
    this.#numbers = numbers;
    this.#pending = context.groups.pending.slice();
    for (const isPending of this.#pending) this.#left += isPending;
  }

  /** Of every path: where that is many, their segments are gathered in one pass over each table. */
  all(): JourneyTable {
    if (this.#left === 0) return this.#builder.table;
    let [journeys, sightings] = [0, 0];
    for (let path = 0; path < this.#pending.length; path++) {
      if (this.#pending[path] === 0) continue;
      const count = packetsOf(this.#context, path);
      journeys += count;
      sightings += count * this.#context.drafts[path].stops.length;
    }
    this.#reserve(journeys, sightings);
    const columns = this.#left > MANY ? this.#gather() : null;
    for (let path = 0; path < this.#pending.length; path++) if (this.#pending[path] === 1) this.#make(path, columns);
    return this.#builder.table;
  }

  of(path: number): JourneyTable {
    if (this.#pending[path] === 1) this.#make(path, null);
    return this.#builder.table;
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
    const { stops } = drafts[path];
    const count = packetsOf(this.#context, path);
    this.#reserve(count, count * stops.length);
    addNumbers(this.#numbers, path, count, count * stops.length);
    this.#spare.clear();
    addWhole(this.#spare, legs, stops, columns);
    this.#builder.addPath(path, stops, roles[path], this.#spare, 0, null);
  }

  /** Makes room for so many journeys and sightings more. */
  #reserve(journeys: number, sightings: number): void {
    const { table } = this.#builder;
    const rows = this.#numbers.journeys + journeys;
    const seen = this.#numbers.sightings + sightings;
    if (rows <= table.path.length && seen <= table.sightingRow.length) return;
    this.#builder.table = widened(
      table,
      Math.max(rows, Math.min(table.length, 2 * table.path.length)),
      Math.max(seen, 2 * table.sightingRow.length),
    );
  }
}
