// Which part of the work this task does: `--shard i/n`, or what the scheduler's environment says.

/** Shard `index` (from 0) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Shard = { index: 0, count: 1 };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Index and count as the schedulers name them. Kubernetes gives an Indexed Job's pods no count of their own: the manifest sets
 * HOPSCOPE_SHARDS beside it. `base` names the variable with the first index where a scheduler may not start at 0.
 */
const SCHEDULERS: readonly { readonly index: string; readonly count: string; readonly base?: string }[] = [
  { index: 'HOPSCOPE_SHARD', count: 'HOPSCOPE_SHARDS' },
  { index: 'JOB_COMPLETION_INDEX', count: 'HOPSCOPE_SHARDS' },
  { index: 'SLURM_ARRAY_TASK_ID', count: 'SLURM_ARRAY_TASK_COUNT', base: 'SLURM_ARRAY_TASK_MIN' },
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
];

/** Parses `i/n`, i from 0. @returns null when it is not that */
export function parseShard(text: string): Shard | null {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  if (!match) return null;
  const shard = { index: Number(match[1]), count: Number(match[2]) };
  return shard.count > 0 && shard.index < shard.count ? shard : null;
}

/** The shard of this task by its environment; the whole where nothing is said; null where what is said makes no sense. */
export function shardOfEnvironment(env: Environment): Shard | null {
  for (const { index, count, base } of SCHEDULERS) {
    if (env[index] === undefined || env[count] === undefined) continue;
    const first = base === undefined ? 0 : Number(env[base] ?? 0);
    return parseShard(`${Number(env[index]) - first}/${env[count]}`);
  }
  return WHOLE;
}

/** The units of a shard: every `count`-th of the sorted list, so that the union over all shards is the list whatever `count` is. */
export function unitsOfShard<T>(sorted: readonly T[], shard: Shard): T[] {
  return sorted.filter((_, i) => i % shard.count === shard.index);
}
