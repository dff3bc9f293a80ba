// The Simplified Chinese dictionary. A sentence that is missing here is a compile error.
import { comparisons } from './chinese/compare.ts';
import { endingTexts } from './chinese/endings.ts';
import { evidenceTexts } from './chinese/evidence.ts';
import { findings } from './chinese/findings.ts';
import { refutations } from './chinese/refutations.ts';
import { remedyTexts } from './chinese/remedies.ts';
import { resetTexts } from './chinese/resets.ts';
import { steps } from './chinese/steps.ts';
import type { en } from './en.ts';

export const zh: Readonly<Record<keyof typeof en, string>> = {
  ...findings,
  ...evidenceTexts,
  ...steps,
  ...refutations,
  ...remedyTexts,
  ...comparisons,
  ...resetTexts,
  ...endingTexts,
};
