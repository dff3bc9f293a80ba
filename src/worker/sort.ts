// What was dropped: captures, context files, incidents, and what is none of them; rotated sets joined.
import { firstTime } from '../engine/capture/firstTime.ts';
import { groupRotatedSets } from '../engine/capture/rotatedSets.ts';
import { blobSource } from '../engine/capture/source.ts';
import type { SortedFiles } from './api.ts';
import { sniffFile } from './sniff.ts';

export async function sortFiles(files: readonly File[], paths: readonly string[]): Promise<SortedFiles> {
  const kinds: SortedFiles['kinds'][number][] = [];
  for (const file of files) {
    try {
      kinds.push(await sniffFile(file));
    } catch (error) {
      kinds.push({ unreadable: error instanceof Error ? error.message : String(error) });
    }
  }
  const captures = files.flatMap((_, i) => (kinds[i] === 'capture' ? [i] : []));
  const names = captures.map((i) => paths[i] ?? '');
  const sets = groupRotatedSets(names);
  // Only where there are sets at all do the first packets matter.
  const times = sets.some((set) => set.length > 1) ? await firstTimes(captures.map((i) => files[i] as File)) : [];
  return { kinds, groups: (times.length > 0 ? groupRotatedSets(names, times) : sets).map((set) => set.map((i) => captures[i] as number)) };
}

async function firstTimes(files: readonly File[]): Promise<(bigint | null)[]> {
  const times: (bigint | null)[] = [];
  for (const file of files) {
    try {
      times.push(await firstTime(blobSource(file.name, file)));
    } catch {
      times.push(null); // It can't be read any more: opening it will say so.
    }
  }
  return times;
}
