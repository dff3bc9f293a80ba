// Text from captures and file names for a terminal: nothing of it moves the cursor, changes a colour or turns the direction of reading.

/** Control characters (C0, DEL, C1), bidirectional controls, and separators that some terminals take for a new line. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** As visible escapes; newlines and tabs stay. */
export const printable = (text: string): string => text.replace(HARMFUL, (c) => (c === '\n' || c === '\t' ? c : escaped(c)));

/** One line whatever is in it: a file name with a newline does not write a sentence of its own. */
export const printableLine = (text: string): string => text.replace(HARMFUL, escaped);

/** JSON of one line that is the same to a program and harmless to a terminal: what JSON leaves as it is becomes an escape of JSON's. */
export const printableJson = (value: unknown): string => printableLine(JSON.stringify(value));
