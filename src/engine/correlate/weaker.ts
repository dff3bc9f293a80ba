import type { Confidence } from '../model/correlation.ts';

const STRENGTH: readonly Confidence[] = ['possible', 'likely', 'certain'];

/** What rests on two things is as sure as the less sure of them. */
export const weaker = (a: Confidence, b: Confidence): Confidence => (STRENGTH.indexOf(a) < STRENGTH.indexOf(b) ? a : b);
