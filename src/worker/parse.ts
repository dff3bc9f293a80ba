// One capture point: its files → tables, connections and a summary. Runs in a worker of its own, so that cancelling is ending it.
import { assertNever, err, ok, type Result } from '../base/result.ts';
import type { CaptureError } from '../engine/capture/captureError.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { blobSource } from '../engine/capture/source.ts';
import { analyzeFlows } from '../engine/flow/analyzeFlows.ts';
import type { OpenError, OpenProgress, TapRequest, TapSummary } from './api.ts';
import { fileDigest } from './digest.ts';
import type { HeldTap } from './session.ts';
import { summarizeTap } from './summarize.ts';

export interface ParsedTap {
  readonly held: HeldTap;
  readonly summary: TapSummary;
}

export async function parseTap(request: TapRequest, onProgress: (p: OpenProgress) => void): Promise<Result<ParsedTap, OpenError>> {
  const opened = await openCapture(
    request.files.map((file) => blobSource(file.name, file)),
    { tapName: request.name, onProgress: ({ bytes, totalBytes, packets }) => onProgress({ bytes, totalBytes, packets }) },
  );
  if (!opened.ok) return err(openError(opened.error, request));
  const { unread, ...whole } = opened.value;
  const tap = { ...whole, files: whole.files.map((file) => ({ ...file, originalFrames: framesOf(request, file.name) })) };
  const flow = analyzeFlows(tap.packets);
  const files = tap.files.map((f) => request.files.find((file) => file.name === f.name) ?? (request.files[0] as File));
  const digests = await Promise.all(files.map(fileDigest));
  const summary = summarizeTap({
    key: request.key,
    name: request.name,
    files: tap.files,
    digests,
    packets: tap.packets,
    connections: flow.connections,
    unread: unread.map((error) => openError(error, request)),
  });
  return ok({ held: { tap, flow, files }, summary });
}

function framesOf(request: TapRequest, name: string): Uint32Array | undefined {
  return request.frames?.[request.files.findIndex((file) => file.name === name)] ?? undefined;
}

function openError(error: CaptureError, request: TapRequest): OpenError {
  switch (error.kind) {
    case 'notACapture':
      return { kind: 'notACapture', file: error.name, looksLike: error.looksLike };
    case 'empty':
      return { kind: 'empty', file: error.name };
    case 'unsupported':
      return { kind: 'unsupported', file: error.name, detail: error.what };
    case 'unreadable':
      return { kind: 'unreadable', file: error.name, detail: error.reason };
    case 'outOfMemory':
      return { kind: 'noMemory', file: error.name };
    case 'cancelled':
      return { kind: 'cancelled', file: request.name };
    default:
      return assertNever(error);
  }
}
