// Node's own inflaters: zlib on another thread while this one decodes, and zstd where Node has it (22.15 and newer).
import { pipeline, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Inflaters, PullChunk } from '../engine/capture/inflaters.ts';

/** Plain octets per chunk: large enough that handing them over costs nothing. */
const PLAIN_CHUNK = 1024 * 1024;

type MakeTransform = (options: { chunkSize: number }) => Transform;

function throughTransform(transform: Transform, pull: PullChunk): PullChunk {
  async function* stored(): AsyncGenerator<Uint8Array> {
    for (let chunk = await pull(); chunk !== null; chunk = await pull()) yield chunk;
  }
  // What goes wrong destroys the transform, and whoever iterates it is told: there is nothing to do here.
  pipeline(stored, transform, () => undefined);
  const chunks: AsyncIterator<Uint8Array> = transform[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await chunks.next();
    return done ? null : value;
  };
}

/** What newer Nodes have and the types of the oldest one don't know. */
const makeZstd: MakeTransform | undefined = Reflect.get(zlib, 'createZstdDecompress');

export const NODE_INFLATERS: Inflaters = {
  gzip: (pull) => throughTransform(zlib.createGunzip({ chunkSize: PLAIN_CHUNK }), pull),
  ...(makeZstd ? { zstd: (pull: PullChunk) => throughTransform(makeZstd({ chunkSize: PLAIN_CHUNK }), pull) } : {}),
};
