// The table of journeys, and where in it the journeys of each path lie.
import type { JourneyTable } from '../model/correlation.ts';

/** Of the paths numbered so far, in the order in which they were; `journeys` and `sightings` count theirs. */
export interface JourneyNumbers {
  readonly pathStart: Uint32Array;
  readonly pathEnd: Uint32Array;
  /** By path: its first sighting. */
  readonly sightingStart: Uint32Array;
  journeys: number;
  sightings: number;
}

const COLUMNS = [
  'path',
  'direction',
  'flags',
  'seq',
  'payloadLength',
  'tcpFlags',
  'firstTime',
  'lastTime',
  'held',
  'start',
  'sightingTap',
  'sightingRow',
] as const;

/** The path's journeys follow those numbered so far. */
export function addNumbers(numbers: JourneyNumbers, path: number, journeys: number, sightings: number): void {
  numbers.pathStart[path] = numbers.journeys;
  numbers.sightingStart[path] = numbers.sightings;
  numbers.journeys += journeys;
  numbers.sightings += sightings;
  numbers.pathEnd[path] = numbers.journeys;
}

/** @param length of the whole @param rows,sightings there is room for */
export function emptyTable(
  { pathStart, pathEnd }: Pick<JourneyTable, 'pathStart' | 'pathEnd'>,
  length: number,
  rows: number,
  sightings: number,
): JourneyTable {
  return {
    length,
    path: new Uint32Array(rows),
    direction: new Uint8Array(rows),
    flags: new Uint16Array(rows),
    seq: new Uint32Array(rows),
    payloadLength: new Uint32Array(rows),
    tcpFlags: new Uint16Array(rows),
    firstTime: new Float64Array(rows),
    lastTime: new Float64Array(rows),
    held: new Float64Array(rows),
    start: new Uint32Array(rows + 1),
    sightingTap: new Uint8Array(sightings),
    sightingRow: new Uint32Array(sightings),
    pathStart,
    pathEnd,
  };
}

/** The same table with room for more. */
export function widened(table: JourneyTable, rows: number, sightings: number): JourneyTable {
  const wide = emptyTable(table, table.length, rows, sightings);
  for (const column of COLUMNS) wide[column].set(table[column]);
  return wide;
}
