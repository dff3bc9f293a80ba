import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../engine/capture/openCapture.ts';
import { bytesSource, type CaptureSource } from '../../engine/capture/source.ts';
import { asChosen, frameOf, type Tap } from '../../engine/model/capture.ts';
import { readIncidentFile } from '../file/readIncidentFile.ts';
import { splitCaptures } from '../file/splitCaptures.ts';
import { writeIncidentFile } from '../file/writeIncidentFile.ts';
import { EMPTY_DOCUMENT } from '../model.ts';
import { gatherContents } from './gatherContents.ts';
import { countCaptures, packetAt, placeOf } from './places.ts';

const SHARED = join(process.cwd(), '../shared');

async function open(sources: readonly CaptureSource[], asWritten = false): Promise<Tap> {
  const opened = await openCapture(sources, { tapName: 'tap', asWritten });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

/** Everything a packet is to the engine, except where it lies. */
function columnsOf(tap: Tap, rows: readonly number[]) {
  const p = tap.packets;
  return rows.map((r) => [
    p.epoch + BigInt(p.time[r]!),
    p.originalLength[r],
    p.seq[r],
    p.ack[r],
    p.payloadLength[r],
    p.flags[r],
    p.ipId[r],
    p.ttl[r],
    p.tsval[r],
    p.fingerprint[r],
    frameOf(tap, r).frame,
  ]);
}

async function throughAnIncident(sources: readonly CaptureSource[], every: number) {
  const tap = await open(sources);
  const rows = Uint32Array.from({ length: Math.ceil(tap.packets.length / every) }, (_, i) => i * every);
  const document = {
    ...EMPTY_DOCUMENT,
    captures: tap.files.map((f) => ({ name: f.name, size: f.size, packets: f.rowCount, sha256: null })),
    taps: [{ name: 'tap', captures: tap.files.map((_, i) => i), position: 'unknown', clock: null }],
  };
  const { contents, unreadable } = await gatherContents({
    document,
    taps: [tap],
    captures: countCaptures([tap]),
    sources: [sources],
    rows: [rows],
  });
  const read = await readIncidentFile(await writeIncidentFile(contents));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const split = splitCaptures(read.value);
  const again = await open(
    split.map((c) => bytesSource(c.name, c.bytes)),
    true,
  );
  const files = again.files.map((f, i) => asChosen(f, split[i]?.frames));
  return { tap, rows: [...rows], unreadable, again: { ...again, files } };
}

const files = [
  'captures/ebay-leak/envoy.pcap',
  'captures/masquerade/pilot.pcapng',
  'captures/node-any/node-any.pcap',
  'corpus/ng-mixed-endian.pcapng',
  'corpus/micro-be.pcap',
  'corpus/modified.pcap',
  'corpus/ng-tsresol-2pow.pcapng',
  'corpus/gz.pcap.gz',
  'corpus/ng-le.pcapng',
]
  .map((f) => join(SHARED, f))
  .filter(existsSync);

describe.runIf(files.length > 0)('packets that travel', () => {
  test.each(files)('%s: the engine reads the same packets out of the incident as out of the capture', async (path) => {
    const { tap, rows, again, unreadable } = await throughAnIncident([bytesSource(basename(path), new Uint8Array(readFileSync(path)))], 3);
    expect(unreadable).toBe(0);
    expect(
      columnsOf(
        again,
        rows.map((_, i) => i),
      ),
    ).toEqual(columnsOf(tap, rows));
  });

  test('compressed and rotated files', async () => {
    const whole = new Uint8Array(readFileSync(join(SHARED, 'captures/ebay-leak/pilot.pcap')));
    const zipped = bytesSource('a.pcap.gz', new Uint8Array(gzipSync(whole)));
    const { tap, rows, again } = await throughAnIncident([zipped, bytesSource('b.pcap', whole)], 7);
    expect(
      columnsOf(
        again,
        rows.map((_, i) => i),
      ),
    ).toEqual(columnsOf(tap, rows));
    const captures = countCaptures([tap]);
    const places = rows.map((row) => placeOf([tap], captures, { tap: 0, row } as never));
    expect(new Set(places.map((p) => p?.capture))).toEqual(new Set([0, 1]));
    expect(places.map((p) => packetAt([again], [[0, 1]], p!)?.row)).toEqual(rows.map((_, i) => i));
  });
});
