// Network addresses and endpoints as the tables intern them.

/**
 * Interned addresses of one capture point. Id 0 is "none". An address is 16 octets in `bytes` at `id * 16`; IPv4 sits in the first
 * four, the rest zero, and `family[id]` is 4; for IPv6 it is 6.
 */
export interface AddressTable {
  readonly length: number;
  readonly family: Uint8Array;
  readonly bytes: Uint8Array;
}

/** An endpoint outside the tables: few enough to be objects. `address` is canonical text (RFC 5952 for IPv6, without brackets). */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** `10.0.0.1:80`, `[fd00::1]:80`: the form of the report (`hopscope/report@1`). */
export const formatEndpoint = (e: Endpoint): string => (e.address.includes(':') ? `[${e.address}]:${e.port}` : `${e.address}:${e.port}`);
export const sameEndpoint = (a: Endpoint, b: Endpoint): boolean => a.port === b.port && a.address === b.address;

/** Canonical text of one interned address: dotted quad, or RFC 5952 (lower case, longest run of zeros as `::`). */
export function formatAddress(table: AddressTable, id: number): string {
  const at = id * 16;
  if (table.family[id] === 4) return table.bytes.subarray(at, at + 4).join('.');
  const groups: number[] = [];
  for (let i = at; i < at + 16; i += 2) groups.push(((table.bytes[i] ?? 0) << 8) | (table.bytes[i + 1] ?? 0));
  const zeros = longestZeroRun(groups);
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(':');
  return zeros.length < 2 ? hex(0, 8) : `${hex(0, zeros.start)}::${hex(zeros.start + zeros.length, 8)}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - i > best.length) best = { start: i, length: end - i };
    if (end > i) i = end;
  }
  return best;
}
