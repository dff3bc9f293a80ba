// The Internet checksum, computed again over what was captured and judged.
import type { Judgement } from '../../model/dissection.ts';
import type { FieldTree } from './tree.ts';

/** One's complement sum of `bytes[from … to − 1]` as 16-bit words, folded. Source: RFC 1071. */
export function onesSum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let sum = start;
  for (let i = from; i + 1 < to; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  if ((to - from) & 1) sum += (bytes[to - 1] ?? 0) << 8;
  return fold(sum);
}
export function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return folded;
}

/** Source, destination, protocol and length, as the transport's checksum covers them. Null: no IP header was read. */
export interface PseudoHeader {
  /** Octets of both addresses: 8 or 32 from this offset. */
  readonly addressesAt: number;
  readonly addressesLength: number;
  readonly protocol: number;
  /** A fragment, or an IP length that was not there: the transport's length is not known. */
  readonly whole: boolean;
}

/** Wireshark's numbers of `*.checksum.status`. */
const BAD = '0';
const GOOD = '1';
const UNVERIFIED = '2';
const ABSENT = '3';

/**
 * Adds the checksum at `at` of the octets `from … to − 1` with its verdict. A sum over the pseudo header alone means that the sender's
 * network card was to finish it (offload): unfinished, not wrong.
 */
export function addChecksum(
  tree: FieldTree,
  name: string,
  label: string,
  at: number,
  from: number,
  to: number,
  pseudo: PseudoHeader | null,
  zeroIsAbsent = false,
): void {
  const found = tree.u16(at);
  const verdict = judge(tree, found, from, to, pseudo, zeroIsAbsent);
  tree.hex(name, label, at, 2, { text: `0x${found.toString(16).padStart(4, '0')} [${verdict.text}]`, judgement: verdict.judgement });
  if (verdict.status === null) return;
  const extra = { text: verdict.word, judgement: verdict.judgement };
  // Of an absent checksum Wireshark shows the octets that say so.
  if (verdict.status === ABSENT) tree.add(`${name}.status`, 'Checksum Status', at, 2, verdict.status, extra);
  else tree.derived(`${name}.status`, 'Checksum Status', verdict.status, extra);
}

interface ChecksumVerdict {
  readonly text: string;
  readonly word: string;
  readonly status: string | null;
  readonly judgement: Judgement | null;
}

function judge(
  tree: FieldTree,
  found: number,
  from: number,
  to: number,
  pseudo: PseudoHeader | null,
  zeroIsAbsent: boolean,
): ChecksumVerdict {
  if (zeroIsAbsent && found === 0) return { text: 'zero-value ignored', word: 'Not present', status: ABSENT, judgement: null };
  if (!tree.has(from, to - from))
    return { text: 'unverified: cut by the snap length', word: 'Unverified', status: UNVERIFIED, judgement: null };
  if (pseudo && !pseudo.whole) return { text: 'unverified: fragment', word: 'Unverified', status: UNVERIFIED, judgement: null };
  const head = pseudo ? pseudoSum(tree, pseudo, to - from) : 0;
  const sum = onesSum(tree.bytes, from, to, head);
  if (sum === 0xffff) return { text: 'correct', word: 'Good', status: GOOD, judgement: 'good' };
  if (pseudo && found === head) return { text: 'partial: left to offload', word: 'Partial', status: UNVERIFIED, judgement: 'note' };
  const should = `0x${(~fold(sum + (~found & 0xffff)) & 0xffff).toString(16).padStart(4, '0')}`;
  return { text: `incorrect, should be ${should}`, word: 'Bad', status: BAD, judgement: 'bad' };
}

function pseudoSum(tree: FieldTree, pseudo: PseudoHeader, length: number): number {
  const addresses = onesSum(tree.bytes, pseudo.addressesAt, pseudo.addressesAt + pseudo.addressesLength);
  return fold(addresses + pseudo.protocol + (length & 0xffff) + Math.floor(length / 0x10000));
}
