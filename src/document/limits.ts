// Bounds on what is accepted from outside. Far above what people write, far below what hurts.

/** JSON text, octets: of a document in a file, and of one in a link. */
export const MAX_FILE_JSON = 96 * 1024 * 1024;
export const MAX_LINK_JSON = 16 * 1024 * 1024;
export const MAX_DEPTH = 32;
/** Packets of an incident file. */
export const MAX_PACKETS = 5_000_000;
export const MAX_CAPTURES = 1_000;
export const MAX_NOTES = 10_000;
export const MAX_STEPS = 1_000;
export const MAX_FINDINGS = 1_000;
/** Facts of one kind out of context files. */
export const MAX_CONTEXT = 20_000;
export const MAX_NAMES = 100_000;
/** Characters. */
export const MAX_NAME = 4_096;
export const MAX_TEXT = 200_000;
