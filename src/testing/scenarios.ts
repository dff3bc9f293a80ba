// The recorded scenarios beside the repository, opened as their truth names them. Tests guard on the folder's existence.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bytesSource } from '../engine/capture/source.ts';
import { readContext } from '../engine/diagnose/context/readContext.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import type { Tap } from '../engine/model/capture.ts';
import type { ContextFacts } from '../engine/model/context.ts';
import { tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { openSources } from './captureFiles.ts';

export const SCENARIOS = '../shared/captures';
export const CORPUS = '../shared/corpus';
export const hasScenarios = existsSync(SCENARIOS);
export const hasCorpus = existsSync(CORPUS);

interface Truth {
  readonly expected: { readonly verdict: string };
  readonly captures: readonly { readonly point: string; readonly files: readonly { readonly file: string }[] }[];
  /** With what the applications logged of each. */
  readonly connections?: readonly {
    readonly as_seen_by_client: string;
    readonly client_log: string;
    readonly server_log: string;
  }[];
}

export const scenarioNames = (): readonly string[] =>
  hasScenarios ? readdirSync(SCENARIOS).filter((name) => existsSync(join(SCENARIOS, name, 'truth.json'))) : [];

export const truthOf = (name: string): Truth => JSON.parse(readFileSync(join(SCENARIOS, name, 'truth.json'), 'utf8'));

/** @param points only these capture points; absent: all */
export async function analyzeScenario(name: string, points?: readonly string[], context?: ContextFacts): Promise<Analysis> {
  const taps: Tap[] = [];
  for (const { point, files } of truthOf(name).captures) {
    if (points && !points.includes(point)) continue;
    taps.push(
      await openTap(
        join(SCENARIOS, name),
        files.map((f) => f.file),
        point,
        taps.length,
      ),
    );
  }
  return analyze(buildWorkspace(taps), context ? { context } : {});
}

export async function analyzeCorpusFile(file: string): Promise<Analysis> {
  return analyze(buildWorkspace([await openTap(CORPUS, [file], file, 0)]));
}

export function contextOf(name: string): ContextFacts {
  const folder = join(SCENARIOS, name);
  const files = readdirSync(folder).filter((f) => /\.(txt|log|ya?ml)$/.test(f));
  return readContext(
    files.sort().map((f) => ({ name: f, text: readFileSync(join(folder, f), 'utf8') })),
    (text) => parse(text),
  );
}

async function openTap(folder: string, files: readonly string[], name: string, id: number): Promise<Tap> {
  const sources = files.map((file) => bytesSource(file, new Uint8Array(readFileSync(join(folder, file)))));
  return openSources(sources, { tapId: tapId(id), tapName: name });
}
