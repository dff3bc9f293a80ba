// The English dictionary: it defines which sentences exist and what their holes need.
import { comparisons } from './english/compare.ts';
import { endingTexts } from './english/endings.ts';
import { evidenceTexts } from './english/evidence.ts';
import { findings } from './english/findings.ts';
import { refutations } from './english/refutations.ts';
import { remedyTexts } from './english/remedies.ts';
import { resetTexts } from './english/resets.ts';
import { steps } from './english/steps.ts';

export const en = {
  ...findings,
  ...evidenceTexts,
  ...steps,
  ...refutations,
  ...remedyTexts,
  ...comparisons,
  ...resetTexts,
  ...endingTexts,
} as const;
