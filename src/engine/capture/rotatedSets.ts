// Which files are one capture in several pieces: by the names that capture tools give, and by when they begin.

/** A name without what rotation changes, and what rotation counted. */
interface Parts {
  readonly stem: string;
  /** Times in the name as digits, then numbers, most significant first; empty if rotation left no mark. */
  readonly order: readonly string[];
}

const COMPRESSION = /\.(gz|zst|zstd|bz2|xz|lz4)$/i;
/** tcpdump -G and dumpcap: a date with a time, with or without separators; or seconds since 1970 (`%s`). */
const DATE_TIME = /(?<!\d)((?:19|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})[-_.T]?(\d{2})[-_.:h]?(\d{2})(?:[-_.:m]?(\d{2}))?(?!\d)/;
const EPOCH_SECONDS = /(?<!\d)(1\d{9})(?!\d)/;
/** dumpcap -b: `name_00001_20240501120000.pcapng`, or with the two parts swapped. */
const RING = /_(\d{5,})_?(?=\ue000|\.)|(?<=\ue000)_(\d{5,})(?=\.)/;
/** tcpdump -C: the count follows the extension, `x.pcap`, `x.pcap1`, `x.pcap02`; others put a point before it. */
const COUNT = /(\.(?:pcap|pcapng|cap|dmp))\.?(\d{1,6})$/i;

/**
 * Groups the files of rotated sets; every other file is a group of its own. Groups come in the order of their first file, files of a
 * group in the order they were written: by `firstTimes` where known (a ring overwrites its lowest numbers), else by name.
 * @param names file names, with or without folders: only files of one folder are joined
 * @param firstTimes nanoseconds since 1970 of each file's first packet, null where unknown
 * @returns indexes into `names`
 */
export function groupRotatedSets(names: readonly string[], firstTimes: readonly (bigint | null)[] = []): number[][] {
  const parts = names.map(partsOf);
  const groups = new Map<string, number[]>();
  for (const [index, { stem }] of parts.entries()) groups.set(stem, [...(groups.get(stem) ?? []), index]);
  const sets: number[][] = [];
  for (const members of groups.values()) {
    // The same name twice (two folders dropped as one, the same file again) is no rotation.
    const marked = members.filter((i) => (parts[i]?.order.length ?? 0) > 0);
    const isSet =
      members.length > 1 && marked.length >= members.length - 1 && new Set(members.map((i) => names[i])).size === members.length;
    if (!isSet) for (const member of members) sets.push([member]);
    else sets.push(members.sort((a, b) => inOrder(a, b, parts, firstTimes)));
  }
  return sets.sort((a, b) => Math.min(...a) - Math.min(...b));
}

/** A name without what rotation changes in it: equal for all files of one rotated set. */
export const rotationStem = (name: string): string => partsOf(name).stem.replaceAll('\ue000', '*');

function partsOf(name: string): Parts {
  let stem = name.replace(COMPRESSION, '');
  const order: string[] = [];
  // A private-use character keeps the place of what was taken out.
  const date = DATE_TIME.exec(stem);
  if (date) {
    order.push(
      date
        .slice(1)
        .map((d) => d ?? '00')
        .join(''),
    );
    stem = stem.replace(DATE_TIME, '\ue000');
  } else {
    const seconds = EPOCH_SECONDS.exec(stem);
    if (seconds) order.push(seconds[1] as string);
    stem = stem.replace(EPOCH_SECONDS, '\ue000');
  }
  const ring = RING.exec(stem);
  if (ring && date) {
    order.push((ring[1] ?? ring[2]) as string);
    stem = stem.replace(RING, '');
  }
  const count = COUNT.exec(stem);
  if (count) {
    order.push(count[2] as string);
    stem = stem.replace(COUNT, '$1');
  }
  return { stem, order };
}

function inOrder(a: number, b: number, parts: readonly Parts[], firstTimes: readonly (bigint | null)[]): number {
  const timeA = firstTimes[a] ?? null;
  const timeB = firstTimes[b] ?? null;
  if (timeA !== null && timeB !== null && timeA !== timeB) return timeA < timeB ? -1 : 1;
  const orderA = parts[a]?.order ?? [];
  const orderB = parts[b]?.order ?? [];
  for (let i = 0; i < Math.max(orderA.length, orderB.length); i++) {
    // A missing number is the first file of `tcpdump -C`.
    const difference = Number(orderA[i] ?? -1) - Number(orderB[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return a - b;
}
