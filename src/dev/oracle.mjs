// `npm run oracle -- FILE…`: runs recorded kernel cases (.jsonl, .jsonl.gz) through the tracker and compares every field.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ensureInstalled, root } from './lib.mjs';

const SHOWN = 20;

function read(path) {
  const octets = readFileSync(path);
  return (octets[0] === 0x1f && octets[1] === 0x8b ? gunzipSync(octets) : octets).toString('utf8');
}

async function load() {
  ensureInstalled();
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(resolve(root, 'src/testing/oracleCases.ts'), { root, configFile: false, logLevel: 'error' });
  return module;
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: npm run oracle -- FILE…   (.jsonl or .jsonl.gz)');
  process.exit(2);
}
const missing = files.filter((f) => !existsSync(f));
if (missing.length > 0) {
  console.error(`cannot read ${missing.join(', ')}`);
  process.exit(3);
}
const { parseRecording, profileOf, runCases } = await load();
const total = { packets: 0, agreeingPackets: 0, cases: 0, agreeingCases: 0 };
let shown = 0;
for (const file of files) {
  const { cases, left, unknownSettings } = parseRecording(read(file));
  for (const [why, lines] of Object.entries(left)) console.log(`${file}: ${lines} lines left out, ${why}`);
  if (unknownSettings.length > 0) console.log(`${file}: settings that are not modelled: ${unknownSettings.join(', ')}`);
  const profile = profileOf(file, cases);
  const result = runCases(cases, profile);
  for (const d of result.differences) {
    if (shown++ >= SHOWN) break;
    console.log(`${d.case} packet ${d.packet}: ${d.field} recorded ${JSON.stringify(d.recorded)}, model ${JSON.stringify(d.model)}`);
  }
  console.log(
    `${file}: profile ${profile}, ${result.agreeingPackets}/${result.packets} packets, ${result.agreeingCases}/${result.cases} cases`,
  );
  for (const key of Object.keys(total)) total[key] += result[key];
}
if (shown > SHOWN) console.log('… more differences');
console.log(`agree ${total.agreeingPackets}/${total.packets} packets, ${total.agreeingCases}/${total.cases} cases`);
process.exit(total.agreeingPackets === total.packets && total.packets > 0 ? 0 : 1);
