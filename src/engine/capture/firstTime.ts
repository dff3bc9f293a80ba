// When a capture begins, from its first octets: enough to put the files of a rotated set in order.
import { isOutOfMemory } from '../../base/outOfMemory.ts';
import { Decoder } from '../wire/decode.ts';
import { TableBuilder } from '../wire/tableBuilder.ts';
import { PLATFORM_INFLATERS } from './inflaters.ts';
import { plainStream } from './plainStream.ts';
import { Recordizer } from './recordizer.ts';
import type { CaptureSource } from './source.ts';

const ENOUGH = 64 * 1024;

/** Nanoseconds since 1970 of the first packet; null if there is none in the first 64 kB or the file can't be read. */
export async function firstTime(source: CaptureSource): Promise<bigint | null> {
  try {
    return await readFirst(source);
  } catch (error) {
    if (isOutOfMemory(error)) return null;
    throw error;
  }
}

async function readFirst(source: CaptureSource): Promise<bigint | null> {
  const stream = await plainStream(source, ENOUGH, PLATFORM_INFLATERS);
  if (!stream.ok) return null;
  const table = new TableBuilder();
  const recordizer = new Recordizer(table, new Decoder(table));
  if (recordizer.begin(source, stream.value).ok) recordizer.feed(stream.value.head.subarray(0, ENOUGH), source.size, ENOUGH);
  stream.value.close();
  return table.epoch;
}
