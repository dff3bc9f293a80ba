// Sorting what is short or in order already. Array.prototype.sort allocates about 1.5 kB whatever it sorts: too much for every connection.

/** So few are sorted by insertion. */
const FEW = 12;

/** Sorts a list in place by ascending key; equal keys keep their order. */
export function sortBy<T>(list: T[], keyOf: (item: T) => number): T[] {
  if (list.length > FEW) {
    let at = 1;
    while (at < list.length && keyOf(list[at - 1] as T) <= keyOf(list[at] as T)) at++;
    return at === list.length ? list : list.sort((a, b) => keyOf(a) - keyOf(b));
  }
  for (let i = 1; i < list.length; i++) {
    const item = list[i] as T;
    const key = keyOf(item);
    let at = i;
    for (; at > 0 && keyOf(list[at - 1] as T) > key; at--) list[at] = list[at - 1] as T;
    list[at] = item;
  }
  return list;
}
