// What the reader adds and corrects: every edit can be undone. What of it is kept where is `keeping.ts`; where pins lie on screen is `pins.ts`.
import { temporal } from 'zundo';
import { create, useStore } from 'zustand';
import type { Highlight, IncidentDocument, LaneRecord, Note, PacketPlace, Pin, StoryStep, View } from '../document/model.ts';
import type { TapPosition } from '../engine/model/correlation.ts';

export interface Annotations {
  readonly title: string;
  readonly summary: string;
  readonly notes: readonly Note<PacketPlace>[];
  readonly highlights: readonly Highlight<PacketPlace>[];
  readonly lanes: readonly LaneRecord[];
  readonly laneOrder: readonly string[] | null;
  readonly story: readonly StoryStep<PacketPlace>[];
}

/** A clock set by hand: nanoseconds ahead of that of the capture point `against`. */
export interface PinnedOffset {
  readonly offset: number;
  readonly against: string;
}

/** What the reader knows better than the packets say. By the page's own keys of capture points: as the document has it in `arrangement.ts`. */
export interface Corrections {
  /** Capture points from client to server, those that were put in order; null: as the packets say. */
  readonly tapOrder: readonly string[] | null;
  readonly offsets: Readonly<Record<string, PinnedOffset>>;
  /** Where capture points lie, those that were placed. */
  readonly positions: Readonly<Record<string, TapPosition>>;
}

export interface AnnotationsState extends Annotations, Corrections {
  setTitle(title: string): void;
  setSummary(summary: string): void;
  /** @returns the id of the new note */
  addNote(pin: Pin<PacketPlace>, text: string): string;
  editNote(id: string, text: string): void;
  removeNote(id: string): void;
  /** Sets or takes away a highlight. */
  toggleHighlight(pin: Pin<PacketPlace>): void;
  setLanes(lanes: readonly LaneRecord[], laneOrder: readonly string[] | null): void;
  addStep(view: View<PacketPlace>, text: string): void;
  editStep(id: string, part: Partial<Pick<StoryStep<PacketPlace>, 'text' | 'view'>>): void;
  removeStep(id: string): void;
  moveStep(id: string, by: -1 | 1): void;
  /** One step to undo, with the order of lanes that goes with it. */
  correct(part: Partial<Corrections & Pick<Annotations, 'laneOrder'>>): void;
  /** Replaces all annotations and forgets what could be undone. */
  load(annotations: Annotations): void;
}

export const NO_ANNOTATIONS: Annotations = { title: '', summary: '', notes: [], highlights: [], lanes: [], laneOrder: null, story: [] };

export const NO_CORRECTIONS: Corrections = { tapOrder: null, offsets: {}, positions: {} };

/** Edits that can be undone. */
const HISTORY = 200;
const newId = (): string => crypto.randomUUID().slice(0, 8);
const partOf = ({ title, summary, notes, highlights, lanes, laneOrder, story }: Annotations): Annotations => ({
  title,
  summary,
  notes,
  highlights,
  lanes,
  laneOrder,
  story,
});
type Edits = Annotations & Corrections;
const editsOf = (s: Edits): Edits => ({ ...partOf(s), tapOrder: s.tapOrder, offsets: s.offsets, positions: s.positions });
const samePin = (a: Pin<PacketPlace>, b: Pin<PacketPlace>): boolean => JSON.stringify(a) === JSON.stringify(b);
const KEYS = ['title', 'summary', 'notes', 'highlights', 'lanes', 'laneOrder', 'story'] as const;
export const sameAnnotations = (a: Annotations, b: Annotations): boolean => KEYS.every((key) => a[key] === b[key]);
export const sameCorrections = (a: Corrections, b: Corrections): boolean =>
  a.tapOrder === b.tapOrder && a.offsets === b.offsets && a.positions === b.positions;
/** Whether nothing was edited between two states. */
export const sameEdits = (a: Edits, b: Edits): boolean => sameAnnotations(a, b) && sameCorrections(a, b);

export const useAnnotations = create<AnnotationsState>()(
  temporal<AnnotationsState, [], [], Edits>(
    (set) => ({
      ...NO_ANNOTATIONS,
      ...NO_CORRECTIONS,
      setTitle: (title) => set((s) => (s.title === title ? s : { title })),
      setSummary: (summary) => set((s) => (s.summary === summary ? s : { summary })),
      addNote: (pin, text) => {
        const id = newId();
        set((s) => ({ notes: [...s.notes, { id, pin, text, changed: Date.now() }] }));
        return id;
      },
      editNote: (id, text) =>
        set((s) =>
          s.notes.some((n) => n.id === id && n.text !== text)
            ? { notes: s.notes.map((n) => (n.id === id ? { ...n, text, changed: Date.now() } : n)) }
            : s,
        ),
      removeNote: (id) => set((s) => ({ notes: s.notes.filter((n) => n.id !== id) })),
      toggleHighlight: (pin) =>
        set((s) => {
          const rest = s.highlights.filter((h) => !samePin(h.pin, pin));
          return { highlights: rest.length < s.highlights.length ? rest : [...rest, { id: newId(), pin }] };
        }),
      setLanes: (lanes, laneOrder) => set({ lanes, laneOrder }),
      addStep: (view, text) => set((s) => ({ story: [...s.story, { id: newId(), text, view }] })),
      editStep: (id, part) => set((s) => ({ story: s.story.map((step) => (step.id === id ? { ...step, ...part } : step)) })),
      removeStep: (id) => set((s) => ({ story: s.story.filter((step) => step.id !== id) })),
      moveStep: (id, by) =>
        set((s) => {
          const from = s.story.findIndex((step) => step.id === id);
          const to = from + by;
          if (from < 0 || to < 0 || to >= s.story.length) return s;
          const story = [...s.story];
          [story[from], story[to]] = [story[to]!, story[from]!];
          return { story };
        }),
      correct: (part) => set(part),
      load: (annotations) => {
        set(partOf(annotations));
        useAnnotations.temporal.getState().clear();
      },
    }),
    { partialize: editsOf, equality: sameEdits, limit: HISTORY },
  ),
);

export const undo = (): void => useAnnotations.temporal.getState().undo();
export const redo = (): void => useAnnotations.temporal.getState().redo();
/** What nobody did, so that there is nothing to undo. */
export function unrecorded(change: () => void): void {
  const history = useAnnotations.temporal.getState();
  history.pause();
  change();
  history.resume();
}
/** Whether there is something to undo, and to redo. */
export const useHistory = (): readonly [boolean, boolean] => [
  useStore(useAnnotations.temporal, (s) => s.pastStates.length > 0),
  useStore(useAnnotations.temporal, (s) => s.futureStates.length > 0),
];

export const annotationsOf = (document: IncidentDocument): Annotations => partOf(document);
