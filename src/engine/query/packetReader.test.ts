// What is read again from a file is what was indexed, in any order, compressed or not, in every format.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { bytesSource } from '../capture/source.ts';
import { fieldsNamed } from '../model/dissection.ts';
import { CUT, IS_TCP } from '../model/packetTable.ts';
import { dissect } from '../wire/dissect/dissect.ts';
import { packetReader } from './packetReader.ts';

const CORPUS = 'src/testing/captures/corpus';
// A TCP header put together from fragments stands in no single record.
const FRAGMENTED = new Set(['ppp-ip-frag.pcap', 'gre-eth-frag.pcap']);
const FILES = readdirSync(CORPUS).filter((f) => /\.(pcap|pcapng|gz)$/.test(f) && !FRAGMENTED.has(f));

test.each(FILES)('%s: every record is found again, backwards too', async (file) => {
  const bytes = readFileSync(`${CORPUS}/${file}`);
  const tap = await openBytes(bytes);
  const reader = packetReader(tap, [bytesSource(file, bytes)]);
  const p = tap.packets;
  const rows = Array.from({ length: p.length }, (_, i) => i);
  const wrong: string[] = [];
  for (const row of [...rows, ...rows.reverse()]) {
    const packet = await reader.read(row);
    if (!packet) {
      wrong.push(`row ${row}: not found`);
      continue;
    }
    expect(packet.originalLength).toBe(p.originalLength[row]);
    if ((p.flags[row] & (IS_TCP | CUT)) !== IS_TCP) continue;
    const d = dissect(packet.bytes, packet.linkType, packet.originalLength);
    const seq = fieldsNamed(d.layers, 'tcp.seq_raw').at(-1)?.value;
    const payload = fieldsNamed(d.layers, 'tcp.len').at(-1)?.value;
    if (seq !== String(p.seq[row])) wrong.push(`row ${row}: seq ${seq}, not ${p.seq[row]}`);
    if (payload !== String(p.payloadLength[row])) wrong.push(`row ${row}: len ${payload}, not ${p.payloadLength[row]}`);
  }
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('a file that became shorter gives null, one that went away rejects', async () => {
  const bytes = readFileSync(`${CORPUS}/sll.pcap`);
  const tap = await openBytes(bytes);
  const shorter = packetReader(tap, [bytesSource('sll.pcap', bytes.subarray(0, 100))]);
  expect(await shorter.read(15)).toBeNull();
  const gone = packetReader(tap, [{ name: 'gone', size: bytes.length, read: () => Promise.reject(new Error('NotReadableError')) }]);
  await expect(gone.read(0)).rejects.toThrow('NotReadableError');
});
