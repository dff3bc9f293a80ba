// A filter as parsed: what the text says, before any field's type or table is looked at.

export type Comparison = '==' | '!=' | '>' | '<' | '>=' | '<=' | '===' | '!==';
export const COMPARISONS: readonly Comparison[] = ['==', '!=', '>', '<', '>=', '<=', '===', '!=='];

/** A place in the filter's text. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

export interface Literal extends Span {
  readonly text: string;
  /** In quotes: a string, whatever it looks like. */
  readonly quoted: boolean;
}

export interface FieldRef extends Span {
  readonly name: string;
  /** `tcp.flags & 0x12`: bits that count; null: all. */
  readonly mask: Literal | null;
  /** `tcp[13]`, `eth.src[0:3]`: octets of the value. */
  readonly slice?: Slice;
  /** `any` and `all` before the field: which of its values must pass, whatever the operator says by itself. */
  readonly quantifier?: 'any' | 'all';
}

/** Octets `from` … `from + length` − 1; a negative `from` counts from the end; `length` null: all that follow. */
export interface Slice {
  readonly from: number;
  readonly length: number | null;
  /** As written, without the brackets. */
  readonly text: string;
}

export type Expression =
  | { readonly kind: 'or' | 'and'; readonly terms: readonly Expression[] }
  | { readonly kind: 'not'; readonly term: Expression }
  | { readonly kind: 'exists'; readonly field: FieldRef }
  | { readonly kind: 'compare'; readonly field: FieldRef; readonly op: Comparison; readonly value: Literal }
  | { readonly kind: 'in'; readonly field: FieldRef; readonly elements: readonly SetElement[] }
  | { readonly kind: 'contains' | 'matches'; readonly field: FieldRef; readonly value: Literal };

/** `80` or `8000..8080`, both ends in. */
export interface SetElement {
  readonly from: Literal;
  readonly to: Literal | null;
}
