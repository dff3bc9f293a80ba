// Between a packet of the workspace (tap, row) and its place in the capture files of a document.
import { frameOf, rowOfFrame, type Tap } from '../../engine/model/capture.ts';
import { type PacketRef, row, tapId } from '../../engine/model/units.ts';
import type { PacketPlace } from '../model.ts';

/** For each tap of a workspace, the index in `document.captures` of each of its files; −1 where the document knows no such file. */
export type CaptureIndex = readonly (readonly number[])[];

/** Captures counted tap by tap, as a document that starts from this workspace lists them. */
export function countCaptures(taps: readonly Tap[]): CaptureIndex {
  let next = 0;
  return taps.map((tap) => tap.files.map(() => next++));
}

export function placeOf(taps: readonly Tap[], captures: CaptureIndex, packet: PacketRef): PacketPlace | null {
  const tap = taps[packet.tap];
  if (!tap || packet.row < 0 || packet.row >= tap.packets.length) return null;
  const { file, frame } = frameOf(tap, packet.row);
  const capture = captures[packet.tap]?.[tap.files.indexOf(file)];
  return capture === undefined || capture < 0 ? null : { capture, frame };
}

export function packetAt(taps: readonly Tap[], captures: CaptureIndex, place: PacketPlace): PacketRef | null {
  for (const [t, indexes] of captures.entries()) {
    const file = taps[t]?.files[indexes.indexOf(place.capture)];
    if (!file) continue;
    const found = rowOfFrame(file, place.frame);
    return found < 0 ? null : { tap: tapId(t), row: row(found) };
  }
  return null;
}
