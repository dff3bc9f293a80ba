// Codes of the replay as the words a ladder carries.
import type { LadderVerdict } from '../../model/ladder.ts';
import { V_DROPPED, V_ESTABLISHED, V_IGNORED, V_INVALID, V_NEW } from '../../model/verdict.ts';

export const VERDICT_WORDS: ReadonlyMap<number, LadderVerdict['verdict']> = new Map([
  [V_NEW, 'NEW'],
  [V_ESTABLISHED, 'ESTABLISHED'],
  [V_IGNORED, 'IGNORED'],
  [V_INVALID, 'INVALID'],
  [V_DROPPED, 'DROPPED'],
]);
