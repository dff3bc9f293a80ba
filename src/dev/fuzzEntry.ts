// What the open-ended fuzzer runs: bundled by fuzz.mjs, as Node 20 can't run TypeScript.

export { brokenMutant, differingColumn, openMutant } from '../testing/captureInvariants.ts';
export { mutate, Random } from '../testing/mutate.ts';
export { asPcapng } from '../testing/rewrap.ts';
