// One path's header, and clocks: what the views of connections and clocks ask for.
import { joinOf } from '../correlate/reasons.ts';
import { nameLookup } from '../diagnose/names.ts';
import { endingSentence } from '../diagnose/wording/endings.ts';
import type { Language } from '../diagnose/wording/format.ts';
import { renderSentence } from '../diagnose/wording/render.ts';
import { formatEndpoint } from '../model/address.ts';
import type { Analysis } from '../model/analysis.ts';
import { clockAhead } from '../model/clockTime.ts';
import type { ClockDetail, PathHeader } from '../model/connectionList.ts';
import type { Clock } from '../model/correlation.ts';
import { type PacketRef, type PathId, row as rowId, tapId } from '../model/units.ts';
import { endingsOf } from './endings.ts';
import { handshakeOf } from './handshake.ts';
import { relayOf, relaySentence } from './relay.ts';
import { unboundedClock } from './unboundedClock.ts';

export function pathHeader(analysis: Analysis, id: PathId, language: Language = 'en'): PathHeader | null {
  const path = analysis.correlation.paths[id];
  if (path === undefined) return null;
  const journeys = analysis.correlation.journeysOf(id);
  const at = journeys.start[journeys.pathStart[id]];
  const ending = endingsOf(analysis).of(id);
  const relay = relayOf(analysis, path);
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
    handshake: handshakeOf(analysis, path),
    ending,
    ended: renderSentence(endingSentence(ending), language),
    relay: relay && { path: relay.path, says: renderSentence(relaySentence(analysis, relay), language, nameLookup(analysis)) },
    first: journeys.sightingRow.length > at ? { tap: tapId(journeys.sightingTap[at]), row: rowId(journeys.sightingRow[at]) } : null,
  };
}

export function clockDetails(analysis: Analysis, language: Language): readonly ClockDetail[] {
  const { clocks, positions } = analysis.correlation;
  const apart = clocksApart(analysis, language);
  return clocks.map((clock, tap) => ({
    tap: tapId(tap),
    position: positions[tap],
    reference: clock.reference,
    offset: clock.offset,
    uncertainty: clock.uncertainty,
    apart: apart[tap],
    pinned: clock.pinned,
    inferred: clock.inferred,
    skewPpm: clock.skewPpm,
    matched: clock.matched,
    violations: clock.violations,
    early: clock.violations > 0 ? earliest(clock) : [],
    steps: clock.steps.map(({ time, by, driftPpm }) => ({ time, by, driftPpm })),
    above: clock.bounds.forward.slice(),
    below: clock.bounds.backward.slice(),
  }));
}

/** By capture point why its clock can't be compared with the reference; empty where it can. */
export function clocksApart(analysis: Analysis, language: Language): readonly string[] {
  const names = nameLookup(analysis);
  return analysis.correlation.clocks.map((_, tap) => {
    const apart = unboundedClock(analysis, tap);
    return apart === null ? '' : renderSentence(apart, language, names);
  });
}

/** As many are named. */
const MOST_EARLY = 4;

/** Packets that arrive before they were sent as the clock stands, the worst first. */
function earliest(clock: Clock): PacketRef[] {
  const { forward, backward, forwardRows, backwardRows, tap } = clock.bounds;
  const ahead = (own: number): number => clockAhead(clock, own, (step) => own > step.time);
  const by = (pairs: Float64Array, rows: Uint32Array, sign: 1 | -1) =>
    [...rows].map((row, i) => ({ row, by: sign * (ahead(pairs[2 * i]) - pairs[2 * i + 1]) }));
  return [...by(forward, forwardRows, 1), ...by(backward, backwardRows, -1)]
    .filter((packet) => packet.by > clock.uncertainty)
    .sort((a, b) => b.by - a.by)
    .slice(0, MOST_EARLY)
    .map(({ row }) => ({ tap, row: rowId(row) }));
}
