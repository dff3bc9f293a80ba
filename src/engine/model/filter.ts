// What the filter bar and the engine say to each other.

/** Why a filter can't be used. `at` and `length` mark the place in the text; the sentence for each kind is in the dictionaries. */
export interface FilterError {
  readonly kind:
    | 'unexpected'
    | 'unfinished'
    | 'unknownField'
    | 'badValue'
    | 'noOrder'
    | 'unclosedString'
    | 'badPattern'
    | 'emptySet'
    | 'tooDeep'
    | 'tooLong'
    | 'notSupported';
  readonly at: number;
  readonly length: number;
  /** What was found: a word of the filter. */
  readonly found: string;
  /** What would do: field type, a similar field's name, a token. Empty: nothing to offer. */
  readonly wanted: string;
}

/** A filter that is legal, but hardly what was meant: `tcp.flags.syn` alone is true of every TCP packet. */
export interface FilterHint {
  readonly kind: 'alwaysTrue';
  readonly at: number;
  readonly length: number;
  readonly field: string;
}

export interface Suggestion {
  readonly kind: 'field' | 'operator' | 'value' | 'connective';
  /** Replaces the filter's text from `from` to `to`. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Wireshark's label of a field, or empty. */
  readonly label: string;
  readonly type: string;
}
