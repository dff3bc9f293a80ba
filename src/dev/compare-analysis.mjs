// Compares the judgement of every segment with tshark's tcp.analysis.*, and of every connection with tcp.completeness.
//   node src/dev/compare-analysis.mjs PATH...           files and folders; exit 1 if a flag differs that is not in the list of differences
//   node src/dev/compare-analysis.mjs --write           and keeps what tshark says of the fixtures for src/engine/flow/tsharkAnalysis.test.ts
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { importBundled } from './bundle.mjs';
import { root } from './lib.mjs';

const FIXTURES = resolve(root, 'src/testing/captures');
const CAPTURE = /\.(pcap|pcapng|cap|dmp)\d*(\.(gz|zst))?$/i;

const { ANALYSIS_DIFFERENCES, ANALYSIS_FLAGS, hasTshark, judgedDifferences, openView, ourJudged, tsharkJudged } =
  await importBundled('src/dev/analysisEntry.ts');
if (!hasTshark()) {
  console.error('tshark is not installed');
  process.exit(2);
}
const isWriting = process.argv.includes('--write');
const paths = isWriting ? [FIXTURES] : process.argv.slice(2);
const files = paths.flatMap((path) => (statSync(path).isDirectory() ? capturesBelow(path) : [path]));
const kept = {};
const counts = new Map(ANALYSIS_FLAGS.map((flag) => [flag, { tshark: 0, onlyTshark: 0, onlyOurs: 0 }]));
for (const path of files) {
  const theirs = tsharkJudged(path);
  for (const flag of ANALYSIS_FLAGS) counts.get(flag).tshark += theirs[flag].length;
  let view;
  try {
    ({ view } = await openView(path));
  } catch {
    continue;
  }
  for (const { flag, onlyTshark, onlyOurs } of judgedDifferences(theirs, ourJudged(view))) {
    counts.get(flag).onlyTshark += onlyTshark.length;
    counts.get(flag).onlyOurs += onlyOurs.length;
    const some = (list) => `${list.length} (${list.slice(0, 5).join(', ')})`;
    console.log(`${relative('.', path)}: ${flag}: only tshark ${some(onlyTshark)}, only ours ${some(onlyOurs)}`);
  }
  kept[relative(FIXTURES, path)] = Object.fromEntries(Object.entries(theirs).filter(([, frames]) => frames.length > 0));
}
for (const [flag, { tshark, onlyTshark, onlyOurs }] of counts) {
  console.log(
    `${flag}: ${tshark} of tshark, ${onlyTshark} only there, ${onlyOurs} only here${ANALYSIS_DIFFERENCES[flag] ? ` — ${ANALYSIS_DIFFERENCES[flag]}` : ''}`,
  );
  if (onlyTshark + onlyOurs > 0 && !ANALYSIS_DIFFERENCES[flag]) process.exitCode = 1;
}
if (isWriting) {
  const lines = Object.entries(kept).map(([file, judged]) => `${JSON.stringify(file)}:${JSON.stringify(judged)}`);
  writeFileSync(join(FIXTURES, 'tshark-analysis.json'), `{\n${lines.join(',\n')}\n}\n`);
}

function capturesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => CAPTURE.test(path) && statSync(path).isFile())
    .sort();
}
