// Document ↔ JSON text: packet references become positions in the packet table, and back; everything from outside is checked.
import * as v from 'valibot';
import { err, ok, type Result } from '../base/result.ts';
import { NO_CONTEXT_RECORD } from './context.ts';
import { mapPackets, packetsOf } from './mapPackets.ts';
import { migrate, type VersionError } from './migrations.ts';
import type { IncidentDocument, PacketPlace } from './model.ts';
import { type JsonError, parseJson } from './parseJson.ts';
import { type StoredDocument, storedDocument } from './schema.ts';

/** `path` names the first field that is wrong, as in `notes.3.pin.packet`. */
export type DocumentError =
  | JsonError
  | VersionError
  | { readonly kind: 'wrongField'; readonly path: string; readonly message: string }
  | { readonly kind: 'wrongReference'; readonly path: string; readonly value: number };

/** A document out of storage, with the places of the packets that came with it (in the order of the file). */
export interface ReadDocument {
  readonly document: IncidentDocument;
  readonly packets: readonly PacketPlace[];
  /** How many of them, from the first on, are in the file itself. */
  readonly inFile: number;
}

const keyOf = (place: PacketPlace): string => `${place.capture}:${place.frame}`;

/**
 * JSON text of a document. `packets` are those of the file it travels with, in the file's order; places that the document mentions and
 * the file lacks are added behind them, so that nothing written is lost.
 */
export function writeDocument(document: IncidentDocument, packets: readonly PacketPlace[] = []): string {
  const places: PacketPlace[] = [...packets];
  const positions = new Map<string, number>();
  for (let i = 0; i < places.length; i++) positions.set(keyOf(places[i] as PacketPlace), i);
  const position = (place: PacketPlace): number => {
    const known = positions.get(keyOf(place));
    if (known !== undefined) return known;
    places.push(place);
    positions.set(keyOf(place), places.length - 1);
    return places.length - 1;
  };
  const stored = mapPackets(document, position);
  return JSON.stringify({
    ...stored,
    packets: { capture: places.map((p) => p.capture), frame: places.map((p) => p.frame), inFile: packets.length },
  });
}

/** A document from JSON text of any version up to this one. */
export function readDocument(text: string, limit: number): Result<ReadDocument, DocumentError> {
  const parsed = parseJson(text, limit);
  if (!parsed.ok) return parsed;
  const current = migrate(parsed.value);
  if (!current.ok) return current;
  // Documents of before these travelled have no such fields.
  const checked = v.safeParse(storedDocument, { context: NO_CONTEXT_RECORD, hints: null, ...current.value }, { abortEarly: true });
  if (!checked.success) {
    const issue = checked.issues[0];
    return err({ kind: 'wrongField', path: v.getDotPath(issue) ?? '', message: issue.message.slice(0, 200) });
  }
  const wrong = wrongReference(checked.output);
  if (wrong) return err(wrong);
  return ok(resolve(checked.output));
}

/** The first reference that points at nothing. */
function wrongReference(stored: StoredDocument): DocumentError | null {
  const { capture, frame } = stored.packets;
  if (capture.length !== frame.length) return { kind: 'wrongReference', path: 'packets.frame', value: frame.length };
  const wrong = (path: string, value: number): DocumentError => ({ kind: 'wrongReference', path, value });
  for (let i = 0; i < capture.length; i++) {
    if ((capture[i] as number) >= stored.captures.length) return wrong(`packets.capture.${i}`, capture[i] as number);
    if ((frame[i] as number) < 1) return wrong(`packets.frame.${i}`, frame[i] as number);
  }
  for (const [t, tap] of stored.taps.entries())
    for (const c of tap.captures) if (c >= stored.captures.length) return wrong(`taps.${t}.captures`, c);
  let bad: DocumentError | null = null;
  for (const packet of packetsOf(typed(stored))) if (packet >= capture.length) bad ??= wrong('packets', packet);
  return bad;
}

function resolve(stored: StoredDocument): ReadDocument {
  const { capture, frame } = stored.packets;
  const packets = capture.map((c, i): PacketPlace => ({ capture: c, frame: frame[i] as number }));
  const { packets: _, ...fields } = mapPackets(typed(stored), (i) => packets[i] ?? null) as IncidentDocument & { packets?: unknown };
  return { document: fields, packets, inFile: Math.min(stored.packets.inFile, packets.length) };
}

/** The schema's own type, seen as the model's: a compile error here means that one of them has moved. */
const typed = (stored: StoredDocument): IncidentDocument<number> => stored;
