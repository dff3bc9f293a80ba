// Bar P7 in a process of its own, where the heap holds nothing but the captures: what else lies there would be walked by every garbage collection.
//   node src/dev/bench-analysis.mjs BUNDLE RUNS HALF WHOLE      prints one line of JSON
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [bundle, runs, ...files] = process.argv.slice(2);
const engine = await import(pathToFileURL(bundle).href);
const least = files.map(() => ({ indexing: Infinity, analysis: Infinity, rows: 0 }));

for (let run = 0; run < Number(runs); run++) {
  for (const [i, file] of files.entries()) {
    const measured = await measure(file);
    least[i].rows = measured.rows;
    least[i].indexing = Math.min(least[i].indexing, measured.indexing);
    least[i].analysis = Math.min(least[i].analysis, measured.analysis);
  }
}
console.log(JSON.stringify({ least, megabytes: process.resourceUsage().maxRSS / 1024 }));

/** Flows, correlation, replay, diagnosis of two taps against reading both; milliseconds of processor time. */
async function measure(file) {
  const start = process.cpuUsage();
  const taps = [];
  for (const name of ['a', 'b']) {
    const { value: source } = await engine.openNodeSource(file);
    const opened = await engine.openCapture([source], { tapName: name, tapId: engine.tapId(taps.length), chunkSize: engine.NODE_CHUNK });
    await source.close();
    taps.push(opened.value);
  }
  const indexing = cpuSince(start);
  const middle = process.cpuUsage();
  engine.analyze(engine.buildWorkspace(taps));
  return { indexing, analysis: cpuSince(middle), rows: taps[0].packets.length };
}

function cpuSince(start) {
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1000;
}
