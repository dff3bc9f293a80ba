// What the connection list says of a path beyond what correlation counted: round trips, octets in flight, how it ended, what of it was seen.
// Costs a walk over its rows, so that it is done when somebody looks or sorts; kept as columns.
import type { Analysis } from '../model/analysis.ts';
import { CLOSE_KINDS, type Ending } from '../model/connectionList.ts';
import { type Endings, endingsOf } from './endings.ts';
import { walkPath } from './pathWalk.ts';
import { RESET_ORIGINS } from './rowIndex.ts';

/** Columns by path id, Nanos; NaN where nothing tells. Entries hold once `see` was called for them. */
export class PathFactTable {
  readonly handshake: Float64Array;
  readonly rttLeast: Float64Array;
  readonly rttMedian: Float64Array;
  readonly inFlight: Float64Array;
  /** Index in CLOSE_KINDS. */
  readonly close: Uint8Array;
  /** Index in RESET_ORIGINS + 1; 0: nobody. */
  readonly closedBy: Uint8Array;
  readonly completeness: Uint8Array;
  private readonly known: Uint8Array;
  private readonly analysis: Analysis;
  private readonly endings: Endings;

  constructor(analysis: Analysis) {
    const { length } = analysis.correlation.paths;
    this.analysis = analysis;
    this.handshake = new Float64Array(length).fill(Number.NaN);
    this.rttLeast = new Float64Array(length).fill(Number.NaN);
    this.rttMedian = new Float64Array(length).fill(Number.NaN);
    this.inFlight = new Float64Array(length).fill(Number.NaN);
    this.close = new Uint8Array(length);
    this.closedBy = new Uint8Array(length);
    this.completeness = new Uint8Array(length);
    this.known = new Uint8Array(length);
    this.endings = endingsOf(analysis);
  }

  ending(path: number): Ending {
    return this.endings.of(path);
  }

  /** Makes a path's entries hold. */
  see(path: number): void {
    if (this.known[path] === 1) return;
    this.known[path] = 1;
    const of = this.analysis.correlation.paths[path];
    if (of === undefined) return;
    const walked = walkPath(this.analysis, of);
    this.handshake[path] = walked.handshake;
    this.inFlight[path] = walked.inFlight;
    const sorted = Float64Array.from(walked.samples).sort();
    if (sorted.length > 0) {
      this.rttLeast[path] = sorted[0];
      this.rttMedian[path] = sorted[sorted.length >> 1];
    }
    this.completeness[path] = walked.seen;
    const { close, closedBy } = this.endings.of(path, walked);
    this.close[path] = CLOSE_KINDS.indexOf(close);
    this.closedBy[path] = closedBy === null ? 0 : RESET_ORIGINS.indexOf(closedBy) + 1;
  }
}
