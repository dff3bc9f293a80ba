import { describe, expect, test } from 'vitest';
import { encodePcap, encodePcapng } from '../testing/captureFiles.ts';
import { concat } from '../testing/packets.ts';
import { sniffBytes, sniffFile } from './sniff.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets);
/** Of so many octets of 200 to 249. */
const noise = Uint8Array.from({ length: 100 }, (_, i) => 200 + (i % 50));

describe('what is opened as a capture', () => {
  test.each<[string, Uint8Array]>([
    ['pcap', encodePcap([])],
    ['big-endian pcap', encodePcap([], { bigEndian: true })],
    ['pcapng', encodePcapng([])],
    ['gzip', bytes(0x1f, 0x8b, 8, 0, 0, 0)],
    ['zstd', bytes(0x28, 0xb5, 0x2f, 0xfd, 4, 0)],
    ['zstd that begins with a skippable frame', bytes(0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0, 0)],
    ['snoop, so that it is told how to convert it', concat(utf8('snoop'), new Uint8Array(20))],
    ['an xz file, for the same reason', bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4)],
  ])('%s', (_, head) => expect(sniffBytes(head)).toBe('capture'));
});

describe('what is not', () => {
  test.each<[string, Uint8Array, string]>([
    ['a picture', bytes(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), 'image'],
    ['a photograph', bytes(0xff, 0xd8, 0xff, 0xe0), 'image'],
    ['an archive', bytes(0x50, 0x4b, 3, 4, 0, 0), 'archive'],
    ['a program', concat(bytes(0x7f, 0x45, 0x4c, 0x46), new Uint8Array(20)), 'unknown'],
    ['octets that no text has', noise, 'unknown'],
    ['text', utf8('10.0.0.1 envoy\n'), 'text'],
    ['text of other letters', utf8('接口 eth0\n'.repeat(50)), 'text'],
    ['text cut within a letter', utf8('主机'.repeat(40)).subarray(0, -1), 'text'],
    ['text of an old encoding', concat(utf8('10.0.0.1 caf'), bytes(0xe9), utf8(' # le nom de la machine, et d’autres\n')), 'text'],
  ])('%s', (_, head, kind) => expect(sniffBytes(head)).toBe(kind));

  test('a file without octets', async () => expect(await sniffFile(new File([], 'x.pcap'))).toBe('empty'));
});
