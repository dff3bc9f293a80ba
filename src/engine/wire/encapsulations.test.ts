// Every wrapping that is read, one packet each: the TCP inside is found, its ports are right, and the layers are named as Wireshark names them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodePcap, openBytes } from '../../testing/captureFiles.ts';
import { WRAPPINGS } from '../../testing/wrappings.ts';
import { IS_TCP } from '../model/packetTable.ts';

/** Name, link type, record, layers. */
const CASES = WRAPPINGS.map(({ name, linkType, bytes, layers }) => [name, linkType, bytes, layers] as const);

const record = (body: Uint8Array): { time: bigint; bytes: Uint8Array } => ({ time: 1n, bytes: body });

describe('the TCP inside is found', () => {
  test.each(CASES)('%s', async (_, linkType, packet, layers) => {
    const { packets } = await openBytes(encodePcap([record(packet)], { linkType }));
    const tuples = packets.tuples;
    expect(packets.flags[0] & IS_TCP).toBe(IS_TCP);
    expect([tuples.aPort[1], tuples.bPort[1], packets.seq[0], packets.payloadLength[0]]).toEqual([1234, 5678, 42, 9]);
    expect(packets.encapsulations[packets.encapsulation[0]]?.layers.join(' ')).toBe(layers);
  });

  test.each(CASES)('%s: cut after any octet, never more than what is there', async (_, linkType, packet) => {
    const records = Array.from({ length: packet.length }, (_u, length) => ({
      ...record(packet.subarray(0, length)),
      originalLength: packet.length,
    }));
    const tap = await openBytes(encodePcap(records, { linkType }));
    expect(tap.packets.length).toBe(packet.length);
    expect(tap.files[0]?.cutPackets).toBe(packet.length);
    const found = Array.from(tap.packets.flags).map((f) => (f & IS_TCP) !== 0);
    // Once the header is there it stays there.
    expect(found.lastIndexOf(false)).toBeLessThan(found.indexOf(true));
  });
});

/** What tshark says otherwise, with the reason in testing/tsharkDifferences.ts. */
const STOOD_BY = ['Ethernet over MPLS', 'VXLAN on the port of Linux', 'Ethernet over MPLS without a control word'];
describe.runIf(spawnSync('tshark', ['--version']).status === 0)('tshark finds it, too', () => {
  test('in every case but those we stand by', { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'encapsulations-'));
    const missing = new Set<string>();
    for (const linkType of new Set(CASES.map(([, type]) => type))) {
      const cases = CASES.filter(([, type]) => type === linkType);
      const file = join(folder, `${linkType}.pcap`);
      writeFileSync(
        file,
        encodePcap(
          cases.map(([, , packet]) => record(packet)),
          { linkType },
        ),
      );
      const args = ['-n', '-r', file, '-Y', 'tcp.port==1234', '-T', 'fields', '-e', 'frame.number'];
      const seen = spawnSync('tshark', args).stdout.toString().split('\n');
      for (const [i, [name]] of cases.entries()) if (!seen.includes(String(i + 1))) missing.add(name);
    }
    rmSync(folder, { recursive: true });
    expect([...missing]).toEqual(STOOD_BY);
  });
});
