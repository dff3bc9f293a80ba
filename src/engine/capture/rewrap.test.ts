import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differingColumn, openMutant } from '../../testing/captureInvariants.ts';
import { asPcapng, byteSwapped } from '../../testing/rewrap.ts';

const CORPUS = new URL('../../testing/captures/corpus/', import.meta.url);
/** `modified` has longer records, the broken clock of `bad-nano` no equal in pcapng. */
const NAMES = readdirSync(CORPUS).filter((name) => name.endsWith('.pcap') && !/modified|bad-nano|cut-pcap/.test(name));

test.each(NAMES)('%s reads the same byte-swapped, and as pcapng of either byte order', async (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(name, CORPUS)));
  const original = await openMutant(bytes);
  if (!original) throw new Error('not opened');
  for (const [how, other] of [
    ['swapped', byteSwapped(bytes)],
    ['pcapng', asPcapng(bytes, false)],
    ['pcapng, big endian', asPcapng(bytes, true)],
  ] as const) {
    const tap = await openMutant(other);
    expect([how, tap?.packets.length, tap?.packets.epoch]).toEqual([how, original.packets.length, original.packets.epoch]);
    const sameOffsets = { ...(tap?.packets ?? original.packets), offset: original.packets.offset };
    expect([how, differingColumn(original.packets, sameOffsets, original.packets.length, true)]).toEqual([how, null]);
    expect(tap?.files[0]?.linkTypes).toEqual(original.files[0]?.linkTypes);
  }
});
