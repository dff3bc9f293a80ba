// Packets of one capture point → its connections and the judgement of every segment. One pass, linear, no object per packet.
import {
  type ConnectionTable,
  FIN_SEEN_A,
  type FlowAnalysis,
  HANDSHAKE_SEEN,
  RST_SEEN_A,
  SYN_ACK_SEEN,
  SYN_SEEN,
} from '../model/connection.ts';
import { ACK, FIN, findRow, type PacketTable, RST, SYN } from '../model/packetTable.ts';
import { type Assignment, assignConnections } from './assign.ts';
import { markSegments } from './marks.ts';

/** Finds the connections of a capture point and judges each of their segments. O(rows); memory 14 octets a row. */
export function analyzeFlows(packets: PacketTable): FlowAnalysis {
  const assigned = assignConnections(packets);
  const { rowStart, rows } = groupRows(assigned);
  const connections = summarize(packets, assigned);
  markSegments(packets, assigned, connections);
  return { connections, segments: { connection: assigned.connection, marks: assigned.marks, rowStart, rows } };
}

/** Counting sort of rows by connection; file order is kept within each. */
function groupRows(assigned: Assignment): { rowStart: Uint32Array; rows: Uint32Array } {
  const { count, connection, packetCount } = assigned;
  const rowStart = new Uint32Array(count + 1);
  for (let c = 0; c < count; c++) rowStart[c + 1] = rowStart[c] + packetCount[c];
  const rows = new Uint32Array(rowStart[count]);
  const next = rowStart.slice();
  for (let row = 0; row < connection.length; row++) {
    const c = connection[row];
    if (c !== 0) rows[next[c - 1]++] = row;
  }
  return { rowStart, rows };
}

/** Per-connection totals, initial sequence numbers, window shifts and the direction that opened it. A hot loop, hence its length. */
function summarize(packets: PacketTable, assigned: Assignment): ConnectionTable {
  const { count, connection } = assigned;
  const { seq, ack, flags, payloadLength, tuple, time } = packets;
  const table = {
    length: count,
    tuple: assigned.tuple,
    flags: new Uint16Array(count),
    opener: new Uint8Array(count),
    packetCount: assigned.packetCount,
    payloadBytes: new Float64Array(2 * count),
    isn: new Uint32Array(2 * count),
    windowScale: new Int8Array(2 * count).fill(-1),
    sndNxt: new Uint32Array(2 * count),
    retransmissions: new Uint32Array(2 * count),
    resets: new Uint32Array(2 * count),
    firstTime: new Float64Array(count).fill(Infinity),
    lastTime: new Float64Array(count).fill(-Infinity),
  };
  const seen = new Uint8Array(2 * count);
  const scale = new Uint8Array(2 * count).fill(255);
  const synSeen = new Uint8Array(2 * count);
  for (let row = 0; row < packets.length; row++) {
    const c = connection[row] - 1;
    if (c < 0) continue;
    const d = tuple[row] & 1;
    const i = 2 * c + d;
    const f = flags[row];
    const t = time[row];
    if (t < table.firstTime[c]) table.firstTime[c] = t;
    if (t > table.lastTime[c]) table.lastTime[c] = t;
    table.payloadBytes[i] += payloadLength[row];
    const s = seq[row];
    const end = s + payloadLength[row] + ((f & SYN) !== 0 ? 1 : 0) + ((f & FIN) !== 0 ? 1 : 0);
    if ((f & SYN) !== 0) {
      const at = findRow(packets.synOptions.row, packets.synOptions.length, row);
      if (at >= 0) scale[i] = packets.synOptions.windowScale[at];
      table.isn[i] = s;
      synSeen[i] = 1;
      if ((f & ACK) === 0) {
        table.flags[c] |= SYN_SEEN;
        table.opener[c] = d;
      } else {
        if ((table.flags[c] & (SYN_SEEN | SYN_ACK_SEEN)) === 0) table.opener[c] = 1 - d;
        table.flags[c] |= SYN_ACK_SEEN;
        if ((table.flags[c] & SYN_SEEN) === 0) table.isn[i ^ 1] = ack[row] - 1;
      }
      if (seen[i] === 0 || ((end - table.sndNxt[i]) | 0) > 0) table.sndNxt[i] = end;
      seen[i] = 1;
    } else if ((f & RST) !== 0) {
      table.flags[c] |= RST_SEEN_A << d;
      table.resets[i]++;
    } else {
      if (seen[i] === 0 || ((end - table.sndNxt[i]) | 0) > 0) table.sndNxt[i] = end;
      // The SYN/ACK told it already, if that was seen.
      const isTold = synSeen[i] === 1 || ((table.flags[c] & SYN_ACK_SEEN) !== 0 && d === table.opener[c]);
      if (!isTold && (seen[i] === 0 || ((s - table.isn[i]) | 0) < 0)) table.isn[i] = s;
      seen[i] = 1;
      if ((f & FIN) !== 0) table.flags[c] |= FIN_SEEN_A << d;
      const both = SYN_SEEN | SYN_ACK_SEEN;
      if ((table.flags[c] & (both | HANDSHAKE_SEEN)) === both && d === table.opener[c] && ack[row] === (table.isn[i ^ 1] + 1) >>> 0) {
        table.flags[c] |= HANDSHAKE_SEEN;
      }
    }
  }
  finishScalesAndOpeners(packets, table, scale, synSeen);
  return table;
}

function finishScalesAndOpeners(packets: PacketTable, table: ConnectionTable, scale: Uint8Array, synSeen: Uint8Array): void {
  const { tuples } = packets;
  for (let c = 0; c < table.length; c++) {
    const [a, b] = [2 * c, 2 * c + 1];
    if (synSeen[a] === 1 && synSeen[b] === 1) {
      const both = scale[a] !== 255 && scale[b] !== 255;
      table.windowScale[a] = both ? Math.min(14, scale[a]) : 0;
      table.windowScale[b] = both ? Math.min(14, scale[b]) : 0;
    }
    if ((table.flags[c] & (SYN_SEEN | SYN_ACK_SEEN)) !== 0) continue;
    const t = table.tuple[c];
    // No handshake: the service end usually has the lower port.
    table.opener[c] = tuples.aPort[t] < tuples.bPort[t] ? 1 : 0;
  }
}
