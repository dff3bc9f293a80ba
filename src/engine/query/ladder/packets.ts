// One journey as the packet a ladder draws.

import { STATE_NAMES } from '../../conntrack/states.ts';
import { type Endpoint, formatAddress } from '../../model/address.ts';
import type { Analysis } from '../../model/analysis.ts';
import { frameOf } from '../../model/capture.ts';
import { J_LEAKED, J_TRANSLATED, type Leak, type Reset } from '../../model/correlation.ts';
import type { LadderPacket, LadderReason, LadderSighting, LadderVerdict } from '../../model/ladder.ts';
import { type PacketTable, SYN } from '../../model/packetTable.ts';
import { type Direction, type JourneyId, nanos, ORIGINAL, type PathId, type Row, row, type TapId, tapId } from '../../model/units.ts';
import type { Lanes } from './lanes.ts';
import { type Order, referenceTime } from './order.ts';
import type { Predictions } from './predictions.ts';
import { VERDICT_WORDS } from './verdictWords.ts';

export interface PacketMaker {
  readonly packet: (ordinal: number, reason: LadderReason) => LadderPacket;
}

/** What is known of single journeys beyond their table: made once per analysis and path set. */
export interface Known {
  readonly leaks: ReadonlyMap<JourneyId, { readonly leak: Leak; readonly twin: JourneyId | null }>;
  readonly resets: ReadonlyMap<JourneyId, Reset>;
}

export function packetMaker(
  analysis: Analysis,
  paths: readonly PathId[],
  lanes: Lanes,
  order: Order,
  known: Known,
  predictions: Predictions | null,
): PacketMaker {
  const { journeys } = analysis.correlation;
  return {
    packet: (ordinal, reason) => {
      const j = order.journey(ordinal);
      const sightings = sightingsOf(analysis, lanes, j);
      const first = journeys.start[j];
      const table = analysis.workspace.taps[journeys.sightingTap[first]].packets;
      const firstRow = journeys.sightingRow[first];
      const path = journeys.path[j] as PathId;
      const direction: Direction = journeys.direction[j] === ORIGINAL ? 0 : 1;
      const scale = (table.flags[firstRow] & SYN) !== 0 ? 0 : analysis.correlation.paths[path].windowScale[direction];
      const leak = known.leaks.get(j) ?? null;
      const reset = known.resets.get(j) ?? null;
      const journeyFlags = journeys.flags[j];
      const would = predictions?.of(j) ?? null;
      const early = earlyBy(analysis, j);
      return {
        kind: 'packet',
        journey: j,
        ordinal,
        path: paths.indexOf(path),
        direction,
        reason,
        sightings,
        flags: journeys.tcpFlags[j] & 0x1ff,
        marks: marksOf(analysis, j),
        journeyFlags,
        seq: journeys.seq[j],
        ack: table.ack[firstRow],
        length: journeys.payloadLength[j],
        window: table.window[firstRow] * 2 ** (scale ?? 0),
        windowScaled: scale !== null,
        translated: !leak && (journeyFlags & J_LEAKED) === 0 && isTranslated(analysis, path, lanes, sightings, journeyFlags),
        held: nanos(journeys.held[j]),
        leak: leak && {
          kind: leak.leak.kind,
          expectedSource: leak.leak.expectedSource,
          expectedDestination: leak.leak.expectedDestination,
          bytesBehind: leak.leak.bytesBehind,
          twin: leak.twin,
        },
        reset: reset && { origin: reset.origin, cause: reset.cause.kind, effect: reset.effect, confidence: reset.confidence },
        verdict: verdictOf(analysis, path, j),
        ...(early > 0 ? { early: nanos(early) } : {}),
        ...(would ? { would } : {}),
      };
    },
  };
}

/** Sightings at taps that have a lane; where none has (too many taps), the first lane stands for it. */
function sightingsOf(analysis: Analysis, lanes: Lanes, j: JourneyId): LadderSighting[] {
  const { workspace, correlation } = analysis;
  const { journeys, clocks } = correlation;
  const out: LadderSighting[] = [];
  for (let s = journeys.start[j]; s < journeys.start[j + 1]; s++) {
    const tap = tapId(journeys.sightingTap[s]);
    const at = row(journeys.sightingRow[s]);
    const lane = lanes.laneOf[tap];
    if (lane < 0 && !(out.length === 0 && s === journeys.start[j + 1] - 1)) continue;
    out.push(sighting(analysis, tap, at, Math.max(0, lane)));
  }
  const [first, last] = [journeys.start[j], journeys.start[j + 1] - 1];
  // First and last times come from the journey, so that rows, folds and arrows agree to the nanosecond; between them clocks may be off
  // by their uncertainty, but nothing arrives before it was sent.
  let before = journeys.firstTime[j];
  return out.map((s, i) => {
    const isFirst = i === 0 && s.row === journeys.sightingRow[first] && s.tap === journeys.sightingTap[first];
    const isLast = i > 0 && i === out.length - 1 && s.row === journeys.sightingRow[last] && s.tap === journeys.sightingTap[last];
    const time = isFirst ? journeys.firstTime[j] : isLast ? journeys.lastTime[j] : s.time;
    before = Math.max(before, Math.min(time, journeys.lastTime[j]));
    return { ...s, time: nanos(before) };
  });

  function sighting(a: Analysis, tap: TapId, at: Row, lane: number): LadderSighting {
    const { packets } = workspace.taps[tap];
    const [source, destination] = endpointsOf(packets, at);
    return {
      lane,
      tap,
      row: at,
      frame: frameOf(a.workspace.taps[tap], at).frame,
      time: referenceTime(workspace, clocks, tap, at),
      source,
      destination,
    };
  }
}

/**
 * By how much it arrives somewhere before it left the capture point before, further than is uncertain of these two clocks. 0 where neither
 * of them is contradicted by its packets: the uncertainty is that of one moment.
 */
function earlyBy({ workspace, correlation: { clocks, journeys } }: Analysis, j: JourneyId): number {
  let most = 0;
  for (let s = journeys.start[j] + 1; s < journeys.start[j + 1]; s++) {
    const [from, to] = [tapId(journeys.sightingTap[s - 1]), tapId(journeys.sightingTap[s])];
    if (clocks[from].violations + clocks[to].violations === 0) continue;
    const sent = referenceTime(workspace, clocks, from, row(journeys.sightingRow[s - 1]));
    const by = sent - referenceTime(workspace, clocks, to, row(journeys.sightingRow[s]));
    if (by > clocks[from].uncertainty + clocks[to].uncertainty) most = Math.max(most, by);
  }
  return most;
}

export function endpointsOf(packets: PacketTable, at: number): readonly [Endpoint, Endpoint] {
  const tuple = packets.tuple[at] >>> 1;
  const { tuples, addresses } = packets;
  const a: Endpoint = { address: formatAddress(addresses, tuples.a[tuple]), port: tuples.aPort[tuple] };
  const b: Endpoint = { address: formatAddress(addresses, tuples.b[tuple]), port: tuples.bPort[tuple] };
  return (packets.tuple[at] & 1) === 0 ? [a, b] : [b, a];
}

function marksOf(analysis: Analysis, j: JourneyId): number {
  const { journeys } = analysis.correlation;
  let marks = 0;
  for (let s = journeys.start[j]; s < journeys.start[j + 1]; s++)
    marks |= analysis.workspace.flows[journeys.sightingTap[s]].segments.marks[journeys.sightingRow[s]];
  return marks;
}

const same = (a: Endpoint, b: Endpoint): boolean => a.address === b.address && a.port === b.port;

/** Rewritten between two sightings; with one side captured: it carries the address that only exists on that side of the NAT. */
function isTranslated(analysis: Analysis, path: PathId, lanes: Lanes, sightings: readonly LadderSighting[], flags: number): boolean {
  if (lanes.nat < 0) return false;
  const [first, last] = [sightings[0], sightings.at(-1)];
  if (!first || !last) return false;
  if (!same(first.source, last.source) || !same(first.destination, last.destination)) return true;
  if (sightings.some((s) => s.lane < lanes.nat) && sightings.some((s) => s.lane > lanes.nat)) return false;
  if ((flags & J_TRANSLATED) !== 0) return true;
  const { service, snat } = analysis.correlation.paths[path];
  return sightings.some(
    (s) =>
      (s.lane > lanes.nat && service !== null && (same(s.destination, service) || same(s.source, service))) ||
      (s.lane < lanes.nat && snat !== null && (same(s.destination, snat.to) || same(s.source, snat.to))),
  );
}

function verdictOf(analysis: Analysis, path: PathId, j: JourneyId): LadderVerdict | null {
  const verdicts = analysis.replays[path]?.verdicts;
  if (!verdicts) return null;
  const at = j - analysis.correlation.journeys.pathStart[path];
  const word = VERDICT_WORDS.get(verdicts.verdict[at]);
  if (!word) return null;
  return {
    verdict: word,
    reason: verdicts.reasons[verdicts.reason[at]] ?? '',
    state: STATE_NAMES[verdicts.state[at]] ?? 'NONE',
    orderDependent: verdicts.orderDependent[at] === 1,
  };
}
