// What `compare-analysis.mjs` needs of the engine.
export { openView } from '../testing/filterCount.ts';
export * from '../testing/tsharkAnalysis.ts';
export { hasTshark } from '../testing/tsharkFacts.ts';
