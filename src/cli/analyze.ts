// `hopscope analyze FILE...`: the whole analysis; text for people, `hopscope/report@1` for programs.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { joinFacts } from '../document/context.ts';
import { profileOfKernel } from '../engine/conntrack/profiles.ts';
import { readContext } from '../engine/diagnose/context/readContext.ts';
import { nameLookup } from '../engine/diagnose/names.ts';
import type { Language } from '../engine/diagnose/wording/format.ts';
import { renderSentence } from '../engine/diagnose/wording/render.ts';
import type { Analysis, AnalysisOptions } from '../engine/model/analysis.ts';
import { analyzeWithBytes } from '../engine/query/analyze.ts';
import { leakVerdicts } from '../engine/query/leakVerdicts.ts';
import { buildReport } from '../engine/query/report.ts';
import { renderText } from '../engine/query/textReport.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { parseYaml, readTexts } from './contextFiles.ts';
import { openTaps, parseTapSpec, type TapSpec, tapsOfFiles } from './openTaps.ts';
import { printable, printableJson, printableLine } from './printable.ts';
import { roomFor } from './roomFor.ts';
import { parseSettings } from './trackerOptions.ts';

export const USAGE = `hopscope analyze FILE... [options]
  --tap NAME=FILE[,FILE…]   name a capture point and join rotated files; without it every file is its own
  --context FILE            kubectl, hosts, conntrack, sysctl, iptables, nft, ipvsadm or log output: adds names and evidence
  --kernel VERSION          replay as this kernel does (4.15, 5.4, 5.10, 5.15, 6.1, 6.18; others run as the nearest that behaves the same)
  --set NAME=VALUE          replay with this sysctl: be_liberal=1, loose=0, timeout_established=86400; or drop_invalid=1
  --json                    the report as JSON (hopscope/report@1)
  --lang en|zh              language of the text
Exit status: 0 nothing critical, 1 a critical finding, 2 wrong usage, 3 a file could not be read at all.
`;

/** @returns the exit status of the report contract */
export async function run(argv: readonly string[]): Promise<number> {
  const asked = parseCommandLine(argv);
  if ('usage' in asked) {
    process.stderr.write(`${printableLine(asked.usage)}\n${USAGE}`);
    return 2;
  }
  const opened = await openTaps(asked.taps);
  if (!opened.ok) {
    process.stderr.write(`${opened.error}\n`);
    return 3;
  }
  const { taps, unread } = opened.value;
  for (const sentence of unread) process.stderr.write(`${printableLine(sentence)}\n`);
  const context = joinFacts(opened.value.context, readContext(await readTexts(asked.context), parseYaml));
  const workspace = buildWorkspace(taps);
  const room = roomFor(workspace);
  if (!room.ok) {
    await opened.value.close();
    process.stderr.write(`${room.error}\n`);
    return 3;
  }
  const analysis = await analyzeWithBytes(workspace, opened.value.sourceOf, {
    ...asked.options,
    context,
    hints: opened.value.hints,
  });
  await opened.value.close();
  const text = asked.json ? `${printableJson(reportOf(analysis, asked.language))}\n` : printable(renderText(analysis, asked.language));
  await new Promise<void>((done) => process.stdout.write(text, () => done()));
  if (unread.length > 0) return 3;
  return analysis.diagnosis.findings.some((f) => f.severity === 'critical') ? 1 : 0;
}

function reportOf(analysis: Analysis, language: Language) {
  const names = nameLookup(analysis);
  return buildReport(analysis, {
    leakVerdict: leakVerdicts(analysis),
    render: (sentence) => renderSentence(sentence, language, names),
  });
}

interface Asked {
  readonly taps: readonly TapSpec[];
  readonly context: readonly string[];
  readonly options: AnalysisOptions;
  readonly json: boolean;
  readonly language: Language;
}

function parseCommandLine(argv: readonly string[]): Asked | { readonly usage: string } {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return { usage: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  const named = values.tap.map(parseTapSpec);
  if (named.includes(null)) return { usage: '--tap wants NAME=FILE[,FILE…]' };
  const taps = [...named.filter((t) => t !== null), ...tapsOfFiles(positionals)];
  if (taps.length === 0) return { usage: 'no capture given' };
  const settings = parseSettings(values.set);
  if (!settings.ok) return { usage: settings.error };
  const profile = values.kernel === undefined ? null : profileOfKernel(values.kernel);
  if (values.kernel !== undefined && profile === null) return { usage: `--kernel ${values.kernel}: a version like 5.10 is needed` };
  if (values.lang !== 'en' && values.lang !== 'zh') return { usage: '--lang wants en or zh' };
  return {
    taps,
    context: values.context,
    options: { ...(profile ? { profile } : {}), ...(values.set.length > 0 ? { settings: settings.value } : {}) },
    json: values.json,
    language: values.lang,
  };
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      tap: { type: 'string', multiple: true, default: [] },
      context: { type: 'string', multiple: true, default: [] },
      set: { type: 'string', multiple: true, default: [] },
      kernel: { type: 'string' },
      json: { type: 'boolean', default: false },
      lang: { type: 'string', default: 'en' },
    },
  });
