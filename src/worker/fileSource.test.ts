import { expect, test, vi } from 'vitest';
import { ReadAhead } from '../engine/capture/readAhead.ts';
import { fileSource } from './fileSource.ts';

const octets = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) >>> 3);
const file = (): File => new File([octets], 'x.pcap');

async function readAll(dropped: File): Promise<Uint8Array> {
  const reader = new ReadAhead(fileSource('x', dropped), 65_536);
  reader.isReusing = true;
  const whole = new Uint8Array(octets.length);
  for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) whole.set(chunk, reader.consumed - chunk.length);
  expect(reader.failure).toBeNull();
  reader.close();
  return whole;
}

test('a file is read through one stream', async () => {
  const dropped = file();
  const slice = vi.spyOn(dropped, 'slice');
  expect(await readAll(dropped)).toEqual(octets);
  expect(slice).not.toHaveBeenCalled();
});

test('a stream that never answers is given up for slices', async () => {
  const dropped = file();
  const silent = new ReadableStream({ type: 'bytes', pull: () => new Promise<void>(() => undefined) });
  vi.spyOn(dropped, 'stream').mockReturnValue(silent as ReadableStream<Uint8Array<ArrayBuffer>>);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const reading = readAll(dropped);
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();
  expect(await reading).toEqual(octets);
});

test('a browser without streams into given buffers reads slices', async () => {
  const dropped = file();
  vi.spyOn(dropped, 'stream').mockReturnValue(new ReadableStream<Uint8Array<ArrayBuffer>>());
  expect(await readAll(dropped)).toEqual(octets);
});
