// How the reader arranged the capture points: their names, their order, offsets of their clocks; as the document keeps it, and back.
import type { IncidentDocument } from '../document/model.ts';
import { unrecorded, useAnnotations } from './annotations.ts';
import { type TapEntry, useSession } from './session.ts';

/** @param keys capture points in the order of the document's taps */
export function hintsOf(keys: readonly string[]): IncidentDocument['hints'] {
  const { tapOrder, offsets } = useAnnotations.getState();
  const pinnedOffsets = keys.map((key) => (offsets[key]?.against === keys[0] ? (offsets[key]?.offset ?? null) : null));
  const order = tapOrder?.map((key) => keys.indexOf(key)).filter((tap) => tap >= 0) ?? null;
  return order || pinnedOffsets.some((offset) => offset !== null) ? { orderPinned: false, pinnedOffsets, order } : null;
}

/**
 * Arranges capture points as the document has them.
 * @param byTap captures of those that were just recognised
 */
export function arrange({ taps, hints }: IncidentDocument, byTap: Readonly<Record<string, readonly number[]>>): void {
  const numbers = new Map(
    Object.entries(byTap).flatMap(([key, captures]) => {
      const number = taps.findIndex((tap) => tap.captures.some((c) => captures.includes(c)));
      return number < 0 ? [] : [[key, number] as const];
    }),
  );
  if (numbers.size === 0) return;
  const { taps: open, setTaps } = useSession.getState();
  if (open.some(({ key, name }) => (taps[numbers.get(key) ?? -1]?.name || name) !== name))
    setTaps((all) => all.map((tap) => ({ ...tap, name: taps[numbers.get(tap.key) ?? -1]?.name || tap.name })));
  if (!hints) return;
  // Offsets are against the first: it has to be the first here, too.
  const place = (key: string): number => numbers.get(key) ?? taps.length;
  setTaps((all) => [...all].sort((a, b) => place(a.key) - place(b.key)));
  const { tapOrder, offsets, correct } = useAnnotations.getState();
  const keyOf = new Map([...numbers].map(([key, number]) => [number, key]));
  const against = keyOf.get(0);
  const pinned = [...numbers].flatMap(([key, number]) => {
    const offset = hints.pinnedOffsets[number] ?? null;
    return offset === null || against === undefined ? [] : [[key, { offset, against }] as const];
  });
  const order = hints.order ?? (hints.orderPinned ? [...taps.keys()] : null);
  unrecorded(() =>
    correct({
      tapOrder: order?.flatMap((number) => keyOf.get(number) ?? []) ?? tapOrder,
      offsets: { ...offsets, ...Object.fromEntries(pinned) },
    }),
  );
}

/**
 * Capture points from client to server: as the reader put them, the others as the packets say.
 * @param inferred keys of those whose place is known
 */
export function fromClient(
  taps: readonly TapEntry[],
  tapOrder: readonly string[] | null,
  inferred: readonly string[],
): readonly TapEntry[] {
  const place = (key: string): number => (inferred.includes(key) ? inferred.indexOf(key) : inferred.length);
  const known = [...taps].sort((a, b) => place(a.key) - place(b.key));
  return tapOrder === null ? known : inOrder(known, (tap) => tapOrder.indexOf(tap.key));
}

/** Those with a rank of 0 and more come into order among themselves; the others stay in their places. */
function inOrder<T>(items: readonly T[], rank: (item: T) => number): T[] {
  const named = items.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
  let next = 0;
  return items.map((item) => (rank(item) >= 0 ? (named[next++] as T) : item));
}

/**
 * The reader's order of capture points, of some of them laid into what they said before.
 * @param keys from client to server
 */
export function orderWith(before: readonly string[] | null, keys: readonly string[]): readonly string[] {
  const rank = new Map(keys.map((key, i) => [key, i]));
  const known = before ?? [];
  return [...inOrder(known, (key) => rank.get(key) ?? -1), ...keys.filter((key) => !known.includes(key))];
}

/**
 * Puts capture points in another order, from client to server, and the lanes that show them: one step undoes both.
 * @param laneOrder ids of lanes from left to right; null: as the engine has them
 */
export function reorderTaps(keys: readonly string[] | null, laneOrder: readonly string[] | null): void {
  const { tapOrder, correct } = useAnnotations.getState();
  correct({ tapOrder: keys && orderWith(tapOrder, keys), laneOrder });
}
