// What names become. Capture points are called by their position, so that a diagram stays readable; hosts are numbered, in an order
// that says nothing of the names.
import type { ContextRecord } from '../context.ts';
import type { IncidentContents } from '../file/contents.ts';

export interface NameMap {
  /** By tap, by capture: their new names. */
  readonly taps: readonly string[];
  readonly captures: readonly string[];
  /** Every name that is to vanish from texts, and what stands in for it. */
  readonly texts: ReadonlyMap<string, string>;
}

const POSITIONS = ['client', 'client-side', 'node', 'server-side', 'server'];
/** Interfaces that every host has: as words in a text they say nothing, and `any` is a word. */
const COMMON_INTERFACE = /^(?:any|lo\d*|eth\d+)$/;

/** @param mapAddress the replacement of an address as text: names are numbered in the order of the replacements */
export function createNameMap({ document, interfaces }: IncidentContents, mapAddress: (address: string) => string): NameMap {
  const texts = new Map<string, string>();
  const { context } = document;
  const hosts = [
    ...document.names.map(([address, name]) => ({ address: mapAddress(address), name })),
    ...context.names.flatMap((n) =>
      [n.name, ...partsOf(n.name), ...(n.node ? [n.node] : [])].map((name) => ({ address: mapAddress(n.address), name })),
    ),
    ...context.services.flatMap((s) => [s.name, ...partsOf(s.name)].map((name) => ({ address: mapAddress(s.address), name }))),
    ...context.kernels.flatMap((k) => (k.node ? [{ address: '', name: k.node }] : [])),
  ].filter(({ name }) => name !== '');
  hosts.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  const numbers = new Map<string, number>();
  for (const { name } of hosts) if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
  for (const [name, number] of numbers) texts.set(name, `host-${number}`);
  for (const [i, name] of namespaces(context).entries()) if (!texts.has(name)) texts.set(name, `namespace-${i + 1}`);
  const kinds = numbered(context.files.map((f) => f.kind ?? 'file'));
  for (const [i, { name }] of context.files.entries()) {
    texts.set(name, kinds[i] as string);
    texts.set(baseName(name), kinds[i] as string);
  }
  const taps = numbered(document.taps.map(({ position }) => (POSITIONS.includes(position) ? position : 'tap')));
  const tapOf = document.captures.map((_, i) => document.taps.findIndex((tap) => tap.captures.includes(i)));
  const captures = numbered(tapOf.map((tap) => taps[tap] ?? 'capture')).map((name) => `${name}.pcap`);
  for (const [i, { name }] of document.captures.entries()) {
    texts.set(name, captures[i] as string);
    texts.set(baseName(name), captures[i] as string);
    texts.set(stemOf(name), taps[tapOf[i] ?? -1] ?? 'capture');
  }
  for (const [i, tap] of document.taps.entries()) texts.set(tap.name, taps[i] as string);
  for (const { key, name } of document.lanes) if (!texts.has(name)) texts.set(name, laneWord(key, taps));
  for (const [i, { name, tap }] of interfaces.entries())
    if (!texts.has(name) && !COMMON_INTERFACE.test(name)) texts.set(name, taps[tap] ?? `interface-${i}`);
  // A capture point called by a position says nothing; the word in a sentence may well mean the host.
  for (const word of ['', ...POSITIONS]) texts.delete(word);
  return { taps, captures, texts };
}

/** Namespaces that every cluster has say nothing. */
const COMMON_NAMESPACE = /^(?:default|kube-system|kube-public|kube-node-lease)$/;

const namespaces = ({ names, services }: ContextRecord): string[] =>
  [...new Set([...names, ...services].flatMap(({ name }) => (name.includes('/') ? [name.slice(0, name.indexOf('/'))] : [])))].filter(
    (name) => !COMMON_NAMESPACE.test(name),
  );

/** `mesh/pilot:grpc` is called `pilot`, `pilot.mesh` and `pilot.mesh.svc` as well. */
function partsOf(name: string): string[] {
  const [, namespace, own] = /^([^/]+)\/([^:]+)(?::.*)?$/.exec(name) ?? [];
  return namespace !== undefined && own !== undefined ? [own, `${own}.${namespace}`] : [];
}

/** The same words; those that occur several times with a number behind. */
function numbered(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return words.map((word) => {
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    return words.indexOf(word) === words.lastIndexOf(word) ? word : `${word}-${count}`;
  });
}

/** @param key identity of the lane: `tap:0`, `node` */
const laneWord = (key: string, taps: readonly string[]): string =>
  (key.startsWith('tap:') ? taps[Number(key.slice(4))] : POSITIONS.find((p) => p === key)) ?? 'lane';

export const baseName = (name: string): string => name.replaceAll('\\', '/').split('/').at(-1) ?? name;
const stemOf = (name: string): string => baseName(name).replace(/\.(pcap|pcapng|cap|dmp)?\d*(\.(gz|zst))?$/i, '');
