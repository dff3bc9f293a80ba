// `hopscope extract --candidates FILE`: pulls the packets of each suspect, analyses them, writes one incident file each and an overview.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { analyzeCandidate } from './fleet/analyzeCandidate.ts';
import { CaptureCache } from './fleet/captureCache.ts';
import { OVERVIEW_STYLE, type OverviewIncident, overviewHtml } from './fleet/overview.ts';
import { parseShard, shardOfEnvironment, unitsOfShard } from './fleet/shard.ts';
import { writeWhole } from './fleet/tables.ts';
import type { CandidateLine } from './fleet.ts';
import { printableLine } from './printable.ts';

export const USAGE = `hopscope extract --candidates FILE --out DIR [--shard I/N]
  FILE is what \`hopscope fleet\` wrote. DIR gets one incident (pcapng) and its summary (json) for each suspect that is one, and overview.html.
  Exit status: 0 no incident, 1 a critical one, 2 wrong usage, 3 a capture could not be read.
`;

export async function run(argv: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const { candidates, out, shard: asked } = parsed.values;
  if (candidates === undefined || out === undefined) return usage('--candidates and --out are needed');
  const shard = asked === undefined ? shardOfEnvironment(process.env) : parseShard(asked);
  if (shard === null) return usage('--shard wants I/N, I from 0');
  const lines = (await readFile(candidates, 'utf8')).split('\n').filter((l) => l !== '');
  const cache = new CaptureCache();
  let [critical, unreadable] = [false, false];
  for (const text of unitsOfShard(lines, shard)) {
    const { candidate, incident, file, unread } = await analyzeCandidate(JSON.parse(text) as CandidateLine, cache);
    for (const sentence of unread) process.stderr.write(`${printableLine(sentence)}\n`);
    unreadable ||= unread.length > 0;
    if (!incident || !file) continue;
    critical ||= incident.severity === 'critical';
    const name = candidate.replace(/[^\w.-]/g, '-');
    await writeWhole(join(out, `${name}.pcapng`), file);
    await writeWhole(join(out, `${name}.json`), summaryText({ ...incident, href: `${name}.pcapng` }));
  }
  await cache.close();
  await writeOverview(out, lines);
  return unreadable ? 3 : critical ? 1 : 0;
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: false,
    options: { candidates: { type: 'string' }, out: { type: 'string' }, shard: { type: 'string' } },
  });

function usage(message: string): number {
  process.stderr.write(`${printableLine(message)}\n${USAGE}`);
  return 2;
}

/** Nanoseconds are text in files: JSON numbers are not exact there. */
const summaryText = (incident: OverviewIncident): string =>
  `${JSON.stringify({ ...incident, firstNs: String(incident.firstNs), lastNs: String(incident.lastNs) }, null, 2)}\n`;

/** Over all summaries in the folder, whichever shard wrote them: the last shard to end leaves the whole. */
async function writeOverview(out: string, lines: readonly string[]): Promise<void> {
  const names = (await readdir(out).catch(() => [])).filter((n) => n.endsWith('.json')).sort();
  const incidents: OverviewIncident[] = [];
  for (const name of names) {
    const read = JSON.parse(await readFile(join(out, name), 'utf8')) as Omit<OverviewIncident, 'firstNs' | 'lastNs'> &
      Record<string, string>;
    incidents.push({ ...read, firstNs: BigInt(read.firstNs ?? 0), lastNs: BigInt(read.lastNs ?? 0) });
  }
  const captures = new Set(lines.flatMap((l) => (JSON.parse(l) as CandidateLine).captures.map((c) => c.capture))).size;
  const hash = `sha256-${createHash('sha256').update(OVERVIEW_STYLE).digest('base64')}`;
  await writeWhole(join(out, 'overview.html'), overviewHtml(incidents, captures, hash));
}
