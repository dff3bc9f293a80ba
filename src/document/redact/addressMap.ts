// Addresses to their replacements: the same everywhere in one incident, one-to-one, and within the same class.
import type { RedactionKey } from './choices.ts';
import { createPrefixPreserving } from './prefixPreserving.ts';

/** `octets` of 4 (IPv4), 16 (IPv6) or 6 (MAC). The answer is the map's own: not to be written to. */
export interface AddressMap {
  readonly map: (octets: Uint8Array) => Uint8Array;
  /** Everything asked for so far that was no special address, as octets by their text key. */
  readonly seen: ReadonlyMap<string, Uint8Array>;
}

/**
 * Addresses as they are; but where hardware addresses are replaced, those inside IPv6 addresses are (RFC 4291 appendix A: the identifier of
 * an interface is its MAC address around `ff:fe`), and what a solicited-node group took over of them.
 */
export const keepAddresses = (hardware: AddressMap | null = null): AddressMap =>
  remember((octets) => (hardware !== null && octets.length === 16 ? withoutHardware(octets, hardware) : octets));

/** The bit that tells an address of the maker from one given locally is the other way round in an identifier. */
const LOCAL = 0x02;

function withoutHardware(o: Uint8Array, hardware: AddressMap): Uint8Array {
  if (tailOf(o) === 3)
    return joined(o, 13, hardware.map(Uint8Array.of(0x33, 0x33, 0xff, o[13] as number, o[14] as number, o[15] as number)).slice(3));
  if (o[11] !== 0xff || o[12] !== 0xfe) return o;
  const mac = hardware.map(
    Uint8Array.of((o[8] as number) ^ LOCAL, o[9] as number, o[10] as number, o[13] as number, o[14] as number, o[15] as number),
  );
  return joined(
    o,
    8,
    Uint8Array.of(
      (mac[0] as number) ^ LOCAL,
      mac[1] as number,
      mac[2] as number,
      0xff,
      0xfe,
      mac[3] as number,
      mac[4] as number,
      mac[5] as number,
    ),
  );
}

/** IPv4 and IPv6. Unspecified, loopback, multicast and broadcast mean the same everywhere and stay; ordinary ones stay ordinary. */
export function replaceAddresses(key: RedactionKey): AddressMap {
  const v4 = createPrefixPreserving(key, 0);
  const v6 = createPrefixPreserving(key, 1);
  const map = (octets: Uint8Array): Uint8Array => {
    if (octets.length === 4) return walk(octets, v4, isSpecialV4);
    const tail = tailOf(octets);
    if (tail === 4) return joined(octets, 12, walk(octets.slice(12), v4, isSpecialV4));
    if (tail > 0) return joined(octets, tail === 3 ? 13 : 8, suffix(octets, v6, tail === 3 ? 13 : 8));
    return walk(octets, v6, isSpecialV6);
  };
  return remember((octets) => (isSpecial(octets) ? octets : map(octets)));
}

/** MAC addresses: the group and local bits stay, so that a multicast address stays one. */
export function replaceHardwareAddresses(key: RedactionKey): AddressMap {
  const mac = createPrefixPreserving(key, 2);
  return remember((octets) => {
    if (octets.every((o) => o === 0) || octets.every((o) => o === 0xff)) return octets;
    // IPv4 multicast and IPv6 multicast are derived from group addresses, except that a solicited-node group ends in its address.
    const first = octets[0] as number;
    if (first === 0x01 && octets[1] === 0 && octets[2] === 0x5e) return octets;
    if (first === 0x33 && octets[1] === 0x33 && octets[2] !== 0xff) return octets;
    const mapped = mac(octets);
    if (first === 0x33 && octets[1] === 0x33) return joined(octets, 3, mapped.slice(3));
    mapped[0] = ((mapped[0] as number) & 0xfc) | (first & 0x03);
    return mapped;
  });
}

function remember(map: (octets: Uint8Array) => Uint8Array): AddressMap {
  const seen = new Map<string, Uint8Array>();
  const answers = new Map<string, Uint8Array>();
  return {
    seen,
    map: (octets) => {
      const key = octets.join('.');
      const known = answers.get(key);
      if (known) return known;
      const own = octets.slice();
      const answer = map(own);
      answers.set(key, answer);
      if (!isSpecial(own)) seen.set(key, own);
      return answer;
    },
  };
}

/** Applies the map until an ordinary address comes out: on a permutation that walk always ends, and stays one-to-one. */
function walk(octets: Uint8Array, map: (octets: Uint8Array) => Uint8Array, isTaken: (octets: Uint8Array) => boolean): Uint8Array {
  let at = map(octets);
  while (isTaken(at)) at = map(at);
  return at;
}

/** Octets from `from` on replaced under what comes before them, which stays. */
const suffix = (octets: Uint8Array, map: (octets: Uint8Array) => Uint8Array, from: number): Uint8Array => map(octets).slice(from);

function joined(octets: Uint8Array, from: number, tail: Uint8Array): Uint8Array {
  const out = octets.slice();
  out.set(tail, from);
  return out;
}

/** How many octets at the end of an IPv6 address of a fixed prefix are somebody's: 4 mapped or NAT64, 8 link-local, 3 solicited-node, 0 none. */
function tailOf(o: Uint8Array): 0 | 3 | 4 | 8 {
  const zeros = (from: number, to: number): boolean => o.subarray(from, to).every((octet) => octet === 0);
  if (zeros(0, 10) && o[10] === 0xff && o[11] === 0xff) return 4;
  if (o[0] === 0 && o[1] === 0x64 && o[2] === 0xff && o[3] === 0x9b && zeros(4, 12)) return 4;
  if (o[0] === 0xfe && ((o[1] as number) & 0xc0) === 0x80) return 8;
  if (o[0] === 0xff && o[1] === 0x02 && zeros(2, 11) && o[11] === 1 && o[12] === 0xff) return 3;
  return 0;
}

const isSpecialV4 = (o: Uint8Array): boolean => o[0] === 0 || o[0] === 127 || (o[0] as number) >= 224;
/** ::/8 (unspecified, loopback, mapped), NAT64, link-local and multicast are not for ordinary addresses. */
const isSpecialV6 = (o: Uint8Array): boolean => o[0] === 0 || o[0] === 0xff || (o[0] === 0xfe && ((o[1] as number) & 0xc0) === 0x80);

/** Addresses that are nobody's. */
export function isSpecial(octets: Uint8Array): boolean {
  if (octets.length === 4) return isSpecialV4(octets);
  if (octets.length === 6) return octets.every((o) => o === 0) || octets.every((o) => o === 0xff);
  return isSpecialV6(octets) && tailOf(octets) === 0;
}
