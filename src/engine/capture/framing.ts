// What pcap and pcapng have in common for whoever feeds them octets.
import type { CaptureInterface } from '../wire/batch.ts';
import type { TableBuilder } from '../wire/tableBuilder.ts';

/** Wireshark's limit for a record of any network link type: a larger length is damage, not a packet. */
export const LONGEST_RECORD = 262_144;

/** Is a time so far from the epoch that a double rounds it? */
export const isFar = (nanos: number): boolean => Math.abs(nanos) > Number.MAX_SAFE_INTEGER;

/** One file's framing. It is fed whole records only: who feeds it joins what straddles two chunks. */
export interface Framing {
  /** Set once the rest cannot be read; what came before stays. */
  readonly stopped: boolean;
  /** Octets that the unit at `at` takes, as far as `have` octets of it tell: more than `have` means "get that many and ask again". */
  need(view: DataView, at: number, have: number): number;
  /**
   * Frames what is whole between `at` and `end` into the batch's columns up to `origin`, until it is full.
   * @param base octet offset of the view's start in the plain file
   * @returns how far it came
   */
  frame(view: DataView, at: number, end: number, base: number, interfaces: CaptureInterface[], table: TableBuilder): number;
}

/** Splits an epoch into whole seconds, rounded down, and the nanoseconds of the rest. */
export function splitEpoch(epoch: bigint): { readonly seconds: number; readonly nanos: number } {
  const rest = ((epoch % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return { seconds: Number((epoch - rest) / 1_000_000_000n), nanos: Number(rest) };
}
