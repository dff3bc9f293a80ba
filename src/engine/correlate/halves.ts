// A mirror of what two ports receive, or of what they send: it shows requests on one side of a NAT and answers on the other, nothing twice.
import type { FlowAnalysis } from '../model/connection.ts';
import { ACK, type PacketTable, RST } from '../model/packetTable.ts';
import { agedOf } from './ways.ts';

/** Packets of the other direction that a one-sided connection has at most for each of its own: leaks. */
const FEW = 0.1;
/** One-sided connections of one client's endpoint that are compared. */
const MAX_AT_END = 8;
/** Rows from the end of which one must acknowledge what the other connection holds. */
const LAST_ROWS = 64;

/** A connection of which one direction speaks. */
interface Half {
  readonly connection: number;
  /** The direction that speaks, and whether the other says a little or refuses. */
  readonly direction: number;
  readonly isAnswered: boolean;
  readonly isRefused: boolean;
}

/** @returns row-parallel: 0 before the NAT, 1 beyond; null where no connection is seen in two halves */
export function hopsByHalves(packets: PacketTable, flow: FlowAnalysis): Uint8Array | null {
  const { connections, segments } = flow;
  const { tuples, tuple } = packets;
  const requests = new Map<number, Half[]>();
  const answers: Half[] = [];
  const endOf = (c: number, side: number): number => {
    const t = connections.tuple[c];
    return side === 0 ? tuples.a[t] * 65536 + tuples.aPort[t] : tuples.b[t] * 65536 + tuples.bPort[t];
  };
  for (let c = 0; c < connections.length; c++) {
    const half = halfOf(flow, c);
    if (half === null) continue;
    if (half.direction !== connections.opener[c]) answers.push(half);
    else {
      const end = endOf(c, half.direction);
      const list = requests.get(end);
      if (list === undefined) requests.set(end, [half]);
      else if (list.length < MAX_AT_END) list.push(half);
    }
  }
  let [received, sent] = [0, 0];
  for (const answer of answers) {
    for (const request of requests.get(endOf(answer.connection, 1 - answer.direction)) ?? []) {
      const isOther = connections.tuple[request.connection] !== connections.tuple[answer.connection];
      if (!isOther || !acknowledges(packets, flow, request, answer) || !acknowledges(packets, flow, answer, request)) continue;
      const ages = [request, answer].map((half) => agedOf(firstTtl(packets, flow, half)));
      // What leaks stands before the NAT under the tuple beyond, and what the client answers to it is received there.
      const isSent = request.isAnswered || (!answer.isRefused && ages.every((age) => age > 0));
      if (isSent) sent++;
      else received++;
    }
  }
  if (received + sent === 0) return null;
  const hops = new Uint8Array(packets.length);
  for (let c = 0; c < connections.length; c++) {
    for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++) {
      const row = segments.rows[i];
      const isRequest = (tuple[row] & 1) === connections.opener[c];
      hops[row] = isRequest === sent > received ? 1 : 0;
    }
  }
  return hops;
}

function firstTtl({ ttl }: PacketTable, { segments }: FlowAnalysis, { connection: c, direction }: Half): number {
  for (let i = segments.rowStart[c]; i < segments.rowStart[c + 1]; i++)
    if (segments.direction[i] === direction) return ttl[segments.rows[i]];
  return 0;
}

function halfOf({ connections }: FlowAnalysis, c: number): Half | null {
  const { sent, resets } = connections;
  const said = [sent[2 * c] - resets[2 * c], sent[2 * c + 1] - resets[2 * c + 1]];
  const direction = said[0] >= said[1] ? 0 : 1;
  const other = 1 - direction;
  if (said[direction] < 2 || said[other] > said[direction] * FEW) return null;
  return { connection: c, direction, isAnswered: said[other] > 0, isRefused: resets[2 * c + other] > 0 };
}

/** Do the packets of one half acknowledge what those of the other carry? */
function acknowledges({ flags, ack }: PacketTable, { connections, segments }: FlowAnalysis, of: Half, what: Half): boolean {
  const side = 2 * what.connection + what.direction;
  const carried = (connections.sndNxt[side] - connections.isn[side]) >>> 0;
  const until = segments.rowStart[of.connection + 1];
  for (let i = Math.max(segments.rowStart[of.connection], until - LAST_ROWS); i < until; i++) {
    const row = segments.rows[i];
    if (segments.direction[i] !== of.direction || (flags[row] & (ACK | RST)) !== ACK) continue;
    const taken = (ack[row] - connections.isn[side]) >>> 0;
    if (taken > 0 && taken <= carried) return true;
  }
  return false;
}
