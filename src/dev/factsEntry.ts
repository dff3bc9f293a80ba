// What `compare-facts.mjs` needs of the engine.
import { openAsBlob } from 'node:fs';
import { type CaptureFacts, captureFacts } from '../engine/capture/facts.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { blobSource } from '../engine/capture/source.ts';

export { DIFFERENCES } from '../testing/tsharkDifferences.ts';
export { comparable, differences, hasTshark, tsharkFacts } from '../testing/tsharkFacts.ts';

/** Null where the file can't be opened as a capture. */
export async function ourFacts(path: string): Promise<CaptureFacts | null> {
  const opened = await openCapture([blobSource(path, await openAsBlob(path))], { asWritten: true });
  return opened.ok ? captureFacts(opened.value, path) : null;
}
