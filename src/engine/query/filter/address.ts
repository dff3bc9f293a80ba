// IPv4 and IPv6 addresses with a prefix length, as octets.

export interface Prefix {
  readonly family: 4 | 6;
  readonly octets: Uint8Array;
  /** Leading bits that count. */
  readonly bits: number;
}

/** @returns null for what is no address */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const octets = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (!octets) return null;
  const most = octets.length * 8;
  const bits = slash < 0 ? most : /^\d{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : -1;
  return bits < 0 || bits > most ? null : { family: octets.length === 4 ? 4 : 6, octets, bits };
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((p) => /^\d{1,3}$/.test(p) && Number(p) < 256)) return null;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1);
  if (last?.includes('.')) {
    const four = parseIpv4(last);
    if (!four) return null;
    groups.at(-1)?.splice(-1, 1, hexPair(four, 0), hexPair(four, 2));
  }
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const all = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail];
  if (!all.every((g) => /^[0-9a-f]{1,4}$/i.test(g))) return null;
  return Uint8Array.from(all.flatMap((g) => [Number.parseInt(g, 16) >> 8, Number.parseInt(g, 16) & 255]));
}

const hexPair = (octets: Uint8Array, at: number): string => (((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)).toString(16);

/** Negative, zero or positive as the first `bits` of `octets` at `at` come before, equal or come after those of the prefix. */
export function comparePrefix(octets: Uint8Array, at: number, prefix: Prefix): number {
  let left = prefix.bits;
  for (let i = 0; left > 0; i++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    const difference = (octets[at + i] & mask) - (prefix.octets[i] & mask);
    if (difference !== 0) return difference;
  }
  return 0;
}
