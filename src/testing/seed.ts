// Properties run from one seed, so that a red build is red again on the next run; FAST_CHECK_SEED=N tries another.
import process from 'node:process';
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_122) });
