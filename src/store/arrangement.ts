// How the reader arranged the capture points: their names, their order, offsets of their clocks; as the document keeps it, and back.
import type { IncidentDocument } from '../document/model.ts';
import { useSession } from './session.ts';

/** @param keys capture points in the order of the document's taps */
export function hintsOf(keys: readonly string[]): IncidentDocument['hints'] {
  const { orderPinned, pinnedOffsets } = useSession.getState();
  const offsets = keys.map((key) => pinnedOffsets[key] ?? null);
  return orderPinned || offsets.some((offset) => offset !== null) ? { orderPinned, pinnedOffsets: offsets } : null;
}

/**
 * Arranges capture points as the document has them.
 * @param byTap captures of those that were just recognised
 * @returns whether that changed anything the analysis depends on
 */
export function arrange({ taps, hints }: IncidentDocument, byTap: Readonly<Record<string, readonly number[]>>): boolean {
  const numbers = new Map(
    Object.entries(byTap).flatMap(([key, captures]) => {
      const number = taps.findIndex((tap) => tap.captures.some((c) => captures.includes(c)));
      return number < 0 ? [] : [[key, number] as const];
    }),
  );
  if (numbers.size === 0) return false;
  const { taps: open, pinnedOffsets, setTaps, set } = useSession.getState();
  const isRenamed = open.some(({ key, name }) => (taps[numbers.get(key) ?? -1]?.name || name) !== name);
  if (isRenamed) setTaps((all) => all.map((tap) => ({ ...tap, name: taps[numbers.get(tap.key) ?? -1]?.name || tap.name })));
  if (!hints) return isRenamed;
  const offsets = [...numbers].flatMap(([key, number]) => {
    const offset = hints.pinnedOffsets[number] ?? null;
    return offset === null ? [] : [[key, offset] as const];
  });
  if (hints.orderPinned) {
    const place = (key: string): number => numbers.get(key) ?? taps.length;
    setTaps((all) => [...all].sort((a, b) => place(a.key) - place(b.key)));
  }
  set({ orderPinned: hints.orderPinned, pinnedOffsets: { ...pinnedOffsets, ...Object.fromEntries(offsets) } });
  return true;
}
