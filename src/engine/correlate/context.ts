// What the steps after matching share: all of it is fixed before the first journey is built.
import type { Workspace } from '../model/correlation.ts';
import type { PathDraft } from './drafts.ts';
import type { Groups } from './groups.ts';
import type { LegIndex } from './legs.ts';
import type { PathRoles } from './roles.ts';

export interface Context {
  readonly workspace: Workspace;
  readonly legs: LegIndex;
  readonly drafts: readonly PathDraft[];
  readonly groups: Groups;
  readonly roles: readonly PathRoles[];
  /** Path of each leg, −1 for legs without rows. */
  readonly pathOfLeg: Int32Array;
  /** By tap and connection: the connection that used the same tuple before, −1 none. */
  readonly previous: readonly Int32Array[];
  /** Tap of each point. */
  readonly tapOfPoint: readonly number[];
  /** Reference-clock time of a row, Nanos since the workspace epoch. */
  readonly timeOf: (tap: number, row: number) => number;
  /** The same for a moment on the tap's own clock, Nanos since its epoch. */
  readonly referenceOf: (tap: number, own: number) => number;
  /** What to add to a row's own time for the same, where that is a constant; null where the tap's clock drifts or steps. */
  readonly shiftOf: readonly (number | null)[];
  /** How far off each tap's times on the reference clock may be, Nanos; infinite where nothing tells. */
  readonly uncertainty: readonly number[];
  /** First and last record of each tap, reference clock. */
  readonly capturedFrom: readonly number[];
  readonly capturedUntil: readonly number[];
}
