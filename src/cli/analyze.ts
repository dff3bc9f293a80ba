// `hopscope analyze FILE...`: the whole analysis; text for people, `hopscope/report@1` for programs.
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Analysis, AnalysisOptions } from '../engine/model/analysis.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildReport } from '../engine/query/report.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { judgeAllLeaks } from '../engine/replay/judge.ts';
import { openTaps, parseTapSpec, type TapSpec, tapsOfFiles } from './openTaps.ts';
import { printable } from './printable.ts';
import { parseSettings, profileOfKernel } from './trackerOptions.ts';

export const USAGE = `hopscope analyze FILE... [options]
  --tap NAME=FILE[,FILE…]   name a capture point and join rotated files; without it every file is its own
  --context FILE            kubectl, hosts, conntrack, sysctl, iptables, nft, ipvsadm or log output: adds names and evidence
  --kernel VERSION          replay as this kernel does (${'4.15, 5.4, 5.10, 5.15, 6.1, 6.18'}; others are rounded down)
  --set NAME=VALUE          replay with this sysctl: be_liberal=1, loose=0, timeout_established=86400; or drop_invalid=1
  --json                    the report as JSON (hopscope/report@1)
  --lang en|zh              language of the text
Exit status: 0 nothing critical, 1 a critical finding, 2 wrong usage, 3 a file could not be read at all.
`;

/** @returns the exit status of the report contract */
export async function run(argv: readonly string[]): Promise<number> {
  const asked = parseCommandLine(argv);
  if ('usage' in asked) {
    process.stderr.write(`${asked.usage}\n${USAGE}`);
    return 2;
  }
  const opened = await openTaps(asked.taps);
  if (!opened.ok) {
    process.stderr.write(`${opened.error}\n`);
    return 3;
  }
  const { taps, unread } = opened.value;
  for (const sentence of unread) process.stderr.write(`${printable(sentence)}\n`);
  const workspace = buildWorkspace(taps);
  const analysis = analyze(workspace, asked.options);
  const text = `${JSON.stringify(reportOf(analysis), null, asked.json ? 0 : 2)}\n`;
  await new Promise<void>((done) => process.stdout.write(text, () => done()));
  if (unread.length > 0) return 3;
  return analysis.diagnosis.findings.some((f) => f.severity === 'critical') ? 1 : 0;
}

function reportOf(analysis: Analysis) {
  const leaks = judgeAllLeaks(analysis.workspace, analysis.correlation, analysis.replays);
  return buildReport(analysis, {
    leakVerdict: ({ journey }) => {
      const judged = leaks.get(journey);
      return judged?.verdict ? { verdict: judged.verdict, reason: judged.reason, bytesBelowWindow: judged.bytesBelowWindow } : null;
    },
    render: (sentence) => sentence.id,
  });
}

interface Asked {
  readonly taps: readonly TapSpec[];
  readonly context: readonly string[];
  readonly options: AnalysisOptions;
  readonly json: boolean;
  readonly language: 'en' | 'zh';
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
