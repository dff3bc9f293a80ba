// `hopscope compare A B`: what appeared and what went away between two incidents.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../base/result.ts';
import type { Language } from '../engine/diagnose/wording/format.ts';
import { analyze } from '../engine/query/analyze.ts';
import { type Comparison, compareSides, type Side, sideOf } from '../engine/query/compare.ts';
import { type ChangeText, compareText, type SideText } from '../engine/query/compareText.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { openTaps, tapsOfFiles } from './openTaps.ts';
import { printable, printableJson, printableLine } from './printable.ts';
import { roomFor } from './roomFor.ts';

export const USAGE = `hopscope compare A B [--json] [--lang en|zh]
  A, B: an incident file, captures joined by commas (a.pcap,b.pcap), or a folder of captures.
Exit status: 0 nothing critical appeared, 1 something critical did, 2 wrong usage, 3 a side could not be read.
`;
const CAPTURE = /\.(pcap|pcapng|cap|dmp)\d*(\.(gz|zst))?$/i;

export async function run(argv: readonly string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    process.stderr.write(`${printableLine(error instanceof Error ? error.message : String(error))}\n${USAGE}`);
    return 2;
  }
  const [a, b, ...more] = parsed.positionals;
  if (a === undefined || b === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { lang } = parsed.values;
  if (lang !== 'en' && lang !== 'zh') {
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
  process.stdout.write(parsed.values.json ? `${printableJson(comparison)}\n` : printable(text(comparison, a, b, lang)));
  return comparison.appeared.some((c) => c.severity === 'critical') ? 1 : 0;
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, lang: { type: 'string', default: 'en' } },
  });

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
  const workspace = buildWorkspace(opened.value.taps);
  const room = roomFor(workspace);
  if (!room.ok) return room;
  return ok(sideOf(analyze(workspace, { context: opened.value.context, hints: opened.value.hints })));
}

const WORDS = {
  en: {
    appeared: 'Appeared:',
    gone: 'Went away:',
    stayed: 'In both:',
    nothing: 'Nothing was found on either side.',
    sizes: (packets: number, paths: number) => `${packets} packets, ${paths} ${paths === 1 ? 'connection' : 'connections'}`,
    at: (service: string) => ` at ${service}`,
  },
  zh: {
    appeared: '新出现：',
    gone: '已消失：',
    stayed: '两者皆有：',
    nothing: '两边都没有发现问题。',
    sizes: (packets: number, paths: number) => `${packets} 个数据包，${paths} 个连接`,
    at: (service: string) => `，${service}`,
  },
} as const;

function text(comparison: Comparison, a: string, b: string, language: Language): string {
  const said = compareText(comparison, language);
  const words = WORDS[language];
  const where = (c: ChangeText): string => {
    if (c.service === '') return '';
    return `${words.at(c.service)}${c.serviceBefore !== c.service ? ` (A: ${c.serviceBefore})` : ''}`;
  };
  const line = (mark: string, c: ChangeText): string =>
    `  ${mark} ${c.title} [${c.kind}]${where(c)}: ${c.before} → ${c.after}${c.severity ? ` (${c.severity})` : ''}`;
  const part = (title: string, mark: string, changes: readonly ChangeText[]): string[] =>
    changes.length === 0 ? [] : [title, ...changes.map((c) => line(mark, c))];
  const side = (name: string, { packets, paths, main }: SideText): string[] => [
    `${printableLine(name)} (${words.sizes(packets, paths)})`,
    ...(main ? [`   ${main.title} (${main.severity})`] : []),
  ];
  return `${[
    ...side(`A: ${a}`, said.a),
    ...side(`B: ${b}`, said.b),
    ...part(words.appeared, '+', said.appeared),
    ...part(words.gone, '-', said.gone),
    ...part(words.stayed, '=', said.stayed),
    ...(said.appeared.length + said.gone.length + said.stayed.length === 0 ? [words.nothing] : []),
  ].join('\n')}\n`;
}
