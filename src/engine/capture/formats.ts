// What a file is, by its first octets.
import { isPcapMagic } from './pcap.ts';
import { SECTION } from './pcapng.ts';

export type Format =
  | { readonly kind: 'pcap' }
  | { readonly kind: 'pcapng' }
  | { readonly kind: 'unsupported'; readonly what: string }
  | { readonly kind: 'notACapture'; readonly magic: number; readonly looksLike: string | null };

/** Relatives and neighbours of pcap that people do drop: named, so that they know what to convert. */
const CAPTURES: readonly (readonly [magic: string, what: string])[] = [
  ['1c0001ac', 'an IxVeriWave/Ixia hardware capture'],
  ['1c0001ab', 'an Ixia software capture'],
  ['ac01001c', 'an IxVeriWave/Ixia hardware capture'],
  ['ab01001c', 'an Ixia software capture'],
  ['736e6f6f70', 'a Solaris snoop capture'],
  ['474d4255', 'a Microsoft Network Monitor capture'],
  ['52545353', 'a Microsoft Network Monitor 1 capture'],
  ['54525349', 'a Sniffer capture'],
  ['6274736e6f6f70', 'a Bluetooth snoop log'],
  ['7f56', 'an EtherPeek capture'],
  ['425a68', 'a bzip2 file'],
  ['fd377a585a', 'an xz file'],
  ['04224d18', 'an lz4 file'],
];

const OTHERS: readonly (readonly [magic: string, what: string])[] = [
  ['1f8b', 'compressed twice'],
  ['28b52ffd', 'compressed twice'],
  ['504b0304', 'a zip archive'],
  ['89504e47', 'a PNG picture'],
  ['ffd8ff', 'a JPEG picture'],
  ['25504446', 'a PDF document'],
  ['7f454c46', 'a program'],
  ['7b', 'text (JSON, perhaps)'],
  ['3c', 'text (HTML or XML, perhaps)'],
  ['53514c697465', 'an SQLite database'],
];

export function sniff(head: Uint8Array): Format {
  const hex = Array.from(head.subarray(0, 8), (octet) => octet.toString(16).padStart(2, '0')).join('');
  const magic = head.length >= 4 ? new DataView(head.buffer, head.byteOffset, 4).getUint32(0) : 0;
  if (head.length >= 4 && isPcapMagic(magic)) return { kind: 'pcap' };
  if (head.length >= 4 && magic === SECTION) return { kind: 'pcapng' };
  const capture = CAPTURES.find(([start]) => hex.startsWith(start));
  if (capture) return { kind: 'unsupported', what: capture[1] };
  const other = OTHERS.find(([start]) => hex.startsWith(start));
  if (other) return { kind: 'notACapture', magic, looksLike: other[1] };
  return { kind: 'notACapture', magic, looksLike: isText(head) ? 'text' : null };
}

const isText = (head: Uint8Array): boolean =>
  head.subarray(0, 64).every((octet) => octet === 9 || octet === 10 || octet === 13 || (octet >= 32 && octet < 127));
