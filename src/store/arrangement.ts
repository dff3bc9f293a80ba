// How the reader arranged the capture points: their names, their order, where they lie, offsets of their clocks; as the document keeps it, and back.
import type { IncidentDocument } from '../document/model.ts';
import type { TapPosition } from '../engine/model/correlation.ts';
import { type Corrections, unrecorded, useAnnotations } from './annotations.ts';
import { type TapEntry, useSession } from './session.ts';

/** @param keys capture points in the order of the document's taps */
export function hintsOf(keys: readonly string[]): IncidentDocument['hints'] {
  const { tapOrder, offsets, positions: placed } = useAnnotations.getState();
  const pinnedOffsets = keys.map((key) => (offsets[key]?.against === keys[0] ? (offsets[key]?.offset ?? null) : null));
  const order = tapOrder?.map((key) => keys.indexOf(key)).filter((tap) => tap >= 0) ?? null;
  const positions = keys.map((key) => placed[key] ?? null);
  return order || pinnedOffsets.some((offset) => offset !== null) || positions.some((position) => position !== null)
    ? { orderPinned: false, pinnedOffsets, order, positions }
    : null;
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
  const { tapOrder, offsets, positions, correct } = useAnnotations.getState();
  const keyOf = new Map([...numbers].map(([key, number]) => [number, key]));
  const against = keyOf.get(0);
  const pinned = [...numbers].flatMap(([key, number]) => {
    const offset = hints.pinnedOffsets[number] ?? null;
    return offset === null || against === undefined ? [] : [[key, { offset, against }] as const];
  });
  const placed = [...numbers].flatMap(([key, number]) => {
    const position = hints.positions?.[number] ?? null;
    return position === null ? [] : [[key, position] as const];
  });
  const order = hints.order ?? (hints.orderPinned ? [...taps.keys()] : null);
  unrecorded(() =>
    correct({
      tapOrder: order?.flatMap((number) => keyOf.get(number) ?? []) ?? tapOrder,
      offsets: { ...offsets, ...Object.fromEntries(pinned) },
      positions: { ...positions, ...Object.fromEntries(placed) },
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
  const { tapOrder, positions, correct } = useAnnotations.getState();
  const order = keys && orderWith(tapOrder, keys);
  correct({ tapOrder: order, positions: order ? fitting(positions, order) : positions, laneOrder });
}

/** What was said of places, without what the order contradicts: before the client is nobody else, nor behind the server. */
function fitting(positions: Corrections['positions'], order: readonly string[]): Corrections['positions'] {
  const isAlone = (position: TapPosition, others: readonly string[]): boolean => others.every((key) => positions[key] === position);
  const wrong = order.filter((key, i) => {
    const position = positions[key];
    return (
      (position === 'client' && !isAlone(position, order.slice(0, i))) || (position === 'server' && !isAlone(position, order.slice(i + 1)))
    );
  });
  return wrong.length === 0 ? positions : without(positions, wrong);
}

/**
 * Says where a capture point lies; the lanes then stand as that has it. It takes the place in the order that goes with it, whatever was said
 * of its order before.
 * @param position null: as the packets say
 */
export function placeTap(key: string, position: TapPosition | null): void {
  const { tapOrder, positions, correct } = useAnnotations.getState();
  const others = tapOrder?.filter((other) => other !== key) ?? [];
  const rest = without(positions, [key]);
  correct({
    positions: position === null ? rest : { ...rest, [key]: position },
    tapOrder: others.length > 1 ? others : null,
    laneOrder: null,
  });
}

/** Order and places of all capture points as the packets say. */
export const arrangeAsPackets = (): void => useAnnotations.getState().correct({ tapOrder: null, positions: {}, laneOrder: null });

const without = <T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
