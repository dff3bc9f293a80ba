// What the benchmark measures inside one process: bundled by bench.mjs, as Node 20 can't run TypeScript.

export { NODE_INFLATERS } from '../cli/nodeInflaters.ts';
export { NODE_CHUNK, openNodeSource } from '../cli/nodeSource.ts';
export { openCapture } from '../engine/capture/openCapture.ts';
export { Recordizer } from '../engine/capture/recordizer.ts';
export { bytesSource } from '../engine/capture/source.ts';
export { tapId } from '../engine/model/units.ts';
export { analyze } from '../engine/query/analyze.ts';
export { buildWorkspace } from '../engine/query/workspace.ts';
export { Decoder } from '../engine/wire/decode.ts';
export { TableBuilder } from '../engine/wire/tableBuilder.ts';
