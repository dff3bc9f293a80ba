// Everything the engine knows after a run: what the worker holds and what queries, reports, exports and the fleet read.
import type { ContextFacts } from './context.ts';
import type { Correlation, CorrelationHints, Workspace } from './correlation.ts';
import type { Diagnosis } from './finding.ts';
import type { PathReplay, Profile, TrackerSettings } from './verdict.ts';

export interface AnalysisOptions {
  readonly hints?: CorrelationHints;
  /** Pin the kernel profile and settings instead of inferring them. */
  readonly profile?: Profile;
  readonly settings?: TrackerSettings;
  /** What the files beside the captures say. */
  readonly context?: ContextFacts;
}

export interface Analysis {
  readonly workspace: Workspace;
  readonly correlation: Correlation;
  /** By path id; null where the path crosses no NAT. */
  readonly replays: readonly (PathReplay | null)[];
  readonly diagnosis: Diagnosis;
  /** Names, settings, rules, log marks from context files; `NO_CONTEXT` where none were given. */
  readonly context: ContextFacts;
}
