// What a run of journeys adds up to: counted in one pass, without an object per packet.
import type { Analysis } from '../../model/analysis.ts';
import { DUPLICATE_ACK, KEEP_ALIVE, OUT_OF_ORDER, ZERO_WINDOW } from '../../model/connection.ts';
import { J_HELD, J_INJECTED, J_LEAKED, J_LOST, J_RETRANSMISSION, J_TRANSLATED } from '../../model/correlation.ts';
import type { LadderTotals } from '../../model/ladder.ts';
import { ACK, FIN, RST, SYN } from '../../model/packetTable.ts';
import type { JourneyId } from '../../model/units.ts';

/** Highest octet sent and acknowledged per path and direction, counted on from wrap to wrap: index `2 * path + direction`. */
export interface StreamEnds {
  readonly sent: Float64Array;
  readonly acked: Float64Array;
  readonly started: Uint8Array;
}

export const streamEnds = (paths: number): StreamEnds => ({
  sent: new Float64Array(2 * paths),
  acked: new Float64Array(2 * paths),
  started: new Uint8Array(2 * paths),
});

export class TotalsBuilder {
  private readonly packets: [number, number] = [0, 0];
  private readonly bytes: [number, number] = [0, 0];
  private retransmissions = 0;
  private outOfOrder = 0;
  private duplicateAcks = 0;
  private zeroWindows = 0;
  private keepAlives = 0;
  private leaks = 0;
  private resets = 0;
  private lost = 0;
  private injected = 0;
  private held = 0;
  private translated = 0;
  /** Highest octet sent in this run, by path and direction; NaN nothing sent. */
  readonly sentHere: Float64Array;
  private readonly analysis: Analysis;

  constructor(analysis: Analysis, paths: number) {
    this.analysis = analysis;
    this.sentHere = new Float64Array(2 * paths).fill(Number.NaN);
  }

  /** @param path index in the ladder's paths; @param ends carried along in order of time, or null where acknowledgement is not asked */
  add(j: JourneyId, path: number, ends: StreamEnds | null): void {
    const { journeys } = this.analysis.correlation;
    const { taps, flows } = this.analysis.workspace;
    const direction = journeys.direction[j] === 0 ? 0 : 1;
    const flags = journeys.flags[j];
    const tcp = journeys.tcpFlags[j];
    let marks = 0;
    for (let s = journeys.start[j]; s < journeys.start[j + 1]; s++)
      marks |= flows[journeys.sightingTap[s]].segments.marks[journeys.sightingRow[s]];
    this.packets[direction]++;
    this.bytes[direction] += journeys.payloadLength[j];
    if (flags & J_RETRANSMISSION) this.retransmissions++;
    if (marks & OUT_OF_ORDER) this.outOfOrder++;
    if (marks & DUPLICATE_ACK) this.duplicateAcks++;
    if (marks & ZERO_WINDOW) this.zeroWindows++;
    if (marks & KEEP_ALIVE) this.keepAlives++;
    if (flags & J_LEAKED) this.leaks++;
    if (tcp & RST) this.resets++;
    if (flags & J_LOST) this.lost++;
    if (flags & J_INJECTED) this.injected++;
    if (flags & J_HELD) this.held++;
    if (flags & J_TRANSLATED) this.translated++;
    if (!ends) return;
    const here = 2 * path + direction;
    const there = 2 * path + 1 - direction;
    const length = journeys.payloadLength[j] + (tcp & SYN ? 1 : 0) + (tcp & FIN ? 1 : 0);
    if (length > 0) {
      const end = follow(ends.sent, ends.started, here, (journeys.seq[j] + length) >>> 0);
      if (!(this.sentHere[here] >= end)) this.sentHere[here] = end;
      if (end > ends.sent[here]) ends.sent[here] = end;
    }
    if ((tcp & (ACK | RST)) === ACK && ends.started[there]) {
      const s = journeys.start[j];
      const ack = follow(ends.sent, ends.started, there, taps[journeys.sightingTap[s]].packets.ack[journeys.sightingRow[s]]);
      if (ack > ends.acked[there]) ends.acked[there] = ack;
    }
  }

  get count(): number {
    return this.packets[0] + this.packets[1];
  }

  /** @param ends as they are once the whole ladder was walked */
  done(ends: StreamEnds | null): LadderTotals {
    let acknowledged = true;
    if (ends)
      this.sentHere.forEach((end, i) => {
        if (end > ends.acked[i]) acknowledged = false;
      });
    return {
      packets: this.packets,
      bytes: this.bytes,
      retransmissions: this.retransmissions,
      outOfOrder: this.outOfOrder,
      duplicateAcks: this.duplicateAcks,
      zeroWindows: this.zeroWindows,
      keepAlives: this.keepAlives,
      leaks: this.leaks,
      resets: this.resets,
      lost: this.lost,
      injected: this.injected,
      held: this.held,
      translated: this.translated,
      untranslated: this.leaks,
      acknowledged,
    };
  }
}

/** A 32-bit number as a count that goes on past the wrap: the one nearest to what was sent so far. */
function follow(sent: Float64Array, started: Uint8Array, at: number, raw: number): number {
  if (!started[at]) {
    started[at] = 1;
    sent[at] = raw;
    return raw;
  }
  return sent[at] + ((raw - sent[at]) | 0);
}
