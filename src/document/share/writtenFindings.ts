// Findings in words, as a document keeps them.

import { formatEndpoint } from '../../engine/model/address.ts';
import type { Analysis } from '../../engine/model/analysis.ts';
import type { Finding, Sentence } from '../../engine/model/finding.ts';
import type { PacketPlace, WrittenFinding } from '../model.ts';
import { type CaptureIndex, placeOf } from './places.ts';

/** @param render a sentence in the language of the document */
export function writtenFindings(
  analysis: Analysis,
  captures: CaptureIndex,
  render: (says: Sentence) => string,
): WrittenFinding<PacketPlace>[] {
  const { taps } = analysis.workspace;
  return analysis.diagnosis.findings.map((finding) => ({
    kind: finding.kind,
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    title: render(finding.title),
    summary: finding.summary.map(render).join(' '),
    path: pathText(analysis, finding),
    steps: finding.chain.map((step) => ({
      text: render(step.says),
      packets: step.packets.map((packet) => placeOf(taps, captures, packet)).filter((place) => place !== null),
    })),
    rivals: finding.rivals.map((rival) => ({ kind: rival.kind, because: render(rival.because) })),
    remedies: finding.remedies.map((remedy) => [remedy.says, ...remedy.caveats].map(render).join(' ')),
  }));
}

function pathText({ correlation }: Analysis, finding: Finding): string {
  const path = finding.path === null ? undefined : correlation.paths[finding.path];
  if (!path) return '';
  const ends = [path.client, ...(path.service ? [path.service] : []), path.server];
  return ends.map(formatEndpoint).join(' → ');
}
