// Internet checksums (RFC 1071) as they were, carried over to what became of the octets.

/** Ones' complement sum of 16-bit words over `from … to − 1`, added to `start`; an odd last octet counts as the high half. */
export function sum16(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let sum = start;
  for (let i = from; i + 1 < to; i += 2) sum += ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
  if ((to - from) & 1) sum += (bytes[to - 1] as number) << 8;
  return sum;
}

/** The 16-bit sum, not complemented: what offload leaves in the field of an unfinished checksum. */
export function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}

const complement = (sum: number): number => 0xffff - fold(sum);

export interface Checksummed {
  /** As found. */
  readonly stored: number;
  /** Sum over all that it covers (the field taken as zero), pseudo-header included; null where not all of it was captured. */
  readonly covered: number | null;
  /** Sums of the pseudo-header, with and without the length that segmentation offload leaves out; 0 where there is none. */
  readonly pseudo: number;
  readonly pseudoWithoutLength: number;
}

export interface NewSums {
  readonly covered: number;
  readonly pseudo: number;
  readonly pseudoWithoutLength: number;
}

/**
 * The checksum for the new octets: right where it was right, unfinished where it was unfinished, wrong where it was wrong (but not by as
 * much: the difference would tell a sum of what was taken out), zero where it was zero; right where the old one can't be judged.
 */
export function carryChecksum(old: Checksummed, now: NewSums): number {
  if (old.stored === 0) return 0;
  const right = complement(now.covered);
  if (old.covered === null) return right;
  const wasRight = complement(old.covered);
  if (same(old.stored, wasRight)) return right;
  if (old.pseudo !== 0 && same(old.stored, fold(old.pseudo))) return fold(now.pseudo);
  if (old.pseudo !== 0 && same(old.stored, fold(old.pseudoWithoutLength))) return fold(now.pseudoWithoutLength);
  const others = [right, fold(now.pseudo), fold(now.pseudoWithoutLength), 0];
  let wrong = (right + 1) % 0xffff;
  while (others.some((other) => same(other, wrong))) wrong = (wrong + 1) % 0xffff;
  return wrong;
}

/** 0 and 0xffff are both zero in ones' complement. */
const same = (a: number, b: number): boolean => a % 0xffff === b % 0xffff;
