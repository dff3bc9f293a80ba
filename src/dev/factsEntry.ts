// What `compare-facts.mjs` needs of the engine.
import { openAsBlob } from 'node:fs';
import { type CaptureFacts, readFacts } from '../engine/capture/facts.ts';
import { blobSource } from '../engine/capture/source.ts';

export { DIFFERENCES } from '../testing/tsharkDifferences.ts';
export { comparable, differences, hasTshark, tsharkFacts } from '../testing/tsharkFacts.ts';

/** Null where the file can't be opened as a capture. */
export async function ourFacts(path: string): Promise<CaptureFacts | null> {
  const facts = await readFacts(blobSource(path, await openAsBlob(path)), path);
  return facts.ok ? facts.value : null;
}
