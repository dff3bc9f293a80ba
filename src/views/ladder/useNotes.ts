import type { LadderNote } from '../../figure/noteMarks.ts';
import type { LadderControl } from './ladderControl.ts';

const NONE: readonly LadderNote[] = [];

/** Notes of the incident that belong in this ladder's margin. */
export function useNotes(_control: LadderControl): readonly LadderNote[] {
  return NONE;
}
