// Packets of one capture point → its connections and the judgement of every segment. One pass, linear, no object per packet.
import type { ConnectionTable, FlowAnalysis, SegmentTable } from '../model/connection.ts';
import { SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import type { PacketTable, TupleTable } from '../model/packetTable.ts';
import { type Followed, followConnections } from './follow.ts';
import { sndNxtOf } from './follower.ts';
import * as S from './state.ts';

/** Finds the connections of a capture point and judges each of their segments. O(rows); memory 11 octets a row. */
export function analyzeFlows(packets: PacketTable): FlowAnalysis {
  const followed = followConnections(packets);
  const connections = summarize(packets, followed);
  return { connections, segments: groupRows(packets, followed, connections.packetCount), captured: followed.captured };
}

/** Counting sort of rows by connection; file order is kept within each. */
function groupRows({ tuple }: PacketTable, { count, connection, marks }: Followed, packetCount: Uint32Array): SegmentTable {
  const rowStart = new Uint32Array(count + 1);
  for (let c = 0; c < count; c++) rowStart[c + 1] = rowStart[c] + packetCount[c];
  const rows = new Uint32Array(rowStart[count]);
  const direction = new Uint8Array(rowStart[count]);
  const next = Int32Array.from(rowStart);
  for (let row = 0; row < connection.length; row++) {
    const c = connection[row];
    if (c === 0) continue;
    const at = next[c - 1]++;
    rows[at] = row;
    direction[at] = tuple[row] & 1;
  }
  return { connection, marks, rowStart, rows, direction };
}

type State = Pick<Followed, 'count' | 'sides' | 'sideTimes' | 'words'>;

/** What was found of each connection, as columns. */
export function summarize({ tuples }: PacketTable, { count, sides, sideTimes, words }: State): ConnectionTable {
  const table = {
    length: count,
    tuple: new Uint32Array(count),
    flags: new Uint16Array(count),
    opener: new Uint8Array(count),
    packetCount: new Uint32Array(count),
    payloadBytes: new Float64Array(2 * count),
    isn: new Uint32Array(2 * count),
    windowScale: new Int8Array(2 * count),
    sndNxt: new Uint32Array(2 * count),
    retransmissions: new Uint32Array(2 * count),
    resets: new Uint32Array(2 * count),
    firstTime: new Float64Array(count),
    lastTime: new Float64Array(count),
    sent: new Uint32Array(2 * count),
    firstSent: new Float64Array(2 * count),
    lastSent: new Float64Array(2 * count),
    finTime: new Float64Array(2 * count),
    ttl: new Uint8Array(2 * count),
    digest: new Int32Array(4 * count),
  };
  for (let i = 0; i < 2 * count; i++) {
    const at = i * S.SIDE_WORDS;
    const times = i * S.SIDE_DOUBLES;
    table.payloadBytes[i] = sideTimes[times + S.PAYLOAD];
    table.isn[i] = sides[at + S.ISN];
    table.windowScale[i] = sides[at + S.SCALE] - 1;
    table.sndNxt[i] = sndNxtOf(sides, at);
    table.retransmissions[i] = sides[at + S.RETRANSMISSIONS];
    table.resets[i] = sides[at + S.RESETS];
    table.sent[i] = sides[at + S.COUNT];
    table.firstSent[i] = table.sent[i] === 0 ? Infinity : sideTimes[times + S.FIRST_SENT];
    table.lastSent[i] = table.sent[i] === 0 ? -Infinity : sideTimes[times + S.LAST_SENT];
    table.finTime[i] = sideTimes[times + S.FIN_TIME];
    table.ttl[i] = Math.max(0, sides[at + S.TTL]);
    table.digest[2 * i] = sides[at + S.DIGEST];
    table.digest[2 * i + 1] = sides[at + S.DIGEST_2];
  }
  for (let c = 0; c < count; c++) {
    const at = c * S.CONNECTION_WORDS;
    const [a, b] = [2 * c, 2 * c + 1];
    const t = words[at + S.TUPLE];
    table.tuple[c] = t;
    table.flags[c] = words[at + S.FLAGS];
    table.packetCount[c] = table.sent[a] + table.sent[b];
    table.firstTime[c] = Math.min(table.firstSent[a], table.firstSent[b]);
    table.lastTime[c] = Math.max(table.lastSent[a], table.lastSent[b]);
    table.opener[c] = words[at + S.OPENER];
  }
  guessOpeners(tuples, table);
  return table;
}

/** No handshake: the end that others were seen to connect to is the service's, else it usually has the lower port. */
function guessOpeners(tuples: TupleTable, { length, tuple, flags, opener }: ConnectionTable): void {
  const isOpened = (c: number): boolean => (flags[c] & (SYN_SEEN | SYN_ACK_SEEN)) !== 0;
  const endpoint = (t: number, side: number): number =>
    side === 0 ? tuples.a[t] * 65536 + tuples.aPort[t] : tuples.b[t] * 65536 + tuples.bPort[t];
  /** Endpoints of connections without a handshake: is it a service's? */
  const isService = new Map<number, boolean>();
  for (let c = 0; c < length; c++) if (!isOpened(c)) for (const side of [0, 1]) isService.set(endpoint(tuple[c], side), false);
  if (isService.size === 0) return;
  for (let c = 0; c < length; c++) {
    const service = endpoint(tuple[c], 1 - opener[c]);
    if (isOpened(c) && isService.has(service)) isService.set(service, true);
  }
  for (let c = 0; c < length; c++) {
    if (isOpened(c)) continue;
    const [a, b] = [0, 1].map((side) => isService.get(endpoint(tuple[c], side)) === true);
    opener[c] = a !== b ? (a ? 1 : 0) : tuples.aPort[tuple[c]] < tuples.bPort[tuple[c]] ? 1 : 0;
  }
}
