// One capture point → the rows of its index tables. Objects per connection and per RST, never per packet.
import { formatAddress } from '../../model/address.ts';
import type { Tap } from '../../model/capture.ts';
import { type FlowAnalysis, HANDSHAKE_SEEN, SYN_ACK_SEEN, SYN_SEEN } from '../../model/connection.ts';
import { ACK, HAS_TS, IS_ICMP_ERROR, IS_TCP, RST } from '../../model/packetTable.ts';
import { INDEX_SCHEMA, INDEX_TABLES, type IndexTables, type TableName } from './schema.ts';

/** Segments kept of a connection without a handshake, and fingerprints kept of any connection. */
const STRAY_SEGMENTS = 64;
const SAMPLES = 8;

type Cell = string | number | bigint | boolean | null;

/** Collects rows of one table; the order of values is the schema's. */
class Rows {
  readonly columns: Record<string, Cell[]> = {};
  private readonly names: readonly string[];
  constructor(table: TableName) {
    this.names = INDEX_TABLES[table].map((c) => c.name);
    for (const name of this.names) this.columns[name] = [];
  }
  add(...values: readonly Cell[]): void {
    if (values.length !== this.names.length) throw new Error(`row of ${values.length} values for ${this.names.length} columns`);
    this.names.forEach((name, i) => {
      this.columns[name].push(values[i]);
    });
  }
}

export interface CaptureIdentity {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly point: string;
  readonly size: number;
}

/**
 * Builds the index rows of one capture.
 * @returns one entry per table of INDEX_TABLES; rows in order of connection, then of the file
 */
export function buildIndexTables(capture: CaptureIdentity, tap: Tap, flow: FlowAnalysis): IndexTables {
  const perConnection = scanConnections(tap, flow);
  const sampleRows = new Rows('samples');
  for (let c = 0; c < flow.connections.length; c++) for (const sample of perConnection.samples[c]) sampleRows.add(capture.id, c, sample);
  return {
    taps: tapRows(capture, tap, flow).columns,
    connections: connectionRows(capture, tap, flow, perConnection).columns,
    samples: sampleRows.columns,
    strays: strayRows(capture, tap, flow).columns,
    resets: resetRows(capture.id, tap, flow).columns,
  };
}

function tapRows(capture: CaptureIdentity, tap: Tap, flow: FlowAnalysis): Rows {
  const { packets, files } = tap;
  let tcp = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < packets.length; i++) {
    if (packets.flags[i] & IS_TCP) tcp++;
    if (packets.time[i] < first) first = packets.time[i];
    if (packets.time[i] > last) last = packets.time[i];
  }
  const absolute = (time: number): bigint | null => (packets.length ? packets.epoch + BigInt(Math.round(time)) : null);
  const stated = files.filter((f) => f.dropped !== null);
  const rows = new Rows('taps');
  rows.add(
    capture.id,
    INDEX_SCHEMA,
    capture.name,
    capture.file,
    capture.point,
    BigInt(capture.size),
    BigInt(packets.length),
    BigInt(tcp),
    BigInt(flow.connections.length),
    absolute(first),
    absolute(last),
    BigInt(files.reduce((n, f) => n + f.cutPackets, 0)),
    stated.length ? BigInt(stated.reduce((n, f) => n + (f.dropped ?? 0), 0)) : null,
    files.reduce((n, f) => n + f.problems.length, 0),
  );
  return rows;
}

interface Scan {
  /** Two entries a connection: direction 0, 1 of the tuple. */
  readonly firstSeq: Float64Array;
  readonly minWindow: Int32Array;
  readonly maxWindow: Int32Array;
  readonly segments: Float64Array;
  readonly icmpErrors: Int32Array;
  readonly samples: bigint[][];
}

function scanConnections(tap: Tap, flow: FlowAnalysis): Scan {
  const { packets } = tap;
  const { connections, segments } = flow;
  const n = connections.length;
  const scan: Scan = {
    firstSeq: new Float64Array(2 * n).fill(-1),
    minWindow: new Int32Array(2 * n).fill(65_536),
    maxWindow: new Int32Array(2 * n).fill(-1),
    segments: new Float64Array(2 * n),
    icmpErrors: new Int32Array(n),
    samples: Array.from({ length: n }, () => []),
  };
  const hash = new Float64Array(SAMPLES + 1);
  for (let c = 0; c < n; c++) {
    let kept = 0;
    for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++) {
      const row = segments.rows[i];
      if ((packets.flags[row] & IS_TCP) === 0) continue;
      const side = 2 * c + (packets.tuple[row] & 1);
      const seq = packets.seq[row];
      scan.segments[side]++;
      if (scan.firstSeq[side] < 0 || ((seq - scan.firstSeq[side]) | 0) < 0) scan.firstSeq[side] = seq;
      const window = packets.window[row];
      if ((packets.flags[row] & RST) === 0) {
        if (window < scan.minWindow[side]) scan.minWindow[side] = window;
        if (window > scan.maxWindow[side]) scan.maxWindow[side] = window;
      }
      if (packets.payloadLength[row] > 0) kept = keepSmallest(hash, kept, sampleHash(tap, row));
    }
    scan.samples[c] = Array.from(hash.subarray(0, kept), (h) => BigInt(h));
  }
  countIcmpErrors(tap, flow, scan.icmpErrors);
  return scan;
}

/** ICMP errors carry the quoted tuple; they belong to the last connection of that tuple that began before them. */
function countIcmpErrors(tap: Tap, flow: FlowAnalysis, counts: Int32Array): void {
  const { packets } = tap;
  const errors = packets.icmpErrors;
  if (errors.length === 0) return;
  const ofTuple = new Map<number, number[]>();
  for (let c = 0; c < flow.connections.length; c++) {
    const tuple = flow.connections.tuple[c];
    const list = ofTuple.get(tuple);
    if (list) list.push(c);
    else ofTuple.set(tuple, [c]);
  }
  for (let e = 0; e < errors.length; e++) {
    const row = errors.row[e];
    if ((packets.flags[row] & IS_ICMP_ERROR) === 0) continue;
    const candidates = ofTuple.get(packets.tuple[row] >>> 1) ?? [];
    const owner = candidates.findLast((c) => flow.connections.firstTime[c] <= packets.time[row]);
    if (owner !== undefined) counts[owner]++;
  }
}

/** 52 bits of what NAT leaves alone in a data segment, the same at every tap however much of the payload each captured. */
function sampleHash(tap: Tap, row: number): number {
  const { packets } = tap;
  const stamped = (packets.flags[row] & HAS_TS) !== 0;
  let low = Math.imul(packets.seq[row], 0x9e3779b1) ^ Math.imul(packets.payloadLength[row], 0x85ebca77);
  low = Math.imul(low ^ (low >>> 15), 0x2c1b3c6d) ^ packets.ack[row];
  low = Math.imul(low ^ (low >>> 13), 0x297a2d39) ^ (stamped ? packets.tsval[row] : 0);
  low ^= low >>> 15;
  let high = Math.imul(low ^ packets.seq[row], 0xc2b2ae3d) ^ (stamped ? packets.tsecr[row] : 0);
  high = Math.imul(high ^ (high >>> 16), 0x7feb352d);
  high ^= high >>> 15;
  return (high & 0xfffff) * 0x1_0000_0000 + (low >>> 0);
}

/** Inserts into the ascending first `kept` entries, at most SAMPLES of them, without duplicates. @returns how many are kept now */
function keepSmallest(smallest: Float64Array, kept: number, value: number): number {
  if (kept === SAMPLES && value >= smallest[SAMPLES - 1]) return kept;
  let at = kept;
  while (at > 0 && smallest[at - 1] > value) at--;
  if (at > 0 && smallest[at - 1] === value) return kept;
  smallest.copyWithin(at + 1, at, Math.min(kept, SAMPLES - 1));
  smallest[at] = value;
  return Math.min(kept + 1, SAMPLES);
}

function connectionRows(capture: CaptureIdentity, tap: Tap, flow: FlowAnalysis, scan: Scan): Rows {
  const { packets } = tap;
  const { connections } = flow;
  const rows = new Rows('connections');
  for (let c = 0; c < connections.length; c++) {
    const [client, server] = connections.opener[c] === 0 ? [2 * c, 2 * c + 1] : [2 * c + 1, 2 * c];
    const flags = connections.flags[c];
    const pair = (read: (side: number) => Cell): [Cell, Cell] => [read(client), read(server)];
    const big = (column: ArrayLike<number>): [Cell, Cell] => pair((side) => BigInt(Math.max(0, column[side])));
    rows.add(
      capture.id,
      capture.point,
      c,
      ...endpointsOf(tap, (connections.tuple[c] << 1) | connections.opener[c]),
      (flags & HANDSHAKE_SEEN) !== 0,
      flags & SYN_SEEN ? BigInt(connections.isn[client]) : null,
      flags & SYN_ACK_SEEN ? BigInt(connections.isn[server]) : null,
      packets.epoch + BigInt(Math.round(connections.firstTime[c])),
      packets.epoch + BigInt(Math.round(connections.lastTime[c])),
      ...big(scan.segments),
      ...big(connections.payloadBytes),
      ...big(connections.retransmissions),
      ...big(connections.resets),
      ...big(scan.firstSeq),
      ...big(connections.sndNxt),
      ...pair((side) => (scan.maxWindow[side] < 0 ? 0 : scan.minWindow[side])),
      ...pair((side) => Math.max(0, scan.maxWindow[side])),
      scan.icmpErrors[c],
    );
  }
  return rows;
}

function strayRows(capture: CaptureIdentity, tap: Tap, flow: FlowAnalysis): Rows {
  const { packets } = tap;
  const { connections, segments } = flow;
  const rows = new Rows('strays');
  for (let c = 0; c < connections.length; c++) {
    if (connections.flags[c] & (SYN_SEEN | SYN_ACK_SEEN)) continue;
    const end = Math.min(segments.rowStart[c + 1], segments.rowStart[c] + STRAY_SEGMENTS);
    for (let i = segments.rowStart[c]; i < end; i++) {
      const row = segments.rows[i];
      rows.add(
        capture.id,
        capture.point,
        c,
        row,
        packets.epoch + BigInt(Math.round(packets.time[row])),
        ...endpointsOf(tap, packets.tuple[row]),
        BigInt(packets.seq[row]),
        BigInt(packets.ack[row]),
        BigInt(packets.payloadLength[row]),
        packets.flags[row] & 0x1ff,
      );
    }
  }
  return rows;
}

function resetRows(capture: string, tap: Tap, flow: FlowAnalysis): Rows {
  const { packets } = tap;
  const rows = new Rows('resets');
  for (let row = 0; row < packets.length; row++) {
    const flags = packets.flags[row];
    const connection = flow.segments.connection[row];
    if ((flags & (IS_TCP | RST)) !== (IS_TCP | RST) || connection === 0) continue;
    rows.add(
      capture,
      connection - 1,
      row,
      packets.epoch + BigInt(Math.round(packets.time[row])),
      ...endpointsOf(tap, packets.tuple[row]),
      BigInt(packets.seq[row]),
      flags & ACK ? BigInt(packets.ack[row]) : null,
      packets.window[row],
      packets.ttl[row],
      packets.ipId[row],
    );
  }
  return rows;
}

/** [source address, source port, destination address, destination port] of a directed tuple. */
function endpointsOf(tap: Tap, directedTuple: number): [string, number, string, number] {
  const { tuples, addresses } = tap.packets;
  const id = directedTuple >>> 1;
  const a: [string, number] = [formatAddress(addresses, tuples.a[id]), tuples.aPort[id]];
  const b: [string, number] = [formatAddress(addresses, tuples.b[id]), tuples.bPort[id]];
  return (directedTuple & 1) === 0 ? [...a, ...b] : [...b, ...a];
}
