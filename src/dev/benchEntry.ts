// What the benchmark measures inside one process: bundled by bench.mjs, as Node 20 can't run TypeScript.

export { openNodeSource } from '../cli/nodeSource.ts';
export { openCapture } from '../engine/capture/openCapture.ts';
export { Recordizer } from '../engine/capture/recordizer.ts';
export { bytesSource } from '../engine/capture/source.ts';
export { Decoder } from '../engine/wire/decode.ts';
export { TableBuilder } from '../engine/wire/tableBuilder.ts';
