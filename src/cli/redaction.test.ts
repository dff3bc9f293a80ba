// What redaction must not change: the findings. Over every recorded incident there is.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { IncidentContents } from '../document/file/contents.ts';
import { readIncidentFile } from '../document/file/readIncidentFile.ts';
import { writeIncidentFile } from '../document/file/writeIncidentFile.ts';
import { EMPTY_DOCUMENT } from '../document/model.ts';
import { STRICT_CHOICES } from '../document/redact/choices.ts';
import { captureOrigins } from '../document/share/completeDocument.ts';
import { countCaptures } from '../document/share/places.ts';
import { prepareShare } from '../document/share/prepareShare.ts';
import { reopen } from '../document/share/reopen.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { bytesSource } from '../engine/capture/source.ts';
import { readContext } from '../engine/diagnose/context/readContext.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import type { Tap } from '../engine/model/capture.ts';
import type { Sentence } from '../engine/model/finding.ts';
import { tapId } from '../engine/model/units.ts';
import { analyze } from '../engine/query/analyze.ts';
import { type Counted, compareSides, sideOf } from '../engine/query/compare.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { parseYaml, readTexts } from './contextFiles.ts';

const OWN = join(process.cwd(), 'src/testing/captures');
const SHARED = join(process.cwd(), '../shared/captures');
const ROOT = existsSync(SHARED) ? SHARED : OWN;
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 11 + 3);
/** Larger scenarios say nothing that smaller ones do not, and take long. */
const MOST_OCTETS = 60_000_000;

const scenarios = readdirSync(ROOT, { withFileTypes: true })
  .filter((d) => d.isDirectory() && existsSync(join(ROOT, d.name, 'truth.json')))
  .map((d) => ({ name: d.name, files: captureFiles(join(ROOT, d.name)), texts: contextFiles(join(ROOT, d.name)) }))
  .filter(({ files }) => files.length > 0 && files.reduce((sum, f) => sum + statSync(f).size, 0) < MOST_OCTETS);

function captureFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((f) => /\.pcap(ng)?(\.gz)?$/.test(f))
    .map((f) => join(dir, f));
}

function contextFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((f) => /\.(txt|log|ya?ml)$/.test(f))
    .sort()
    .map((f) => join(dir, f));
}

/** Kinds and counts, without addresses. */
const kinds = (items: readonly Counted[]): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const { kind, count } of items) found[kind] = (found[kind] ?? 0) + count;
  return found;
};
const shape = (analysis: Analysis) => {
  const side = sideOf(analysis);
  return {
    main: analysis.diagnosis.findings[0]?.kind ?? null,
    findings: kinds(side.findings),
    leaks: kinds(side.leaks),
    resets: kinds(side.resets),
  };
};

async function opened(contents: IncidentContents): Promise<Analysis> {
  // Through the file, as it travels.
  const read = await readIncidentFile(await writeIncidentFile(contents));
  if (!read.ok) throw new Error(read.error.kind);
  const { taps, context } = await reopen(read.value);
  return analyze(buildWorkspace(taps), { context });
}

describe('the analysis of what leaves', () => {
  test.each(scenarios)(
    '$name: says the same without payload, addresses, names and times',
    async ({ files, texts }) => {
      const taps: Tap[] = [];
      const sources = files.map((f) => [bytesSource(f, new Uint8Array(readFileSync(f)))]);
      for (const [i, of] of sources.entries()) {
        const opened = await openCapture(of, { tapId: tapId(i) });
        if (!opened.ok) throw new Error(opened.error.kind);
        taps.push(opened.value);
      }
      const context = readContext(await readTexts(texts), parseYaml);
      const analysis = analyze(buildWorkspace(taps), { context });
      const input = {
        analysis,
        document: { ...EMPTY_DOCUMENT, captures: captureOrigins(analysis) },
        captures: countCaptures(taps),
        sources,
        choices: STRICT_CHOICES,
        key: KEY,
        render: (says: Sentence) => says.id,
      };
      const prepared = await prepareShare({ ...input, packets: 'all' });
      expect(prepared.gathered.unreadable).toBe(0);
      const again = await opened(prepared.redacted.contents);
      expect(shape(again)).toEqual(shape(analysis));
      // Compared with itself as it left, nothing appeared and nothing went away.
      const { appeared, gone } = compareSides(sideOf(analysis), sideOf(again));
      expect([appeared, gone]).toEqual([[], []]);
      // What the files of the node say of the packets weighs as much for whoever opens it.
      expect(again.context.files.map((f) => f.kind)).toEqual(context.files.map((f) => f.kind));
      const told = (a: Analysis) => a.diagnosis.findings.map((f) => [f.kind, f.confidence, f.evidence.map((e) => e.says.id)]);
      expect(told(again)).toEqual(told(analysis));
      // What travels unless asked otherwise is enough for whoever opens it to be told the same.
      const lean = await prepareShare({ ...input, packets: 'findings' });
      expect(shape(await opened(lean.redacted.contents)).main).toBe(shape(analysis).main);
    },
    60_000,
  );
});
