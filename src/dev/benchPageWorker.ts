// Runs in a browser's worker for bench-open.mjs: reads a file only, or opens it with everything indexed. Bundled by the script.
import { openCapture } from '../engine/capture/openCapture.ts';
import { analyzeFlows } from '../engine/flow/analyzeFlows.ts';
import { fileSource } from '../worker/fileSource.ts';

const CHUNK = 16 * 1024 * 1024;

/** Reading alone as pages do it: large slices, two in flight. */
async function readOnly(file: File): Promise<number> {
  let octets = 0;
  const ask = (at: number): Promise<ArrayBuffer> | null => (at < file.size ? file.slice(at, at + CHUNK).arrayBuffer() : null);
  let next = ask(0);
  for (let at = CHUNK; next !== null; at += CHUNK) {
    const after = ask(at);
    octets += (await next).byteLength;
    next = after;
  }
  return octets;
}

addEventListener('message', async (event: MessageEvent<{ how: 'read' | 'open'; file: File }>) => {
  const { how, file } = event.data;
  const begun = performance.now();
  if (how === 'read') {
    await readOnly(file);
    postMessage({ milliseconds: performance.now() - begun, packets: 0, flows: 0 });
    return;
  }
  const opened = await openCapture([fileSource(file.name, file)]);
  const milliseconds = performance.now() - begun;
  const packets = opened.ok ? opened.value.packets.length : -1;
  if (opened.ok) analyzeFlows(opened.value.packets);
  postMessage({ milliseconds, packets, flows: performance.now() - begun - milliseconds });
});
