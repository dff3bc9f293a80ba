// Fingerprints that tell whether two files, or two captures, are the same.
import type { PacketTable } from '../engine/model/packetTable.ts';

/** Files up to this size are hashed whole. */
const WHOLE = 8 * 1024 * 1024;
const SAMPLE = 64 * 1024;
const SAMPLES = 32;

/** SHA-256 hex of a file, or of its size and evenly spread samples where it is large; empty where the browser has no SubtleCrypto. */
export async function fileDigest(file: Blob): Promise<string> {
  const parts: BlobPart[] = [];
  if (file.size <= WHOLE) parts.push(file);
  else {
    parts.push(`${file.size}:`);
    const step = Math.floor((file.size - SAMPLE) / (SAMPLES - 1));
    for (let i = 0; i < SAMPLES; i++) parts.push(file.slice(i * step, i * step + SAMPLE));
  }
  const bytes = await new Blob(parts).arrayBuffer();
  // Pages served without TLS from elsewhere than this machine have no SubtleCrypto.
  const subtle: SubtleCrypto | undefined = crypto.subtle;
  if (!subtle) return '';
  const hash = await subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(hash)].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Two FNV-1a lanes over what every packet has: time, length, numbers, payload fingerprint. One pass, no allocation. */
export function packetDigest(packets: PacketTable): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  const { time, seq, ack, originalLength, ipId, fingerprint } = packets;
  for (let i = 0; i < packets.length; i++) {
    const t = time[i] ?? 0;
    a = Math.imul(a ^ (seq[i] ?? 0) ^ (t | 0), 0x01000193);
    a = Math.imul(a ^ (originalLength[i] ?? 0) ^ (fingerprint[i] ?? 0), 0x01000193);
    b = Math.imul(b ^ (ack[i] ?? 0) ^ ((ipId[i] ?? 0) << 16), 0x01000193);
    b = Math.imul(b ^ Math.floor(t / 4_294_967_296), 0x01000193) + a;
  }
  const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');
  return `${packets.length}-${packets.epoch}-${hex(a)}${hex(b)}`;
}
