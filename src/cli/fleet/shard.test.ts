import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseShard, shardOfEnvironment, unitsOfShard, WHOLE } from './shard.ts';

test('reads the schedulers’ own variables', () => {
  expect(shardOfEnvironment({})).toEqual(WHOLE);
  expect(shardOfEnvironment({ JOB_COMPLETION_INDEX: '3', HOPSCOPE_SHARDS: '8' })).toEqual({ index: 3, count: 8 });
  expect(shardOfEnvironment({ SLURM_ARRAY_TASK_ID: '12', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '10' })).toEqual({
    index: 2,
    count: 4,
  });
  expect(shardOfEnvironment({ AWS_BATCH_JOB_ARRAY_INDEX: '0', AWS_BATCH_JOB_ARRAY_SIZE: '2' })).toEqual({ index: 0, count: 2 });
  expect(shardOfEnvironment({ HOPSCOPE_SHARD: '9', HOPSCOPE_SHARDS: '2' })).toBeNull();
});

test('refuses what is no shard', () => {
  for (const text of ['', '1', '2/2', '-1/2', '1/0', 'a/b', '1/2/3']) expect(parseShard(text)).toBeNull();
});

test('the shards of any count together are the list, each unit once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (units, count) => {
      const parts = Array.from({ length: count }, (_, index) => unitsOfShard(units, { index, count })).flat();
      expect(parts.sort((a, b) => a - b)).toEqual([...units].sort((a, b) => a - b));
    }),
  );
});
