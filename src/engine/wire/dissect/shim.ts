// Headers that the walk only passes (wire/shims.ts): shown as one heading, with where they end and what they wrap.
import { ETHERNET, IP, LINK, LLC, PPP, WLAN } from '../cursor.ts';
import { LAYER_NAMES } from '../layers.ts';
import { ETHERTYPE_SHIMS, FRAME_RELAY, IP_SHIMS, ISL, LINK_SHIMS, nextOf, octetsOf, type Shim, UDP_SHIMS } from '../shims.ts';
import { ETHERTYPES } from './names.ts';
import type { FieldTree, Next } from './tree.ts';

/** A key of the table in dissect.ts. Headers of one name may differ in where they are read: `arcnet#129`. */
const keyOf = (shim: Shim, number: number): string => `${LAYER_NAMES[shim.layer]}#${number}`;

export const linkShimKey = (linkType: number): string | null => {
  const shim = LINK_SHIMS.get(linkType);
  return shim ? keyOf(shim, linkType) : null;
};
export const etherTypeShimKey = (type: number): string | null => {
  const shim = ETHERTYPE_SHIMS.get(type);
  return shim ? keyOf(shim, type) : null;
};
export const udpShimKey = (port: number): string | undefined => {
  const shim = UDP_SHIMS.get(port);
  return shim ? keyOf(shim, port) : undefined;
};

/** Steps of the walk → keys of the table in dissect.ts. */
const STEPS: ReadonlyMap<number, string> = new Map([
  [ETHERNET, 'eth'],
  [PPP, 'ppp'],
  [LLC, 'llc'],
  [WLAN, 'wlan'],
]);

/** @param linkProtocol what reads a link type that the header names */
function layerOf(shim: Shim, linkProtocol: (linkType: number) => string | null) {
  return (tree: FieldTree, at: number, end: number): Next | null => {
    const measured = shim.measure(new DataView(tree.bytes.buffer, tree.bytes.byteOffset, tree.bytes.byteLength), at, tree.limit);
    const octets = octetsOf(measured);
    const next = nextOf(measured);
    tree.open(LAYER_NAMES[shim.layer] ?? '', shim.title, at, octets);
    const inner = at + octets;
    const nibble = tree.u8(inner) >> 4;
    const protocol =
      STEPS.get(next) ??
      (next === IP ? (nibble === 4 ? 'ip' : nibble === 6 ? 'ipv6' : 'data') : null) ??
      (next >= 0x600 ? ETHERTYPES[next]?.[1] : next >= LINK ? linkProtocol(next - LINK) : null) ??
      'data';
    return { protocol, at: inner, end };
  };
}

/** All of them once: name and title. */
export const SHIM_PROTOCOLS: readonly (readonly [name: string, title: string])[] = [
  ...LINK_SHIMS.values(),
  ...ETHERTYPE_SHIMS.values(),
  ...UDP_SHIMS.values(),
  ...IP_SHIMS.values(),
  ISL,
].map((shim) => [LAYER_NAMES[shim.layer] ?? '', shim.title]);

/** All of them, by key. */
export function shimLayers(linkProtocol: (linkType: number) => string | null) {
  const tables = [LINK_SHIMS, ETHERTYPE_SHIMS, UDP_SHIMS, IP_SHIMS].flatMap((table) =>
    [...table].map(([n, shim]) => [keyOf(shim, n), shim] as const),
  );
  const named = [...tables, ['isl', ISL] as const, ['fr', FRAME_RELAY] as const];
  return Object.fromEntries(named.map(([key, shim]) => [key, layerOf(shim, linkProtocol)]));
}
