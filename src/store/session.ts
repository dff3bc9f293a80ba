// What is open: capture points and their load state, context files, what was left aside, and the state of the analysis.
import { create } from 'zustand';
import type {
  AnalysisSummary,
  AnalyzeError,
  AnalyzeProgress,
  ContextSummary,
  FileKind,
  OpenError,
  OpenProgress,
  TapSummary,
} from '../worker/api.ts';

export type LoadState =
  | { readonly kind: 'waiting' }
  /** `startedAt` is `performance.now()`; `stalled` once nothing was heard for ten seconds. */
  | {
      readonly kind: 'reading';
      readonly progress: OpenProgress;
      readonly startedAt: number;
      readonly stalled: boolean;
      /** The engine holds its first packets already. */
      readonly showable: boolean;
    }
  | { readonly kind: 'ready'; readonly summary: TapSummary }
  | { readonly kind: 'failed'; readonly error: OpenError };

/** One capture point on screen. The clock of the first in the list is the reference. */
export interface TapEntry {
  readonly key: string;
  /** As the user named it, or the file's name without its ending. */
  readonly name: string;
  readonly fileNames: readonly string[];
  readonly size: number;
  readonly load: LoadState;
  /** It was read again as the same file gone on: what is known of its first packets stays. */
  readonly hasGrown?: true;
}

export interface ContextEntry {
  readonly key: string;
  readonly fileName: string;
  readonly summary: ContextSummary;
}

/** A dropped file that was not used, and why. */
export interface LeftAside {
  readonly fileName: string;
  readonly reason:
    | { readonly kind: 'notACapture'; readonly looksLike: FileKind }
    | { readonly kind: 'sameCapture'; readonly as: string }
    | { readonly kind: 'unreadable'; readonly detail: string }
    /** It was being read when the page closed or crashed. */
    | { readonly kind: 'interrupted'; readonly size: number };
}

export type AnalysisState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly progress: AnalyzeProgress | null; readonly stalled: boolean }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: AnalyzeError };

export interface SessionState {
  readonly taps: readonly TapEntry[];
  readonly context: readonly ContextEntry[];
  readonly leftAside: readonly LeftAside[];
  readonly analysis: AnalysisState;
  /** The analysis that views show: stays while a newer one runs. */
  readonly summary: AnalysisSummary | null;
  readonly sample: boolean;
  /** Opened from a shared page or link: no drop targets. */
  readonly readOnly: boolean;
  setTaps(change: (taps: readonly TapEntry[]) => readonly TapEntry[]): void;
  setLoad(key: string, load: LoadState): void;
  set(part: Partial<Pick<SessionState, 'context' | 'leftAside' | 'analysis' | 'summary' | 'sample' | 'readOnly'>>): void;
  reset(): void;
}

const EMPTY = {
  taps: [],
  context: [],
  leftAside: [],
  analysis: { kind: 'none' },
  summary: null,
  sample: false,
  readOnly: false,
} as const satisfies Partial<SessionState>;

export const useSession = create<SessionState>()((set) => ({
  ...EMPTY,
  setTaps: (change) => set((s) => ({ taps: change(s.taps) })),
  setLoad: (key, load) => set((s) => ({ taps: s.taps.map((t) => (t.key === key ? { ...t, load } : t)) })),
  set: (part) => set(part),
  reset: () => set(EMPTY),
}));

/** The page shows the start page until something is open or being opened. */
export const isOpen = (s: SessionState): boolean => s.taps.length > 0;
