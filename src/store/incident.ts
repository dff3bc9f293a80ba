// Which incident is open, which capture files it is about, and whether it is kept.
import { create } from 'zustand';
import type { IncidentProblem } from '../document/file/readIncidentFile.ts';
import { type CaptureOrigin, EMPTY_DOCUMENT, type IncidentDocument, type PacketPlace, type RedactionRecord } from '../document/model.ts';
import type { FramePlace } from '../worker/api.ts';

/** What the page says of keeping. `saved` is said only once the browser has confirmed it. */
export type Keeping =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'saved' }
  /** `missing`: the browser offers no storage; `full`: no room; `refused`: anything else, with its words. */
  | { readonly kind: 'failed'; readonly why: 'missing' | 'full' | 'refused'; readonly detail: string }
  /** Another tab keeps this incident: nothing is written here. */
  | { readonly kind: 'elsewhere' };

/** An incident that this browser remembers. */
export interface RecentIncident {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly captures: readonly CaptureOrigin[];
  readonly notes: number;
  /** The packets are kept with it: nothing needs to be dropped again. */
  readonly hasPackets: boolean;
  /** Its record can't be read: it can be saved as it is, or removed. */
  readonly damaged: boolean;
}

export interface IncidentState {
  readonly id: string | null;
  /** As it was opened: fields that this version does not know are kept here. */
  readonly base: IncidentDocument;
  readonly captures: readonly CaptureOrigin[];
  /** For each capture point by key, the index in `captures` of each of its files. */
  readonly byTap: Readonly<Record<string, readonly number[]>>;
  readonly keeping: Keeping;
  readonly recent: readonly RecentIncident[];
  /** Captures that a remembered incident waits for. */
  readonly awaited: readonly CaptureOrigin[];
  /** Files that carry an awaited capture's name and are not it. */
  readonly unlike: readonly string[];
  /** What the file of the open incident should hold and does not. */
  readonly problems: readonly IncidentProblem[];
  /** The last file that is an incident and could not be opened, and why. */
  readonly refused: { readonly file: string; readonly why: string } | null;
  /** An incident that waits for its passphrase. */
  readonly locked: { readonly bytes: Uint8Array<ArrayBuffer> } | null;
  /** What was removed before the incident was shared with us. */
  readonly redaction: RedactionRecord | null;
  set(part: Partial<Omit<IncidentState, 'set' | 'reset'>>): void;
  reset(): void;
}

const EMPTY = {
  id: null,
  base: EMPTY_DOCUMENT,
  captures: [],
  byTap: {},
  keeping: { kind: 'nothing' },
  awaited: [],
  unlike: [],
  problems: [],
  refused: null,
  locked: null,
  redaction: null,
} as const satisfies Partial<IncidentState>;

export const useIncident = create<IncidentState>()((set) => ({
  ...EMPTY,
  recent: [],
  set: (part) => set(part),
  reset: () => set(EMPTY),
}));

/** Frame of a capture point's file → place in the document; null for a file the document does not know. */
export function toPlace({ byTap }: Pick<IncidentState, 'byTap'>, frame: FramePlace): PacketPlace | null {
  const capture = byTap[frame.key]?.[frame.file];
  return capture === undefined ? null : { capture, frame: frame.frame };
}

/** Place in the document → frame of an open capture point; null while that capture is not open. */
export function toFrame({ byTap }: Pick<IncidentState, 'byTap'>, place: PacketPlace): FramePlace | null {
  for (const [key, captures] of Object.entries(byTap)) {
    const file = captures.indexOf(place.capture);
    if (file >= 0) return { key, file, frame: place.frame };
  }
  return null;
}
