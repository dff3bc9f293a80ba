// One connection's rows as its plots need them: times on the reference clock, sequence numbers unwrapped.
import { ACK, RST } from '../model/packetTable.ts';
import type { PlotRequest } from '../model/plot.ts';
import { seqDistance } from '../model/units.ts';
import type { TapView } from './tapView.ts';

/** Rows of one connection with times on the reference clock and numbers unwrapped from the direction's initial one. */
export interface ConnectionRows {
  readonly view: TapView;
  readonly rows: Uint32Array;
  /** 1 where the row travels in the direction plotted. */
  readonly own: Uint8Array;
  readonly time: Float64Array;
  /** Of the direction plotted: seq of its segments, ack of the other side's. Octets from the base, NaN where the row has none. */
  readonly octet: Float64Array;
}

type Chosen = Pick<PlotRequest, 'connection' | 'direction' | 'strays' | 'pathDirection'>;

/** Rows of the connection and of its strays, in file order. */
function rowsOf(view: TapView, request: Chosen): Uint32Array {
  const { rowStart, rows } = view.flow.segments;
  const of = (id: number): Uint32Array => rows.slice(rowStart[id] ?? 0, rowStart[id + 1] ?? 0);
  if (request.strays.length === 0) return of(request.connection);
  const parts = [request.connection, ...request.strays].map(of);
  const all = new Uint32Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}

export function connectionRows(view: TapView, request: Chosen): ConnectionRows {
  const rows = rowsOf(view, request);
  const { connection } = view.flow.segments;
  const isOwn = (row: number): boolean =>
    connection[row] - 1 === request.connection || request.pathDirection === null
      ? (tuple[row] & 1) === request.direction
      : view.index.direction[row] - 1 === request.pathDirection;
  const { seq, ack, tuple, flags } = view.tap.packets;
  const time = new Float64Array(rows.length);
  const owns = new Uint8Array(rows.length);
  const octet = new Float64Array(rows.length).fill(Number.NaN);
  let last = 0;
  let lastRaw: number | null = null;
  rows.forEach((row, i) => {
    time[i] = view.time(row);
    const own = isOwn(row);
    owns[i] = own ? 1 : 0;
    if (!own && (flags[row] & ACK) === 0) return;
    const raw = own ? seq[row] : ack[row];
    if (lastRaw === null) {
      const base = view.seqBase(row, !own);
      lastRaw = base === null ? raw : base;
    }
    // Unwrapped by distance to the highest seen, so that a stream of more than 4 GB goes on upwards.
    octet[i] = last + seqDistance(raw, lastRaw);
    // A RST without a socket has any number: it must not become the measure of the rest.
    if (octet[i] > last && (flags[row] & RST) === 0) {
      last = octet[i];
      lastRaw = raw;
    }
  });
  return { view, rows, own: owns, time, octet };
}
