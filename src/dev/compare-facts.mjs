// Compares what we say of capture files with what tshark says: counts of packets, TCP, flags, connections, tuples, times, cuts, damage.
//   node src/dev/compare-facts.mjs PATH...           files and folders; exit 1 if anything differs that is not stood by
//   node src/dev/compare-facts.mjs --write PATH...   and keeps tshark's facts as the expectations of src/engine/capture/facts.test.ts
// Where we stand by another answer, and why: src/testing/tsharkDifferences.ts.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { importBundled } from './bundle.mjs';
import { root } from './lib.mjs';

const EXPECTATIONS = resolve(root, 'src/testing/captures/tshark-facts.json');
const CAPTURE = /\.(pcap|pcapng|cap|dmp)\d*(\.(gz|zst))?$/i;

const isWriting = process.argv.includes('--write');
const paths = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
if (paths.length === 0) {
  console.error('node src/dev/compare-facts.mjs [--write] PATH...');
  process.exit(2);
}
const { DIFFERENCES, differences, hasTshark, ourFacts, tsharkFacts } = await importBundled('src/dev/factsEntry.ts');
if (!hasTshark()) {
  console.error('tshark is not installed');
  process.exit(2);
}

const files = paths.flatMap((path) => (statSync(path).isDirectory() ? capturesBelow(path) : [path]));
const expectations = {};
let differing = 0;
for (const path of files) {
  const [ours, theirs] = [await ourFacts(path), tsharkFacts(path)];
  const found = ours ? differences(path, theirs, ours) : theirs.packets > 0 ? [{ field: 'opens', tshark: true, ours: false }] : [];
  if (found.length > 0) differing++;
  for (const { field, tshark, ours: own } of found) console.log(`${relative('.', path)}: ${field}: tshark ${tshark}, ours ${own}`);
  expectations[createHash('sha256').update(readFileSync(path)).digest('hex')] = theirs;
}
console.log(`${files.length} files, ${differing} differ`);
if (differing > 0) {
  console.log('Kinds of traffic in which we stand by another answer:');
  for (const { file, fields, reason } of DIFFERENCES) if (file === null) console.log(`- ${fields.join(', ')}: ${reason}`);
}
if (isWriting) {
  const lines = Object.keys(expectations)
    .sort()
    .map((hash) => `"${hash}":${JSON.stringify(expectations[hash])}`);
  writeFileSync(EXPECTATIONS, `{\n${lines.join(',\n')}\n}\n`);
}
process.exitCode = differing > 0 ? 1 : 0;

function capturesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => CAPTURE.test(path) && statSync(path).isFile())
    .sort();
}
