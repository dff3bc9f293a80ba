// What a selection of packets amounts to.
import { FAST_RETRANSMISSION, RETRANSMISSION, SPURIOUS_RETRANSMISSION } from '../model/connection.ts';
import type { PacketTotals } from '../model/packetList.ts';
import { RST } from '../model/packetTable.ts';
import { type PacketRef, tapId } from '../model/units.ts';
import type { TapView } from './tapView.ts';

const RETRANSMITTED = RETRANSMISSION | FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION;

export function packetTotals(views: readonly TapView[], packets: readonly PacketRef[]): PacketTotals {
  const perTap = new Uint32Array(views.length);
  let [octets, payload, retransmissions, resets, first, last] = [0, 0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { tap, row } of packets) {
    const view = views[tap];
    if (!view) continue;
    const p = view.tap.packets;
    perTap[tap]++;
    octets += p.originalLength[row];
    payload += p.payloadLength[row];
    if (view.flow.segments.marks[row] & RETRANSMITTED) retransmissions++;
    if (p.flags[row] & RST) resets++;
    first = Math.min(first, view.time(row));
    last = Math.max(last, view.time(row));
  }
  const counted = Array.from(perTap, (n, i) => ({ tap: tapId(i), packets: n })).filter((t) => t.packets > 0);
  return {
    packets: packets.length,
    octets,
    payload,
    retransmissions,
    resets,
    span: packets.length > 0 ? last - first : 0,
    perTap: counted,
  };
}
