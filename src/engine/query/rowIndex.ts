// For every row of a capture point: the path, the journey and what was found out about it. One pass over the journeys, no object a row.
import type { Analysis } from '../model/analysis.ts';
import type { ResetOrigin } from '../model/correlation.ts';
import { J_LEAKED } from '../model/correlation.ts';
import type { TapId } from '../model/units.ts';

/** Bits of `RowIndex.found`, beside the journey's own flags. */
export const FOUND_LEAK = 1;
export const FOUND_RESET = 2;
export const FOUND_RESET_KILLS = 4;

export const RESET_ORIGINS: readonly ResetOrigin[] = ['unknown', 'client', 'server', 'node', 'middlebox'];

/** Columns are parallel to the tap's PacketTable. */
export interface RowIndex {
  /** Path id + 1; 0 none. */
  readonly path: Uint32Array;
  /** Journey id + 1; 0 none. Where offload merges, the first of several. */
  readonly journey: Uint32Array;
  /** JourneyTable.flags of all its journeys together. */
  readonly flags: Uint16Array;
  /** Direction of travel + 1 on its path; 0 none. */
  readonly direction: Uint8Array;
  readonly found: Uint8Array;
  /** Index in RESET_ORIGINS where FOUND_RESET. */
  readonly origin: Uint8Array;
  /** Highest verdict of its journeys, as `PathVerdicts.verdict`. */
  readonly verdict: Uint8Array;
}

/** What of an analysis the rows of a capture point are described by. */
export type Analysed = Pick<Analysis, 'workspace' | 'correlation' | 'replays'>;

/** @param tap whose rows; the index takes 15 octets a row */
export function indexRows(analysis: Analysed, tap: TapId): RowIndex {
  const { correlation, workspace } = analysis;
  const length = workspace.taps[tap]?.packets.length ?? 0;
  const index: RowIndex = {
    path: new Uint32Array(length),
    journey: new Uint32Array(length),
    flags: new Uint16Array(length),
    direction: new Uint8Array(length),
    found: new Uint8Array(length),
    origin: new Uint8Array(length),
    verdict: new Uint8Array(length),
  };
  const segments = workspace.flows[tap]?.segments;
  const pathOf = correlation.pathOf[tap];
  if (segments && pathOf) {
    for (let row = 0; row < length; row++) {
      const connection = segments.connection[row];
      if (connection > 0) index.path[row] = pathOf[connection - 1] + 1;
    }
  }
  indexJourneys(analysis, tap, index);
  for (const leak of correlation.leaks) {
    for (const p of leak.packets) if (p.tap === tap) index.found[p.row] |= FOUND_LEAK;
  }
  for (const reset of correlation.resets) {
    for (const p of reset.packets) {
      if (p.tap !== tap) continue;
      index.found[p.row] |= FOUND_RESET | (reset.effect === 'kills' ? FOUND_RESET_KILLS : 0);
      index.origin[p.row] = Math.max(0, RESET_ORIGINS.indexOf(reset.origin));
    }
  }
  return index;
}

function indexJourneys(analysis: Analysed, tap: TapId, index: RowIndex): void {
  const { journeys } = analysis.correlation;
  const { start, sightingTap, sightingRow, flags, path, direction, pathStart } = journeys;
  for (let j = 0; j < journeys.length; j++) {
    const p = path[j];
    const verdict = analysis.replays[p]?.verdicts.verdict[j - pathStart[p]] ?? 0;
    for (let s = start[j]; s < start[j + 1]; s++) {
      if (sightingTap[s] !== tap) continue;
      const row = sightingRow[s];
      if (index.journey[row] === 0) index.journey[row] = j + 1;
      index.path[row] = p + 1;
      index.flags[row] |= flags[j];
      index.direction[row] = direction[j] + 1;
      if (verdict > index.verdict[row]) index.verdict[row] = verdict;
    }
  }
}

/** The packet's journey left the NAT node untranslated, here or later on its way. */
export const isLeakedJourney = (index: RowIndex, row: number): boolean => (index.flags[row] & J_LEAKED) !== 0;
