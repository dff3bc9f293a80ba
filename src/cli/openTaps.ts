// Captures named on the command line → opened taps. `NAME=FILE[,FILE…]` is one tap; a bare file is a tap of its own.
import process from 'node:process';
import { err, ok, type Result } from '../base/result.ts';
import { joinFacts } from '../document/context.ts';
import { formatCaptureError } from '../engine/capture/captureError.ts';
import { type OpenedTap, openCapture, tapNameOf } from '../engine/capture/openCapture.ts';
import { groupRotatedSets } from '../engine/capture/rotatedSets.ts';
import type { CaptureSource } from '../engine/capture/source.ts';
import { frameOf, type Tap } from '../engine/model/capture.ts';
import { type ContextFacts, NO_CONTEXT } from '../engine/model/context.ts';
import type { CorrelationHints } from '../engine/model/correlation.ts';
import { type PacketRef, tapId } from '../engine/model/units.ts';
import { incidentTaps } from './incidentTaps.ts';
import { NODE_INFLATERS } from './nodeInflaters.ts';
import { NODE_CHUNK, type NodeSource, openNodeSource, STDIN } from './nodeSource.ts';
import { printableLine } from './printable.ts';

export interface TapSpec {
  readonly name: string;
  readonly files: readonly string[];
}

/** `envoy=a.pcap,a.pcap1`. @returns null when it is not that */
export function parseTapSpec(text: string): TapSpec | null {
  const at = text.indexOf('=');
  const files = text
    .slice(at + 1)
    .split(',')
    .filter((f) => f !== '');
  return at > 0 && files.length > 0 ? { name: text.slice(0, at), files } : null;
}

/** Bare files: each a tap named after it, but the files of a rotated set are one; a name that is taken gets a number. */
export function tapsOfFiles(files: readonly string[]): TapSpec[] {
  const taken = new Map<string, number>();
  return groupRotatedSets(files).map((set) => {
    const members = set.flatMap((i) => files[i] ?? []);
    const name = members[0] === STDIN ? 'stdin' : tapNameOf(members[0] ?? '');
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return { name: count === 1 ? name : `${name} (${count})`, files: members };
  });
}

/** Opened taps in order, and one sentence for every file that could not be read. */
export interface OpenedTaps {
  readonly taps: readonly Tap[];
  readonly unread: readonly string[];
  /** What the incidents among the files say of the context they were analysed in. */
  readonly context: ContextFacts;
  /** What the reader of the one incident that was given corrected. */
  readonly hints: CorrelationHints;
  /** Where a packet is read again, until `close`. */
  readonly sourceOf: (packet: PacketRef) => CaptureSource | null;
  readonly close: () => Promise<void>;
}

/**
 * Opens all taps, one after another. File names stay as given, so that reports name them as the user did.
 * @returns an error sentence only when not a single file could be read
 */
export async function openTaps(specs: readonly TapSpec[], showProgress = process.stderr.isTTY): Promise<Result<OpenedTaps, string>> {
  const taps: Tap[] = [];
  const open: NodeSource[][] = [];
  const unread: string[] = [];
  let context = NO_CONTEXT;
  let hints: CorrelationHints = {};
  for (const spec of specs) {
    const incident = spec.files.length === 1 ? await incidentTaps(spec.files[0] ?? '') : null;
    if (incident && !incident.ok) unread.push(incident.error);
    if (incident?.ok) context = joinFacts(context, incident.value.context);
    if (incident?.ok && specs.length === 1) hints = incident.value.hints;
    if (incident?.ok)
      for (const [t, tap] of incident.value.taps.entries()) {
        open.push((incident.value.sources[t] ?? []).map((source) => ({ ...source, close: async () => undefined })));
        taps.push({ ...tap, id: tapId(taps.length) });
      }
    if (incident) continue;
    const sources: NodeSource[] = [];
    for (const file of spec.files) {
      const source = await openNodeSource(file);
      if (source.ok) sources.push(source.value);
      else unread.push(source.error);
    }
    if (sources.length === 0) continue;
    const opened = await openCapture(sources, {
      tapName: spec.name,
      tapId: tapId(taps.length),
      chunkSize: NODE_CHUNK,
      inflaters: NODE_INFLATERS,
      ...(showProgress ? { onProgress: (p) => progressLine(spec.name, p.bytes, p.totalBytes, p.packets) } : {}),
    });
    if (showProgress) process.stderr.write('\r\x1b[K');
    if (!opened.ok) {
      for (const source of sources) await source.close();
      unread.push(formatCaptureError(opened.error));
      continue;
    }
    const { unread: left, ...tap }: OpenedTap = opened.value;
    unread.push(...left.map(formatCaptureError));
    taps.push(tap);
    open.push(sources);
  }
  if (taps.length === 0) return err(unread.map(printableLine).join('\n') || 'no capture given');
  return ok({
    taps,
    unread,
    context,
    hints,
    sourceOf: (packet) => {
      const tap = taps[packet.tap];
      if (!tap) return null;
      const { file } = frameOf(tap, packet.row);
      return open[packet.tap]?.find((source) => source.name === file.name) ?? null;
    },
    close: async () => {
      for (const source of open.flat()) await source.close();
    },
  });
}

const progressLine = (name: string, bytes: number, total: number, packets: number): void => {
  const percent = total > 0 ? Math.floor((100 * bytes) / total) : 100;
  process.stderr.write(`\r\x1b[K${printableLine(name)}: ${percent} %, ${packets.toLocaleString('en-US')} packets`);
};
