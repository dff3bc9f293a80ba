// One capture point as queries see it: its tables, what was found about each row, and its clock laid on the incident's.
import { NO_BOUNDS } from '../correlate/clockLine.ts';
import type { Tap } from '../model/capture.ts';
import type { FlowAnalysis } from '../model/connection.ts';
import type { Clock, Correlation, JourneyTable } from '../model/correlation.ts';
import { nanos, type TapId, tapId } from '../model/units.ts';
import { referenceTime } from './referenceTime.ts';
import { type Analysed, indexRows, type RowIndex } from './rowIndex.ts';

export interface TapView {
  readonly id: TapId;
  readonly tap: Tap;
  readonly flow: FlowAnalysis;
  readonly index: RowIndex;
  readonly correlation: Correlation;
  /** Reference clock, Nanos since `Workspace.epoch`, of each row. */
  readonly time: (row: number) => number;
  /** Raw sequence number that counts as 0, of the row's direction or the opposite one; null where nothing is known. */
  readonly seqBase: (row: number, opposite: boolean) => number | null;
  /** Window shift of the row's direction; −1 unknown, −2 none in use. */
  readonly windowShift: (row: number) => number;
}

export function viewTap(analysis: Analysed, id: TapId): TapView | null {
  const tap = analysis.workspace.taps[id];
  const flow = analysis.workspace.flows[id];
  const clock = analysis.correlation.clocks[id];
  if (!tap || !flow) return null;
  const index = indexRows(analysis, id);
  return {
    id,
    tap,
    flow,
    index,
    correlation: analysis.correlation,
    time: referenceTime(tap, clock, analysis.workspace.epoch),
    seqBase: seqBaseOf(analysis, tap, flow, index),
    windowShift: windowShiftOf(tap, flow),
  };
}

function seqBaseOf(analysis: Analysed, tap: Tap, flow: FlowAnalysis, index: RowIndex): TapView['seqBase'] {
  const { connection } = flow.segments;
  const { isn, flags, opener } = flow.connections;
  const { tuple } = tap.packets;
  return (row, opposite) => {
    // A path knows both initial numbers if any tap saw the handshake, and a leaked segment counts as its path does.
    const path = analysis.correlation.paths[index.path[row] - 1];
    const towards = index.direction[row];
    const known = path && towards > 0 ? path.isn[opposite ? 2 - towards : towards - 1] : undefined;
    if (known !== null && known !== undefined) return known;
    const id = connection[row] - 1;
    if (id < 0) return null;
    const direction = (tuple[row] & 1) ^ (opposite ? 1 : 0);
    const start = isn[2 * id + direction];
    const sawSyn = (flags[id] & (direction === opener[id] ? SYN_SEEN : SYN_ACK_SEEN)) !== 0;
    // Without a SYN Wireshark counts the first octet seen as 1.
    return sawSyn ? start : (start - 1) >>> 0;
  };
}
const SYN_SEEN = 1;
const SYN_ACK_SEEN = 2;

function windowShiftOf(tap: Tap, flow: FlowAnalysis): TapView['windowShift'] {
  const { connection } = flow.segments;
  const { windowScale, flags } = flow.connections;
  const { tuple } = tap.packets;
  return (row) => {
    const id = connection[row] - 1;
    if (id < 0) return -1;
    const shift = windowScale[2 * id + (tuple[row] & 1)];
    // Both SYNs seen and a scale missing in one: none is used.
    return shift === 0 && (flags[id] & 3) === 3 ? 0 : shift;
  };
}

/** A capture point by itself, before or without anything known across capture points. */
export function loneView(tap: Tap, flow: FlowAnalysis): TapView {
  const noSightings = {
    start: new Uint32Array(1),
    sightingTap: new Uint8Array(0),
    sightingRow: new Uint32Array(0),
    pathStart: new Uint32Array(0),
    pathEnd: new Uint32Array(0),
  };
  const column = new Float64Array(0);
  const clock: Clock = {
    reference: true,
    related: tapId(0),
    offset: nanos(0),
    uncertainty: nanos(0),
    pinned: false,
    inferred: { offset: nanos(0), uncertainty: nanos(0) },
    skewPpm: 0,
    steps: [],
    violations: 0,
    matched: 0,
    bounds: NO_BOUNDS,
  };
  const journeys: JourneyTable = {
    length: 0,
    path: new Uint32Array(0),
    direction: new Uint8Array(0),
    flags: new Uint16Array(0),
    seq: new Uint32Array(0),
    payloadLength: new Uint32Array(0),
    tcpFlags: new Uint16Array(0),
    firstTime: column,
    lastTime: column,
    held: column,
    ...noSightings,
  };
  const correlation: Correlation = {
    clocks: [clock],
    positions: ['unknown'],
    positionsOn: () => ['unknown'],
    completeness: { absence: () => 'certain', presence: () => 'certain', isLossy: () => false, areLossy: () => false },
    paths: [],
    journeyCount: 0,
    journeys,
    journeysOf: () => journeys,
    pathOf: [new Int32Array(flow.connections.length).fill(-1)],
    leaks: [],
    resets: [],
  };
  const alone = { ...tap, id: tapId(0) };
  const view = viewTap({ workspace: { epoch: tap.packets.epoch, taps: [alone], flows: [flow] }, correlation, replays: [] }, alone.id);
  if (!view) throw new Error('a workspace of one capture point has no first');
  return view;
}
