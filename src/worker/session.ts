// What the engine worker holds: the capture points, and the analysis in force. Never crosses to the page.
import type { ContextText } from '../engine/diagnose/context/readContext.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import type { Tap } from '../engine/model/capture.ts';
import type { FlowAnalysis } from '../engine/model/connection.ts';
import type { ContextFacts } from '../engine/model/context.ts';

/** A capture point with its connections and the files its packets are read again from. */
export interface HeldTap {
  readonly tap: Tap;
  readonly flow: FlowAnalysis;
  /** Parallel to `tap.files`. */
  readonly files: readonly File[];
}

export interface Session {
  readonly held: Map<string, HeldTap>;
  /** Context files by the page's key: their text, or what an incident kept of one. */
  readonly context: Map<string, ContextText | ContextFacts>;
  /** Keys in the order of `analysis.workspace.taps`. */
  keys: readonly string[];
  analysis: Analysis | null;
  revision: number;
}

export const createSession = (): Session => ({ held: new Map(), context: new Map(), keys: [], analysis: null, revision: 0 });
