// One path's header, and clocks: what the views of connections and clocks ask for.
import { joinOf } from '../correlate/reasons.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import type { ClockDetail, PathHeader } from '../model/connectionList.ts';
import { type PathId, row as rowId, tapId } from '../model/units.ts';

export function pathHeader(analysis: Analysis, id: PathId): PathHeader | null {
  const path = analysis.correlation.paths[id];
  if (path === undefined) return null;
  const journeys = analysis.correlation.journeysOf(id);
  const at = journeys.start[journeys.pathStart[id]];
  return {
    path: id,
    legs: path.legs.map((l, i) => ({
      tap: l.tap,
      client: formatEndpoint(l.client),
      server: formatEndpoint(l.server),
      packets: l.packets,
      beyondNat: i === path.natBefore,
    })),
    strays: path.strays.map((s) => ({
      tap: s.tap,
      source: formatEndpoint(s.source),
      destination: formatEndpoint(s.destination),
      kind: s.kind,
      packets: s.rows.length,
    })),
    ...joinOf(analysis.workspace, analysis.correlation, path),
    isn: path.isn,
    windowScale: path.windowScale,
    first: journeys.sightingRow.length > at ? { tap: tapId(journeys.sightingTap[at]), row: rowId(journeys.sightingRow[at]) } : null,
  };
}

export function clockDetails(analysis: Analysis): readonly ClockDetail[] {
  const { clocks, positions } = analysis.correlation;
  return clocks.map((clock, tap) => ({
    tap: tapId(tap),
    position: positions[tap],
    reference: clock.reference,
    offset: clock.offset,
    uncertainty: clock.uncertainty,
    skewPpm: clock.skewPpm,
    matched: clock.matched,
    violations: clock.violations,
    steps: clock.steps.map((s) => ({ time: s.time, by: s.by })),
    above: clock.bounds.forward.slice(),
    below: clock.bounds.backward.slice(),
  }));
}
