// What the open-ended fuzzer runs: bundled by fuzz.mjs, as Node 20 can't run TypeScript.

import type { Tap } from '../engine/model/capture.ts';
import { tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';

export { brokenMutant, differingColumn, openMutant } from '../testing/captureInvariants.ts';
export { mutate, Random } from '../testing/mutate.ts';
export { asPcapng } from '../testing/rewrap.ts';

/** The whole analysis of a capture and its damaged double: it must end, whatever it says. */
export const analyzePair = (good: Tap, mutant: Tap): unknown =>
  analyze(buildWorkspace([good, { ...mutant, id: tapId(1), name: 'mutant' }]));
