// Asks tshark how many packets of each fixture pass each filter, for the expectations in src/testing/captures/filter-counts*.json.
//   node src/dev/filter-counts.mjs [src/testing/captures/filter-counts-sre.json]
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const PATH = process.argv[2] ?? 'src/testing/captures/filter-counts.json';
const wanted = JSON.parse(readFileSync(PATH, 'utf8'));
const off = ['tcp.desegment_tcp_streams', 'ip.defragment', 'ipv6.defragment'].flatMap((o) => ['-o', `${o}:FALSE`]);
for (const file of Object.keys(wanted.counts)) {
  wanted.counts[file] = wanted.filters.map((filter) => {
    const run = spawnSync(
      'tshark',
      ['-r', `src/testing/captures/${file}`, '-n', '-2', ...off, '-Y', filter, '-T', 'fields', '-e', 'frame.number'],
      {
        encoding: 'utf8',
      },
    );
    // Status 2 is a cut file; a filter that tshark refuses says so.
    if (/neither a field nor a protocol|isn't a valid|syntax error/.test(run.stderr)) throw new Error(`${filter}: ${run.stderr}`);
    return run.stdout.split('\n').filter((l) => l !== '').length;
  });
}
writeFileSync(PATH, `${JSON.stringify(wanted)}\n`);
