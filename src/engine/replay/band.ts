// The window band of one direction over time, with the packets in it and the offenders outside.
import { BROKE_I, BROKE_II } from '../conntrack/outcome.ts';
import { boundOf } from '../conntrack/window.ts';
import type { Correlation, Workspace } from '../model/correlation.ts';
import { journeyId, row, tapId } from '../model/units.ts';
import { type PathReplay, V_DROPPED, V_IGNORED, V_INVALID } from '../model/verdict.ts';
import type { BandOffender, BandRequest, WindowBand } from '../model/whatIf.ts';
import { workOfPath } from './replayPaths.ts';
import { run } from './run.ts';

const MAX_OFFENDERS = 400;
const MAX_COLUMNS = 4000;
const CONDITIONS = [null, 'I', 'II', 'III', 'IV'] as const;

/** One run of the path's tracker; every packet falls into a column, offenders are kept one by one. */
export function windowBand(workspace: Workspace, correlation: Correlation, replay: PathReplay, request: BandRequest): WindowBand | null {
  const work = workOfPath(workspace, correlation, request.path);
  if (work === null) return null;
  const { arrivals: a } = work;
  const { profile, settings, orderIndex } = replay.verdicts;
  const order = work.orders[orderIndex];
  const index = a.paths.findIndex((p) => p.id === request.path);
  const [first, end] = [a.pathStart[index], a.pathStart[index + 1]];
  const isMine = (at: number): boolean => at >= first && at < end && a.direction[at] === request.direction;
  const { from, to } = span(order.time, first, end);
  const columns = Math.max(1, Math.min(MAX_COLUMNS, request.columns));
  const column = (): Float64Array => new Float64Array(columns).fill(Number.NaN);
  const band = { lower: column(), upper: column(), packetLow: column(), packetHigh: column(), end: column() };
  const offenders: BandOffender[] = [];
  const unwrap = new Unwrapped();
  run(a, order, workspace, profile, settings, (at, out) => {
    const j = out.judgement;
    if (!isMine(at) || !j.hasRecords || j.senderMaxwin === 0) return false;
    const c = Math.min(columns - 1, Math.floor(((order.time[at] - from) / (to - from || 1)) * columns));
    const sent = unwrap.of(j.senderEnd);
    const near = (seq: number): number => sent + ((seq - j.senderEnd) | 0);
    band.end[c] = sent;
    band.lower[c] = near(boundOf(j, BROKE_II));
    band.upper[c] = near(boundOf(j, BROKE_I));
    const [start, last] = [near(j.seq), near(j.end)];
    const isRefused = out.verdict === V_INVALID || out.verdict === V_DROPPED;
    if (isRefused || (j.isDecisive && j.broken !== 0)) {
      const broken = j.isDecisive ? CONDITIONS[j.broken] : null;
      offenders.push({
        packet: { tap: tapId(a.tap[at]), row: row(a.row[at]) },
        journey: journeyId(a.journey[at]),
        time: order.time[at],
        start,
        end: last,
        verdict: out.isIgnored ? V_IGNORED : out.verdict,
        broken,
        by:
          broken === null
            ? 0
            : Math.abs(((j.broken === BROKE_I ? j.seq : j.broken === BROKE_II ? j.end : j.ack) - boundOf(j, j.broken)) | 0),
      });
    } else {
      band.packetLow[c] = band.packetLow[c] < start ? band.packetLow[c] : start;
      band.packetHigh[c] = band.packetHigh[c] > last ? band.packetHigh[c] : last;
    }
    return false;
  });
  const kept = offenders.length <= MAX_OFFENDERS ? offenders : [...offenders].sort((x, y) => y.by - x.by).slice(0, MAX_OFFENDERS);
  kept.sort((x, y) => x.time - y.time);
  return { path: request.path, direction: request.direction, from, to, ...band, offenders: kept, offenderCount: offenders.length };
}

function span(time: Float64Array, first: number, end: number): { from: number; to: number } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = first; at < end; at++) {
    if (time[at] < from) from = time[at];
    if (time[at] > to) to = time[at];
  }
  return Number.isFinite(from) ? { from, to } : { from: 0, to: 1 };
}

/** Sequence numbers as octets after the first one seen, beyond 2^32 too. */
class Unwrapped {
  private last = Number.NaN;
  private octets = 0;

  of(seq: number): number {
    if (Number.isNaN(this.last)) this.last = seq;
    this.octets += (seq - this.last) | 0;
    this.last = seq;
    return this.octets;
  }
}
