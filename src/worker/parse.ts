// One capture point: its files → tables, connections and a summary. Runs in a worker of its own, so that cancelling is ending it.
import { assertNever, err, ok, type Result } from '../base/result.ts';
import type { CaptureError } from '../engine/capture/captureError.ts';
import { openCapture } from '../engine/capture/openCapture.ts';
import { analyzeFlows } from '../engine/flow/analyzeFlows.ts';
import { asChosen, type CaptureFile } from '../engine/model/capture.ts';
import type { PacketTable } from '../engine/model/packetTable.ts';
import { tapId } from '../engine/model/units.ts';
import type { OpenError, OpenProgress, TapRequest, TapSummary } from './api.ts';
import { fileDigest } from './digest.ts';
import { fileSource } from './fileSource.ts';
import type { HeldTap } from './session.ts';
import { summarizeTap } from './summarize.ts';

export interface ParsedTap {
  readonly held: HeldTap;
  readonly summary: TapSummary;
}

/** From this size on the first packets are shown while the rest is read, octets as stored. */
const SHOW_FIRST = 48 * 1024 * 1024;

/** @param onFirst gets the packets of the first chunk of a large capture: something to draw before it is read */
export async function parseTap(
  request: TapRequest,
  onProgress: (p: OpenProgress) => void,
  onFirst: (held: HeldTap) => void,
): Promise<Result<ParsedTap, OpenError>> {
  const size = request.files.reduce((sum, file) => sum + file.size, 0);
  const opened = await openCapture(
    request.files.map((file) => fileSource(file.name, file)),
    {
      tapName: request.name,
      asWritten: request.frames !== undefined,
      onProgress: ({ bytes, totalBytes, packets }) => onProgress({ bytes, totalBytes, packets }),
      ...(size >= SHOW_FIRST ? { onFirstPackets: (packets) => onFirst(firstOf(request, packets)) } : {}),
    },
  );
  if (!opened.ok) return err(openError(opened.error, request));
  const { unread, ...whole } = opened.value;
  const tap = { ...whole, files: whole.files.map((file) => asChosen(file, framesOf(request, file.name))) };
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

/** A capture point that ends where reading has come to. What only the whole file tells is left open. */
function firstOf(request: TapRequest, packets: PacketTable): HeldTap {
  const file = request.files[0] as File;
  const soFar: CaptureFile = {
    name: file.name,
    size: file.size,
    plainSize: null,
    format: 'pcap',
    compression: null,
    byteOrder: 'little',
    linkTypes: [],
    snapLength: 0,
    firstRow: 0,
    rowCount: packets.length,
    skippedFrames: [],
    udp: 0,
    icmp: 0,
    other: 0,
    cutPackets: 0,
    dropped: null,
    comments: [],
    names: new Map(),
    facts: new Map(),
    problems: [],
  };
  return { tap: { id: tapId(0), name: request.name, files: [soFar], packets }, flow: analyzeFlows(packets), files: [file] };
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
    case 'damaged':
      return { kind: 'damaged', file: error.name, detail: error.reason };
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
