// One captured packet without what must not leave. Layers that are understood are rewritten in place, from the outside in; what is not
// understood is cut off, never passed on.
import type { AddressMap } from './addressMap.ts';
import type { RedactionChoices } from './choices.ts';

/** State of one run over all packets of an incident. */
export interface Rewriter {
  readonly choices: RedactionChoices;
  readonly addresses: AddressMap;
  readonly hardware: AddressMap;
  readonly counts: RewriteCounts;
}

export interface RewriteCounts {
  /** Octets of application payload captured, and those that stay. */
  payload: number;
  payloadKept: number;
  /** Packets of which nothing was understood: only time and length stay. */
  unreadable: number;
  /** Octets behind understood headers that were cut because their meaning is unknown. */
  unknownOctets: number;
}

/** One packet being rewritten. */
export interface Packet {
  readonly run: Rewriter;
  /** A copy: written to. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  depth: number;
}

/** Rewrites the address of `length` octets at `at`. */
export function mapAddress(p: Packet, at: number, length: 4 | 16): void {
  p.bytes.set(p.run.addresses.map(p.bytes.subarray(at, at + length)), at);
}
export function mapHardware(p: Packet, at: number): void {
  p.bytes.set(p.run.hardware.map(p.bytes.subarray(at, at + 6)), at);
}

/** Where the packet ends when application payload lies at `from … end − 1`. */
export function keepPayload(p: Packet, from: number, end: number): number {
  const there = Math.max(0, end - from);
  const { payload } = p.run.choices;
  const kept = payload.keep === 'all' ? there : payload.keep === 'none' ? 0 : Math.min(there, payload.octets);
  p.run.counts.payload += there;
  p.run.counts.payloadKept += kept;
  return from + kept;
}

/** Where the packet ends when what lies at `from … end − 1` has no known meaning: it may hold addresses, so it stays only with everything. */
export function keepUnknown(p: Packet, from: number, end: number): number {
  const there = Math.max(0, end - from);
  const { payload, addresses, hardwareAddresses } = p.run.choices;
  p.run.counts.unknownOctets += there;
  return payload.keep === 'all' && addresses === 'keep' && hardwareAddresses === 'keep' ? end : from;
}
