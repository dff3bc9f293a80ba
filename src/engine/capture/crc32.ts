// CRC-32 as gzip uses it (RFC 1952 §8), four octets at a step.

const TABLES = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(1024);
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    tables[i] = c;
  }
  for (let i = 256; i < 1024; i++) tables[i] = (tables[i - 256] >>> 8) ^ tables[tables[i - 256] & 0xff];
  return tables;
}

/** Continues a checksum over `bytes[from … to)`. Starts with 0. */
export function crc32(before: number, bytes: Uint8Array, from: number, to: number): number {
  let c = ~before;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    c ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    c = TABLES[768 + (c & 0xff)] ^ TABLES[512 + ((c >>> 8) & 0xff)] ^ TABLES[256 + ((c >>> 16) & 0xff)] ^ TABLES[c >>> 24];
  }
  for (; at < to; at++) c = (c >>> 8) ^ TABLES[(c ^ bytes[at]) & 0xff];
  return ~c;
}
