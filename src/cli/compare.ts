// `hopscope compare A B`: what appeared and what went away between two incidents.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../base/result.ts';
import { analyze } from '../engine/query/analyze.ts';
import { type Change, type Comparison, compareSides, type Side, sideOf } from '../engine/query/compare.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { openTaps, tapsOfFiles } from './openTaps.ts';
import { printable } from './printable.ts';

const USAGE = `hopscope compare A B [--json]
  A, B: an incident file, captures joined by commas (a.pcap,b.pcap), or a folder of captures.
Exit status: 0 nothing critical appeared, 1 something critical did, 2 wrong usage, 3 a side could not be read.
`;
const CAPTURE = /\.(pcap|pcapng|cap|dmp)\d*(\.(gz|zst))?$/i;

export async function run(argv: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    process.stderr.write(`${printable(error instanceof Error ? error.message : String(error))}\n${USAGE}`);
    return 2;
  }
  const [a, b, ...more] = parsed.positionals;
  if (a === undefined || b === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const sides: Side[] = [];
  for (const name of [a, b]) {
    const side = await readSide(name);
    if (!side.ok) {
      process.stderr.write(`${printable(side.error)}\n`);
      return 3;
    }
    sides.push(side.value);
  }
  const comparison = compareSides(sides[0] as Side, sides[1] as Side);
  process.stdout.write(parsed.values.json ? `${JSON.stringify(comparison)}\n` : printable(text(comparison, a, b)));
  return comparison.appeared.some((c) => c.severity === 'critical') ? 1 : 0;
}

const parse = (argv: readonly string[]) =>
  parseArgs({ args: [...argv], allowPositionals: true, options: { json: { type: 'boolean', default: false } } });

async function readSide(name: string): Promise<Result<Side, string>> {
  const isFolder = (await stat(name).catch(() => null))?.isDirectory() ?? false;
  const files = isFolder
    ? (await readdir(name))
        .filter((f) => CAPTURE.test(f))
        .sort()
        .map((f) => join(name, f))
    : name.split(',');
  const opened = await openTaps(tapsOfFiles(files));
  if (!opened.ok) return err(opened.error);
  await opened.value.close();
  if (opened.value.unread.length > 0) return err(opened.value.unread.join('\n'));
  return ok(sideOf(analyze(buildWorkspace(opened.value.taps), { context: opened.value.context })));
}

function text(comparison: Comparison, a: string, b: string): string {
  const { appeared, gone, stayed } = comparison;
  const line = (mark: string, c: Change): string =>
    `  ${mark} ${c.kind}${c.service ? ` at ${c.service}` : ''}: ${c.before} → ${c.after}${c.severity ? ` (${c.severity})` : ''}`;
  const part = (title: string, mark: string, changes: readonly Change[]): string[] =>
    changes.length === 0 ? [] : [title, ...changes.map((c) => line(mark, c))];
  const sizes = (side: Side): string => `${side.packets} packets, ${side.paths} connections`;
  return `${[
    `A: ${a} (${sizes(comparison.a)})`,
    `B: ${b} (${sizes(comparison.b)})`,
    ...part('Appeared:', '+', appeared),
    ...part('Went away:', '-', gone),
    ...part('In both:', '=', stayed),
    ...(appeared.length + gone.length + stayed.length === 0 ? ['Nothing was found on either side.'] : []),
  ].join('\n')}\n`;
}
