// Where pins lie in the analysis in force: looked up again when pins or analysis change.
import { create } from 'zustand';
import type { PacketPlace, Pin } from '../document/model.ts';
import type { PacketRef } from '../engine/model/units.ts';
import type { Engine } from '../worker/api.ts';
import { useAnnotations } from './annotations.ts';
import { toFrame, toPlace, useIncident } from './incident.ts';
import { useSession } from './session.ts';

export interface PinsState {
  /** By id of note or highlight; absent where the packet is in no open capture. */
  readonly packets: ReadonlyMap<string, PacketRef>;
}

export const usePins = create<PinsState>()(() => ({ packets: new Map() }));

const packetOf = (pin: Pin<PacketPlace>): PacketPlace | null => (pin.kind === 'packet' || pin.kind === 'finding' ? pin.packet : null);

/** Keeps `usePins` true. Call once. */
export function followPins(engine: Engine): void {
  let asked = 0;
  const look = async (): Promise<void> => {
    const mine = ++asked;
    const { notes, highlights } = useAnnotations.getState();
    const pins = [...notes, ...highlights].flatMap(({ id, pin }) => {
      const place = packetOf(pin);
      const frame = place && toFrame(useIncident.getState(), place);
      return frame ? [{ id, frame }] : [];
    });
    if (!useSession.getState().summary || pins.length === 0) {
      usePins.setState({ packets: new Map() });
      return;
    }
    const packets = await engine
      .query(
        'packetsAt',
        pins.map((p) => p.frame),
      )
      .catch(() => null);
    if (mine !== asked || !packets) return;
    usePins.setState({ packets: new Map(pins.flatMap(({ id }, i) => (packets[i] ? [[id, packets[i]] as const] : []))) });
  };
  useAnnotations.subscribe((s, before) => {
    if (s.notes !== before.notes || s.highlights !== before.highlights) void look();
  });
  useSession.subscribe((s, before) => {
    if (s.summary !== before.summary) void look();
  });
  useIncident.subscribe((s, before) => {
    if (s.byTap !== before.byTap) void look();
  });
}

/** A packet of the analysis as a place in the document. */
export async function placeOfPacket(engine: Engine, packet: PacketRef): Promise<PacketPlace | null> {
  const [frame] = await engine.query('framePlaces', [packet]);
  return frame ? toPlace(useIncident.getState(), frame) : null;
}

/** A place in the document as a packet of the analysis. */
export async function packetOfPlace(engine: Engine, place: PacketPlace): Promise<PacketRef | null> {
  const frame = toFrame(useIncident.getState(), place);
  return frame ? ((await engine.query('packetsAt', [frame]))[0] ?? null) : null;
}
