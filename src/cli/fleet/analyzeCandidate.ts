// One suspect of the join → the full analysis of its packets, and the incident file if there is something to tell.
import { groupBy } from '../../base/groupBy.ts';
import type { IncidentContents } from '../../document/file/contents.ts';
import { writeIncidentFile } from '../../document/file/writeIncidentFile.ts';
import { mapPackets } from '../../document/mapPackets.ts';
import { type CaptureOrigin, EMPTY_DOCUMENT, type PacketPlace } from '../../document/model.ts';
import { completeDocument } from '../../document/share/completeDocument.ts';
import { gatherContents } from '../../document/share/gatherContents.ts';
import { type CaptureIndex, countCaptures } from '../../document/share/places.ts';
import { writtenFindings } from '../../document/share/writtenFindings.ts';
import { openCapture, tapNameOf } from '../../engine/capture/openCapture.ts';
import { bytesSource, type CaptureSource } from '../../engine/capture/source.ts';
import { nameLookup } from '../../engine/diagnose/names.ts';
import { renderSentence } from '../../engine/diagnose/wording/render.ts';
import { formatEndpoint } from '../../engine/model/address.ts';
import type { Analysis } from '../../engine/model/analysis.ts';
import type { Tap } from '../../engine/model/capture.ts';
import type { Finding, Sentence } from '../../engine/model/finding.ts';
import { tapId } from '../../engine/model/units.ts';
import { analyzeWithBytes } from '../../engine/query/analyze.ts';
import { buildWorkspace } from '../../engine/query/workspace.ts';
import type { CandidateLine } from '../fleet.ts';
import type { CaptureCache } from './captureCache.ts';
import type { OverviewIncident } from './overview.ts';
import { pullPackets } from './pull.ts';

/** What became of a suspect. */
export interface CandidateOutcome {
  readonly candidate: string;
  /** null: the full analysis found nothing critical and no warning. */
  readonly incident: Omit<OverviewIncident, 'href'> | null;
  /** The incident file; null with `incident`. */
  readonly file: Uint8Array | null;
  /** Captures that could not be read any more, one sentence each. */
  readonly unread: readonly string[];
}

interface Part {
  readonly source: CaptureSource;
  readonly origin: CaptureOrigin;
  /** Original frame number of each packet. */
  readonly frames: readonly number[];
}

export async function analyzeCandidate(line: CandidateLine, cache: CaptureCache): Promise<CandidateOutcome> {
  const { points, unread } = await pullPoints(line, cache);
  const taps: Tap[] = [];
  const parts: Part[][] = [];
  for (const [name, of] of points) {
    const opened = await openCapture(
      of.map((p) => p.source),
      { tapName: name, tapId: tapId(taps.length) },
    );
    if (!opened.ok) throw new Error(`packets pulled from ${name} can't be read back: ${opened.error.kind}`);
    taps.push(opened.value);
    parts.push(of);
  }
  if (taps.length === 0) return { candidate: line.candidate, incident: null, file: null, unread };
  const sourceOf = ({ tap, row }: { tap: number; row: number }): CaptureSource | null => {
    const at = taps[tap]?.files.findIndex((f) => row >= f.firstRow && row < f.firstRow + f.rowCount) ?? -1;
    return parts[tap]?.[at]?.source ?? null;
  };
  const analysis = await analyzeWithBytes(buildWorkspace(taps), sourceOf);
  const main = analysis.diagnosis.findings.find((f) => f.severity !== 'info');
  if (!main || main.severity === 'info') return { candidate: line.candidate, incident: null, file: null, unread };
  const { summary, file } = await writeIncident(analysis, main, parts);
  return { candidate: line.candidate, incident: { id: line.candidate, severity: main.severity, ...summary }, file, unread };
}

/** Files of one capture point are one tap, in order of time; points of one name are told apart by their path. */
async function pullPoints(line: CandidateLine, cache: CaptureCache): Promise<{ points: Map<string, Part[]>; unread: string[] }> {
  const unread: string[] = [];
  const points = new Map<string, Part[]>();
  const names = new Set<string>();
  for (const [point, captures] of groupBy(line.captures, (c) => c.point)) {
    const of: Part[] = [];
    for (const capture of captures) {
      const opened = await cache.open(capture.file);
      if (typeof opened === 'string') {
        unread.push(opened);
        continue;
      }
      const pulled = await pullPackets(opened.tap, opened.source, {
        connections: capture.connections,
        firstNs: BigInt(capture.firstNs),
        lastNs: BigInt(capture.lastNs),
      });
      if (!pulled) continue;
      const { size } = opened.source;
      of.push({
        source: bytesSource(capture.file, pulled.bytes),
        origin: { name: capture.file, size, packets: opened.tap.packets.length, sha256: null },
        frames: pulled.frames,
      });
    }
    if (of.length === 0) continue;
    const short = tapNameOf(point);
    points.set(names.has(short) ? point : short, of);
    names.add(short);
  }
  return { points, unread };
}

async function writeIncident(analysis: Analysis, main: Finding, parts: readonly (readonly Part[])[]) {
  const { taps } = analysis.workspace;
  const names = nameLookup(analysis);
  const render = (sentence: Sentence): string => renderSentence(sentence, 'en', names);
  const captures: CaptureIndex = countCaptures(taps);
  const title = render(main.title);
  const summary = main.summary.map(render).join(' ');
  const document = completeDocument(
    { ...EMPTY_DOCUMENT, title, summary, captures: parts.flat().map((p) => p.origin) },
    analysis,
    captures,
    writtenFindings(analysis, captures, render),
  );
  const { contents } = await gatherContents({
    document,
    taps,
    captures,
    sources: parts.map((of) => of.map((p) => p.source)),
    rows: taps.map((tap) => Uint32Array.from({ length: tap.packets.length }, (_, row) => row)),
  });
  const path = main.path === null ? undefined : analysis.correlation.paths[main.path];
  return {
    file: await writeIncidentFile(withOriginalFrames(contents, parts.flat())),
    summary: {
      kind: main.kind,
      title,
      summary,
      client: path ? formatEndpoint(path.client) : '',
      service: path ? formatEndpoint(path.service ?? path.server) : '',
      server: path ? formatEndpoint(path.server) : '',
      taps: taps.map((t) => t.name),
      firstNs: analysis.workspace.epoch + BigInt(Math.round(path?.firstTime ?? 0)),
      lastNs: analysis.workspace.epoch + BigInt(Math.round(path?.lastTime ?? 0)),
    },
  };
}

/** Pulled packets were numbered from 1; the incident names them as the original captures do. */
function withOriginalFrames(contents: IncidentContents, parts: readonly Part[]): IncidentContents {
  const original = ({ capture, frame }: PacketPlace): PacketPlace => ({ capture, frame: parts[capture]?.frames[frame - 1] ?? frame });
  return {
    ...contents,
    document: mapPackets(contents.document, original),
    packets: contents.packets.map((p) => ({ ...p, frame: original(p).frame })),
  };
}
