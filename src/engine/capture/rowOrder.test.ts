import { expect, test } from 'vitest';
import { encodePcap, openBytes, openSources, type RecordSpec } from '../../testing/captureFiles.ts';
import { Random } from '../../testing/mutate.ts';
import { encodeFrame } from '../../testing/packets.ts';
import { frameOf, rowOfFrame, type Tap } from '../model/capture.ts';
import { readRecord } from './readRecord.ts';
import { bytesSource } from './source.ts';

const START = 1_700_000_000_000_000_000n;
const [CLIENT, SERVER] = ['10.0.0.1:40000', '10.0.1.1:80'];

/** An upload: a segment each millisecond and its acknowledgement 0.3 ms later. */
const UPLOAD: readonly RecordSpec[] = Array.from({ length: 300 }, (_, n) => {
  const step = n >> 1;
  const isAnswer = (n & 1) === 1;
  return {
    time: START + BigInt(step) * 1_000_000n + (isAnswer ? 300_000n : 0n),
    bytes: encodeFrame(
      isAnswer
        ? { src: SERVER, dst: CLIENT, flags: 'A', seq: 900, ack: 1100 + 100 * step, ipId: n, sack: [[5000 + n, 5001 + n]] }
        : { src: CLIENT, dst: SERVER, flags: 'PA', seq: 1000 + 100 * step, ack: 900, payload: 100, ipId: n },
    ),
  };
});

const open = (records: readonly RecordSpec[], asWritten = false): Promise<Tap> => openBytes(encodePcap(records), { asWritten });
/** IP IDs of the rows: the number of the packet in `UPLOAD`. */
const idsOf = (tap: Tap): readonly number[] => [...tap.packets.ipId];
const ALL = UPLOAD.map((_, i) => i);

function shuffled(records: readonly RecordSpec[], window: number): readonly RecordSpec[] {
  const random = new Random(7);
  const keyed = records.map((record, i) => ({ record, key: i + random.below(window) }));
  return keyed.sort((a, b) => a.key - b.key).map((k) => k.record);
}
const behind = (records: readonly RecordSpec[], seconds: bigint): readonly RecordSpec[] =>
  records.map((r) => ({ ...r, time: r.time - seconds * 1_000_000_000n }));

test('a file in order keeps its rows and needs no frame numbers', async () => {
  const tap = await open(UPLOAD);
  expect(idsOf(tap)).toEqual(ALL);
  expect(tap.files[0]?.frames).toBeUndefined();
});

test.each([3, 10, 100])('records strewn over %d places stand in order, under their frame numbers and with their octets', async (window) => {
  const records = shuffled(UPLOAD, window);
  const source = bytesSource('x.pcap', encodePcap(records));
  const tap = await openSources([source]);
  expect(idsOf(tap)).toEqual(ALL);
  for (const row of ALL) {
    const { file, frame } = frameOf(tap, row);
    expect(records[frame - 1]).toBe(UPLOAD[row]);
    expect(rowOfFrame(file, frame)).toBe(row);
  }
  const read = await readRecord(source, tap, 17);
  expect(read).toMatchObject({ ok: true, value: { bytes: UPLOAD[17]?.bytes } });
  // The sparse tables move with their rows.
  expect([...tap.packets.sacks.row]).toEqual(ALL.filter((i) => i % 2 === 1));
  expect([...tap.packets.sacks.firstLeft]).toEqual(ALL.filter((i) => i % 2 === 1).map((i) => 5000 + i));
});

test('two captures joined without sorting: what came first stands first', async () => {
  expect(idsOf(await open([...UPLOAD.slice(150), ...UPLOAD.slice(0, 150)]))).toEqual(ALL);
});

test.each([1n, 3600n])('a clock set back by %d s turns nothing round', async (seconds) => {
  const tap = await open([...UPLOAD.slice(0, 120), ...behind(UPLOAD.slice(120), seconds)]);
  expect(idsOf(tap)).toEqual(ALL);
  expect(tap.files[0]?.frames).toBeUndefined();
});

test('a clock set back in a capture of several queues: only the queues are put in order', async () => {
  const tap = await open([...shuffled(UPLOAD.slice(0, 120), 6), ...behind(shuffled(UPLOAD.slice(120), 6), 1n)]);
  expect(idsOf(tap)).toEqual(ALL);
});

test('rows as written, where asked for', async () => {
  const records = shuffled(UPLOAD, 10);
  expect(idsOf(await open(records, true))).toEqual(records.map((r) => UPLOAD.indexOf(r)));
});

test('each file of a set by itself', async () => {
  const files = [UPLOAD.slice(0, 100), shuffled(UPLOAD.slice(100, 200), 8), UPLOAD.slice(200)];
  const tap = await openBytes(files.map((f) => encodePcap(f)));
  expect(idsOf(tap)).toEqual(ALL);
  expect(tap.files.map((f) => f.frames !== undefined)).toEqual([false, true, false]);
  expect(ALL.map((row) => files[tap.files.indexOf(frameOf(tap, row).file)]?.[frameOf(tap, row).frame - 1])).toEqual(UPLOAD);
});
