// Addresses and names inside free text: replaced wherever they are spelled out, and pointed at where something may be left.
import { IPv4, IPv6, isValid, parse } from 'ipaddr.js';
import type { AddressMap } from './addressMap.ts';

export interface TextRedactor {
  readonly redact: (text: string) => string;
  /** Replacements made so far. */
  readonly replaced: () => number;
}

/** Dotted quads, anything with two colons in hexadecimal (a dotted quad may end it), and MAC addresses. */
const ADDRESS = /(?<![\w.:])(?:(?:[0-9a-f]{1,4}:|:){2,8}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})|\d{1,3}(?:\.\d{1,3}){3})(?![\w])/giu;
const HARDWARE = /(?<![\w:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![\w:-])/giu;

/** @param names what each known name becomes; matched whole, without regard to case, longest first */
export function createTextRedactor(addresses: AddressMap, hardware: AddressMap, names: ReadonlyMap<string, string>): TextRedactor {
  let count = 0;
  const replace = (from: string, to: string): string => {
    if (to !== from) count++;
    return to;
  };
  const byName = new Map([...names].map(([name, to]) => [name.toLowerCase(), to]));
  const namesIn = createNameFinder([...names.keys()]);
  return {
    replaced: () => count,
    redact: (text) => {
      // Names first: one of them may look like an address, and none of the replacements does.
      const pattern = namePattern(namesIn(text));
      const named = pattern ? text.replace(pattern, (name) => replace(name, byName.get(name.toLowerCase()) ?? name)) : text;
      const wired = named.replace(HARDWARE, (mac) => replace(mac, mapMac(mac, hardware)));
      return wired.replace(ADDRESS, (address) => replace(address, mapText(address, addresses)));
    },
  };
}

/** One address as text, canonical where it changed; what is no address comes back as it is. */
export function mapText(text: string, addresses: AddressMap): string {
  if (!isValid(text) || (!text.includes(':') && !/^\d+\.\d+\.\d+\.\d+$/.test(text))) return text;
  const octets = Uint8Array.from(parse(text).toByteArray());
  const mapped = addresses.map(octets);
  if (mapped.every((o, i) => o === octets[i])) return text;
  return addressText(mapped);
}

/** As the tables write it: dotted quad, or RFC 5952. */
export const addressText = (octets: Uint8Array): string =>
  octets.length === 4 ? new IPv4([...octets]).toString() : new IPv6([...octets]).toRFC5952String();

function mapMac(text: string, hardware: AddressMap): string {
  const separator = text[2] ?? ':';
  const octets = Uint8Array.from(text.split(/[:-]/), (o) => Number.parseInt(o, 16));
  const mapped = hardware.map(octets);
  return mapped.every((o, i) => o === octets[i]) ? text : Array.from(mapped, (o) => o.toString(16).padStart(2, '0')).join(separator);
}

/** Names that a text may hold, told by the first word of each: a cluster has more names than one pattern should try. */
function createNameFinder(names: readonly string[]): (text: string) => readonly string[] {
  const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const byWord = new Map<string, string[]>();
  for (const name of names) {
    const first = words(name)[0] ?? '';
    const list = byWord.get(first);
    if (list) list.push(name);
    else byWord.set(first, [name]);
  }
  return (text) => ['', ...new Set(words(text))].flatMap((word) => byWord.get(word) ?? []);
}

function namePattern(names: readonly string[]): RegExp | null {
  const useful = names.filter((name) => name.length > 1).sort((a, b) => b.length - a.length);
  if (useful.length === 0) return null;
  const escaped = useful.map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

/** Words in a text that may identify something and that nothing replaces: host names, mail addresses, dates with a time. */
export function suspiciousWords(text: string): readonly string[] {
  const found = text.match(
    /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])(?:[a-z0-9-]+\.)+(?:com|net|org|io|local|internal|cluster|svc|corp|lan|dev|cloud|cn|de|eu|uk)\b[\w.-]*|\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*|(?<![\d:])\d{1,2}:\d\d:\d\d(?:\.\d+)?/giu,
  );
  return [...new Set(found ?? [])];
}
