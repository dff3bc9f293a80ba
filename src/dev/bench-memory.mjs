// Bar P5 in a process of its own: opens one capture and says what its table and the process take.
//   node src/dev/bench-memory.mjs BUNDLE FILE      prints one line of JSON
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [bundle, file] = process.argv.slice(2);
const engine = await import(pathToFileURL(bundle).href);
const { value: source } = await engine.openNodeSource(file);
const opened = await engine.openCapture([source], { chunkSize: engine.NODE_CHUNK });
await source.close();
const { packets } = opened.value;
const columns = Object.values(packets).filter(ArrayBuffer.isView);
const octets = columns.reduce((sum, column) => sum + column.byteLength, 0) / packets.length;
console.log(JSON.stringify({ megabytes: peakMegabytes(), octets, rows: packets.length }));

/** What the process took at most. The system's own count begins with what the parent held when it forked: not so Linux's of the address space. */
function peakMegabytes() {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8')) : null;
  return (peak ? Number(peak[1]) : process.resourceUsage().maxRSS) / 1024;
}
