// Reads an incident file: everything in it may be damaged or hostile.
import { err, ok, type Result } from '../../base/result.ts';
import { concat } from '../../engine/capture/pcapngWriter.ts';
import { type DocumentError, readDocument } from '../codec.ts';
import { MAX_FILE_JSON, MAX_PACKETS } from '../limits.ts';
import type { PacketPlace } from '../model.ts';
import { type RawBlock, readBlocks, readOptions } from './blocks.ts';
import type { IncidentContents, IncidentInterface, IncidentPacket } from './contents.ts';
import { type InflateError, inflate } from './deflate.ts';
import { CONTAINER_VERSION, DOCUMENT_BLOCK, type DocumentPart, parseDocumentPart } from './documentBlock.ts';
import { OWN_COMMENT } from './packetComments.ts';

const SECTION = 0x0a0d0d0a;
/** Octets of an incident file that are read at most: it is held in memory as a whole. */
export const MAX_INCIDENT_FILE = 1024 * 1024 * 1024;

export type IncidentError =
  | { readonly kind: 'notAnIncident' }
  | { readonly kind: 'fileTooLarge'; readonly octets: number; readonly limit: number }
  /** The document lies in several blocks and not all of them are there. */
  | { readonly kind: 'documentIncomplete'; readonly have: number; readonly need: number }
  | { readonly kind: 'newerContainer'; readonly version: number }
  | InflateError
  | DocumentError;

/** What the file should hold and does not. The incident is usable all the same. */
export type IncidentProblem =
  | { readonly kind: 'cutFile'; readonly at: number }
  | { readonly kind: 'packetsMissing'; readonly have: number; readonly need: number }
  | { readonly kind: 'packetUnreadable'; readonly at: number };

export interface ReadIncident extends IncidentContents {
  readonly problems: readonly IncidentProblem[];
}

/** Whether these first octets (128 KiB of them suffice) are of an incident file. The document comes right behind the section header. */
export function startsAsIncident(head: Uint8Array): boolean {
  if (head.length < 28) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(0, true) !== SECTION || view.getUint32(8, true) !== 0x1a2b3c4d) return false;
  const next = view.getUint32(4, true);
  return next >= 28 && next + 4 <= head.length && view.getUint32(next, true) === DOCUMENT_BLOCK;
}

export async function readIncidentFile(bytes: Uint8Array): Promise<Result<ReadIncident, IncidentError>> {
  if (bytes.length > MAX_INCIDENT_FILE) return err({ kind: 'fileTooLarge', octets: bytes.length, limit: MAX_INCIDENT_FILE });
  const { blocks, end } = readBlocks(bytes);
  const [head, ...rest] = blocks;
  if (head?.type !== SECTION || head.body.length < 16 || viewOf(head.body).getUint32(0, true) !== 0x1a2b3c4d)
    return err({ kind: 'notAnIncident' });
  const parts = rest.filter((b) => b.type === DOCUMENT_BLOCK).map((b) => parseDocumentPart(b.body));
  const json = await joinParts(parts.filter((part) => part !== null));
  if (!json.ok) return json;
  const read = readDocument(new TextDecoder().decode(json.value), MAX_FILE_JSON);
  if (!read.ok) return read;
  const problems: IncidentProblem[] = end < bytes.length ? [{ kind: 'cutFile', at: end }] : [];
  const { document, packets: places, inFile } = read.value;
  const tapOf = tapsByCapture(document.taps);
  const { interfaces, packets, total } = collect(rest, places.slice(0, inFile), tapOf, problems);
  if (total < inFile) problems.push({ kind: 'packetsMissing', have: total, need: inFile });
  return ok({ document, interfaces, packets, problems });
}

async function joinParts(parts: readonly DocumentPart[]): Promise<Result<Uint8Array, IncidentError>> {
  const first = parts[0];
  if (!first) return err({ kind: 'notAnIncident' });
  if (first.container > CONTAINER_VERSION) return err({ kind: 'newerContainer', version: first.container });
  const ordered = parts.filter((part, i) => part.part === i && part.parts === first.parts).slice(0, first.parts);
  if (ordered.length < first.parts) return err({ kind: 'documentIncomplete', have: ordered.length, need: first.parts });
  return inflate(concat(ordered.map((part) => part.data)), MAX_FILE_JSON);
}

function tapsByCapture(taps: readonly { readonly captures: readonly number[] }[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [tap, { captures }] of taps.entries()) for (const capture of captures) if (!found.has(capture)) found.set(capture, tap);
  return found;
}

function collect(
  blocks: readonly RawBlock[],
  places: readonly PacketPlace[],
  tapOf: ReadonlyMap<number, number>,
  problems: IncidentProblem[],
) {
  const interfaces: IncidentInterface[] = [];
  const packets: IncidentPacket[] = [];
  let total = 0;
  for (const block of blocks) {
    if (block.type === 1) interfaces.push(parseInterface(block.body));
    else if (block.type === 6 && total < MAX_PACKETS) {
      const place = places[total++];
      const packet = place && parsePacket(block.body, place);
      if (packet && packet.interfaceId < interfaces.length) packets.push(packet);
      else if (problems.length < 100) problems.push({ kind: 'packetUnreadable', at: block.at });
    } else if (block.type === 5) addStatistics(interfaces, block.body);
  }
  const taps = new Map(packets.map((p) => [p.interfaceId, tapOf.get(p.capture) ?? 0]));
  return { interfaces: interfaces.map((spec, i) => ({ ...spec, tap: taps.get(i) ?? i })), packets, total };
}

function parseInterface(body: Uint8Array): IncidentInterface {
  const view = viewOf(body);
  const options = body.length < 8 ? [] : readOptions(body, 8);
  const text = (code: number, skip = 0): string => decode((options.find(([c]) => c === code)?.[1] ?? new Uint8Array()).subarray(skip));
  return {
    tap: 0,
    name: text(2),
    description: text(3),
    linkType: body.length < 8 ? 0 : view.getUint16(0, true),
    snapLength: body.length < 8 ? 0 : view.getUint32(4, true),
    filter: text(11, 1),
    received: null,
    dropped: null,
  };
}

function parsePacket(body: Uint8Array, place: PacketPlace): IncidentPacket | null {
  if (body.length < 20) return null;
  const view = viewOf(body);
  const length = view.getUint32(12, true);
  if (length > body.length - 20) return null;
  const comments = readOptions(body, 20 + ((length + 3) & ~3))
    .filter(([code]) => code === 1)
    .map(([, value]) => decode(value))
    .filter((comment) => !comment.startsWith(OWN_COMMENT));
  return {
    ...place,
    interfaceId: view.getUint32(0, true),
    time: (BigInt(view.getUint32(4, true)) << 32n) | BigInt(view.getUint32(8, true)),
    originalLength: view.getUint32(16, true),
    data: body.subarray(20, 20 + length),
    comments,
  };
}

function addStatistics(interfaces: IncidentInterface[], body: Uint8Array): void {
  if (body.length < 12) return;
  const id = viewOf(body).getUint32(0, true);
  const spec = interfaces[id];
  if (!spec) return;
  const counts = new Map(readOptions(body, 12).filter(([, value]) => value.length === 8));
  const count = (code: number): number | null => {
    const value = counts.get(code);
    return value ? Number(viewOf(value).getBigUint64(0, true)) : null;
  };
  interfaces[id] = { ...spec, received: count(4), dropped: count(5) };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
