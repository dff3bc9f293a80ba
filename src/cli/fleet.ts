// `hopscope fleet DIR`: joins the index tables of many captures and says which connections deserve the full analysis.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { groupBy } from '../base/groupBy.ts';
import type { Candidate, FleetJoin } from './fleet/join.ts';
import { joinIndex } from './fleet/join.ts';
import { writeWhole } from './fleet/tables.ts';
import { printableLine } from './printable.ts';

export const USAGE = `hopscope fleet DIR [--out FILE] [--memory 2GB] [--threads N]
  DIR holds the tables that \`hopscope index\` wrote. FILE gets one JSON object a line and suspect, for \`hopscope extract\`.
`;

/** One suspect with all it is made of: a line of the candidates file. Nanoseconds are text, as JSON numbers are not exact there. */
export interface CandidateLine {
  readonly candidate: string;
  readonly kind: string;
  readonly captures: readonly {
    readonly capture: string;
    /** Files of one point are one capture point. */
    readonly point: string;
    readonly file: string;
    readonly connections: readonly { readonly client: readonly [string, number]; readonly server: readonly [string, number] }[];
    readonly firstNs: string;
    readonly lastNs: string;
  }[];
}

export async function run(argv: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    process.stderr.write(`${printableLine(error instanceof Error ? error.message : String(error))}\n${USAGE}`);
    return 2;
  }
  const [dir] = parsed.positionals;
  if (dir === undefined || parsed.positionals.length !== 1) {
    process.stderr.write(USAGE);
    return 2;
  }
  const joined = await joinIndex(dir, {
    ...(parsed.values.memory ? { memoryLimit: parsed.values.memory } : {}),
    ...(parsed.values.threads ? { threads: Number(parsed.values.threads) } : {}),
  });
  const lines = candidateLines(joined);
  const text = lines.map((l) => `${JSON.stringify(l)}\n`).join('');
  if (parsed.values.out === undefined) process.stdout.write(text);
  else {
    await writeWhole(parsed.values.out, text);
    process.stdout.write(summary(joined, lines));
  }
  return 0;
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { out: { type: 'string' }, memory: { type: 'string' }, threads: { type: 'string' } },
  });

/** Rows of one candidate stand together, rows of one capture within it too: the join orders them. */
function candidateLines(joined: FleetJoin): CandidateLine[] {
  const byCandidate = groupBy(joined.candidates, (c) => c.candidate);
  return [...byCandidate].map(([candidate, rows]) => ({
    candidate,
    kind: (rows[0] as Candidate).kind,
    captures: [...groupBy(rows, (r) => r.capture)].map(([capture, members]) => ({
      capture,
      point: (members[0] as Candidate).point,
      file: joined.files.get(capture) ?? '',
      connections: members.map((m) => ({ client: [m.clientAddress, m.clientPort], server: [m.serverAddress, m.serverPort] })),
      firstNs: String(members.reduce((low, m) => (m.firstNs < low ? m.firstNs : low), (members[0] as Candidate).firstNs)),
      lastNs: String(members.reduce((high, m) => (m.lastNs > high ? m.lastNs : high), (members[0] as Candidate).lastNs)),
    })),
  }));
}

function summary(joined: FleetJoin, lines: readonly CandidateLine[]): string {
  const kinds = [...groupBy(lines, (l) => l.kind)].map(([kind, of]) => `${of.length} ${kind}`);
  const resets = joined.resetsByMinute.reduce((n, r) => n + r.resets, 0);
  return `${joined.files.size} captures, ${lines.length} suspects (${kinds.join(', ') || 'none'}), ${resets} RSTs\n`;
}
