// Lanes are known by the number of their capture point: they keep what was said of them when that number changes.
import type { Highlight, IncidentDocument, Note, PacketPlace, Pin } from './model.ts';

type Named = Pick<IncidentDocument, 'lanes' | 'laneOrder' | 'notes' | 'highlights'>;

/** By old number the new one, of capture points that are about the same captures. */
export const tapNumbers = (old: ReadonlyMap<number, readonly number[]>, now: readonly (readonly number[])[]): ReadonlyMap<number, number> =>
  new Map(
    [...old].flatMap(([number, captures]) => {
      const found = now.findIndex((of) => of.some((c) => captures.includes(c)));
      return found < 0 ? [] : [[number, found] as const];
    }),
  );

/** From where on capture points are numbered that are not there any more. */
export const beyond = (to: ReadonlyMap<number, number>): number => Math.max(-1, ...to.keys(), ...to.values()) + 1;

/** @param to new number of each capture point by its old one; what it does not know goes behind all others, so that nothing takes its place */
export function renumberTaps<T extends Named>(document: T, to: ReadonlyMap<number, number>): T {
  if ([...to].every(([old, now]) => old === now)) return document;
  const gone = beyond(to);
  const key = (lane: string): string => {
    const old = /^tap:(\d{1,6})$/.exec(lane)?.[1];
    return old === undefined ? lane : `tap:${to.get(Number(old)) ?? gone + Number(old)}`;
  };
  const pin = (p: Pin<PacketPlace>): Pin<PacketPlace> => (p.kind === 'lane' ? { ...p, lane: key(p.lane) } : p);
  return {
    ...document,
    lanes: document.lanes.map((lane) => ({ ...lane, key: key(lane.key) })),
    laneOrder: document.laneOrder?.map(key) ?? null,
    notes: document.notes.map((note): Note<PacketPlace> => ({ ...note, pin: pin(note.pin) })),
    highlights: document.highlights.map((h): Highlight<PacketPlace> => ({ ...h, pin: pin(h.pin) })),
  };
}
