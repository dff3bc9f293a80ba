// One RST of a path, as the steps that judge it pass it around.

export interface ResetGroup {
  readonly group: number;
  readonly reply: 0 | 1;
  /** Stops that saw it, in order of travel. */
  readonly travel: readonly number[];
  readonly leaked: boolean;
}
