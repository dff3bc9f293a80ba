import { describe, expect, test } from 'vitest';
import { ReadAhead } from './readAhead.ts';
import { bytesSource, type CaptureSource } from './source.ts';

const octets = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 31) >>> 3);

/** A source that answers in order with pieces of uneven length, and by `last` behind octet `until`. */
function ordered(until = octets.length, last: () => Promise<Uint8Array<ArrayBuffer> | null> = async () => new Uint8Array(0)) {
  let [at, asked, closed] = [0, 0, false];
  const buffers = new Set<ArrayBuffer>();
  const source: CaptureSource = {
    ...bytesSource('x', octets),
    inOrder: () => ({
      next: async (into) => {
        asked++;
        if (at >= until) return last();
        const buffer = into ?? new ArrayBuffer(8192);
        buffers.add(buffer);
        const length = Math.min(1 + ((at * 7) % buffer.byteLength), until - at);
        const chunk = new Uint8Array(buffer, 0, length);
        chunk.set(octets.subarray(at, at + length));
        at += length;
        return chunk;
      },
      close: () => {
        closed = true;
      },
    }),
  };
  return { source, buffers, state: () => ({ asked, closed }) };
}

async function readAll(reader: ReadAhead): Promise<Uint8Array> {
  const parts: number[] = [];
  for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) parts.push(...chunk);
  return Uint8Array.from(parts);
}

describe('a source that can be read in order', () => {
  test('is read so, into one buffer, and never asked beyond its end', async () => {
    const { source, buffers, state } = ordered(octets.length, () => Promise.reject(new Error('asked beyond the end')));
    const reader = new ReadAhead(source, 1000);
    reader.isReusing = true;
    expect(await readAll(reader)).toEqual(octets);
    expect(reader.failure).toBeNull();
    expect(reader.consumed).toBe(octets.length);
    expect(buffers.size).toBe(1);
    reader.close();
    expect(state().closed).toBe(true);
  });

  test('is read on piece by piece where it gives no answer', async () => {
    const { source, state } = ordered(40_000, async () => null);
    const reader = new ReadAhead(source, 1000);
    reader.isReusing = true;
    expect(await readAll(reader)).toEqual(octets);
    expect(reader.failure).toBeNull();
    expect(state().closed).toBe(true);
    const { asked } = state();
    await reader.next();
    expect(state().asked).toBe(asked);
  });

  test('keeps what came before a failure', async () => {
    const { source } = ordered(40_000, () => Promise.reject(new Error('gone')));
    const reader = new ReadAhead(source, 1000);
    expect(await readAll(reader)).toEqual(octets.subarray(0, 40_000));
    expect(reader.failure).toBe('gone');
  });

  test('that ends early became shorter', async () => {
    const { source } = ordered(40_000);
    const reader = new ReadAhead(source, 1000);
    expect(await readAll(reader)).toHaveLength(40_000);
    expect(reader.failure).toMatch(/shorter/);
  });
});
