// Recorded scenarios as records that remember where they come from, so that whatever is done to them their truth can still be told.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bytesSource } from '../engine/capture/source.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import { frameOf } from '../engine/model/capture.ts';
import { type PacketRef, tapId } from '../engine/model/units.ts';
import { analyzeWithBytes } from '../engine/query/analyze.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import { encodePcap, encodePcapng, openSources, type RecordSpec } from './captureFiles.ts';
import { recordsOf } from './rewrap.ts';
import { SCENARIOS, truthOf } from './scenarios.ts';

export interface KnownRecord extends RecordSpec {
  /** The record that it was recorded as: `originOf`. */
  readonly origin: string;
}

export interface KnownCapture {
  readonly point: string;
  readonly linkType: number;
  readonly records: readonly KnownRecord[];
  /** Packets that the file, which is pcapng then, says were dropped. */
  readonly dropped?: number;
}

/** Something that may happen to a set of captures. */
export interface Mishap {
  readonly name: string;
  /** Null where it cannot happen to this set. */
  readonly apply: (captures: readonly KnownCapture[]) => readonly KnownCapture[] | null;
}

export const originOf = ({ file, frame }: { readonly file: string; readonly frame: number }): string => `${file}#${frame}`;

/** Classic files only, plain or gzip. */
export const loadKnown = (scenario: string): readonly KnownCapture[] =>
  truthOf(scenario).captures.map(({ point, files }) => {
    const parts = files.map(({ file }) => {
      const bytes = new Uint8Array(readFileSync(join(SCENARIOS, scenario, file)));
      return { file, ...recordsOf(file.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes) };
    });
    const records = parts.flatMap(({ file, records }) => records.map((r, i) => ({ ...r, origin: originOf({ file, frame: i + 1 }) })));
    return { point, linkType: parts[0]?.shape.linkType ?? 1, records };
  });

/** @returns the analysis, and what its packets were recorded as */
export async function analyzeKnown(
  captures: readonly KnownCapture[],
): Promise<{ readonly analysis: Analysis; readonly origin: (packet: PacketRef) => string }> {
  const sources = captures.map(({ point, records, linkType, dropped }) =>
    bytesSource(
      point,
      dropped !== undefined || records.some((r) => r.lostBefore !== undefined)
        ? encodePcapng(records, { interfaces: [{ linkType }], ...(dropped === undefined ? {} : { dropped }) })
        : encodePcap(records, { linkType }),
    ),
  );
  const taps = await Promise.all(sources.map((s, i) => openSources([s], { tapName: captures[i]?.point ?? '', tapId: tapId(i) })));
  const origin = ({ tap, row }: PacketRef): string => {
    const opened = taps[tap];
    return (opened && captures[tap]?.records[frameOf(opened, row).frame - 1]?.origin) ?? '';
  };
  return { analysis: await analyzeWithBytes(buildWorkspace(taps), (p) => sources[p.tap] ?? null), origin };
}
