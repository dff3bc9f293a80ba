import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync(process.argv[2] ?? 'package-lock.json', 'utf8'));
const ps = lock.packages;
let bad = 0;
const say = (m) => {
  bad++;
  console.log(m);
};
for (const [k, p] of Object.entries(ps)) {
  if (p.resolved && /^https?:/.test(p.resolved)) say(`registry host recorded: ${k}`);
  for (const o of Object.keys(p.optionalDependencies ?? {}))
    if (!ps[`${k}/node_modules/${o}`] && !ps[`node_modules/${o}`]) say(`platform binary missing from lock: ${o} (wanted by ${k})`);
}
process.exit(bad ? 1 : 0);
