// What names become: numbered, in an order that says nothing of the names.
import type { IncidentContents } from '../file/contents.ts';

export interface NameMap {
  /** By tap, by capture: their new names. */
  readonly taps: readonly string[];
  readonly captures: readonly string[];
  /** Every name that is to vanish from texts, and what stands in for it. */
  readonly texts: ReadonlyMap<string, string>;
}

/** @param mapAddress the replacement of an address as text: names are numbered in the order of the replacements */
export function createNameMap({ document, interfaces }: IncidentContents, mapAddress: (address: string) => string): NameMap {
  const texts = new Map<string, string>();
  const hosts = [...document.names].map(([address, name]) => ({ address: mapAddress(address), name }));
  hosts.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  const numbers = new Map<string, number>();
  for (const { name } of hosts) if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
  for (const [name, number] of numbers) texts.set(name, `host-${number}`);
  const taps = document.taps.map((_, i) => `tap-${i + 1}`);
  const captures = document.captures.map((_, i) =>
    captureName(
      document.taps.findIndex((tap) => tap.captures.includes(i)),
      i,
    ),
  );
  for (const [i, { name }] of document.captures.entries()) {
    texts.set(name, captures[i] as string);
    texts.set(baseName(name), captures[i] as string);
    texts.set(stemOf(name), taps[document.taps.findIndex((tap) => tap.captures.includes(i))] ?? 'tap');
  }
  for (const [i, tap] of document.taps.entries()) texts.set(tap.name, taps[i] as string);
  for (const lane of document.lanes) if (!texts.has(lane.name)) texts.set(lane.name, 'lane');
  for (const [i, { name, tap }] of interfaces.entries()) if (!texts.has(name)) texts.set(name, taps[tap] ?? `interface-${i}`);
  texts.delete('');
  return { taps, captures, texts };
}

const captureName = (tap: number, capture: number): string => `tap-${tap + 1}-${capture + 1}.pcap`;
export const baseName = (name: string): string => name.replaceAll('\\', '/').split('/').at(-1) ?? name;
const stemOf = (name: string): string => baseName(name).replace(/\.(pcap|pcapng|cap|dmp)?\d*(\.(gz|zst))?$/i, '');
