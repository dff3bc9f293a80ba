// ICMP errors that quote a packet of a path.
import type { PacketRef } from '../../model/units.ts';
import { row } from '../../model/units.ts';
import type { PathView } from '../pathView.ts';

const UNREACHABLE_V4 = 3;
const UNREACHABLE_V6 = 1;

/** The first "destination unreachable" since a time that quotes the path's tuple at one of its taps, other than "fragmentation needed"; or null. */
export function icmpAnswer(view: PathView, since = Number.NEGATIVE_INFINITY): PacketRef | null {
  for (const leg of view.path.legs) {
    const packets = view.table(leg.tap);
    const tuple = view.scene.workspace.flows[leg.tap].connections.tuple[leg.connection];
    const { icmpErrors } = packets;
    for (let i = 0; i < icmpErrors.length; i++) {
      const at = icmpErrors.row[i];
      const type = icmpErrors.type[i];
      if (packets.tuple[at] >>> 1 !== tuple || icmpErrors.mtu[i] > 0) continue;
      const ref = { tap: leg.tap, row: row(at) };
      if ((type === UNREACHABLE_V4 || type === UNREACHABLE_V6) && view.scene.time(ref) >= since) return ref;
    }
  }
  return null;
}
