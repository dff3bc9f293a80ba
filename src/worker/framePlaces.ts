// Packets of the analysis in force ↔ places in the files of capture points.
import { frameOf, rowOfFrame } from '../engine/model/capture.ts';
import { type PacketRef, type PathId, row, tapId } from '../engine/model/units.ts';
import { pathOfPacket as pathOf } from '../engine/query/pathOfPacket.ts';
import type { FramePlace } from './api.ts';
import type { Session } from './session.ts';

export function framePlace(session: Session, packet: PacketRef): FramePlace | null {
  const tap = session.analysis?.workspace.taps[packet.tap];
  const key = session.keys[packet.tap];
  if (!tap || key === undefined || packet.row >= tap.packets.length) return null;
  const { file, frame } = frameOf(tap, packet.row);
  return { key, file: tap.files.indexOf(file), frame };
}

export function packetAt(session: Session, place: FramePlace): PacketRef | null {
  const tap = session.keys.indexOf(place.key);
  const file = session.analysis?.workspace.taps[tap]?.files[place.file];
  const found = file ? rowOfFrame(file, place.frame) : -1;
  return found < 0 ? null : { tap: tapId(tap), row: row(found) };
}

/** The first packet of the path's first leg. */
export function pathPacket(session: Session, path: PathId): PacketRef | null {
  const leg = session.analysis?.correlation.paths[path]?.legs[0];
  const segments = leg && session.analysis?.workspace.flows[leg.tap]?.segments;
  const first = segments?.rows[segments.rowStart[leg?.connection ?? 0] ?? 0];
  return leg && first !== undefined ? { tap: leg.tap, row: row(first) } : null;
}

export const pathOfPacket = (session: Session, packet: PacketRef): PathId | null => session.analysis && pathOf(session.analysis, packet);
