import type { Analysis } from '../model/analysis.ts';
import { type PacketRef, type PathId, pathId } from '../model/units.ts';

/** The path that a packet belongs to; null where it is part of no connection. */
export function pathOfPacket({ workspace, correlation }: Analysis, packet: PacketRef): PathId | null {
  const connection = (workspace.flows[packet.tap]?.segments.connection[packet.row] ?? 0) - 1;
  const found = connection < 0 ? -1 : (correlation.pathOf[packet.tap]?.[connection] ?? -1);
  return found < 0 ? null : pathId(found);
}
