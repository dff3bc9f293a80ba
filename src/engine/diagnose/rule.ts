// What a rule is and what it may answer about one path.
import type { Confidence, Path } from '../model/correlation.ts';
import type { ChainStep, Evidence, NonEmpty, Sentence, Severity } from '../model/finding.ts';
import type { Nanos } from '../model/units.ts';
import type { PathView } from './pathView.ts';
import type { RemedyId } from './remedies.ts';
import type { Scene } from './scene.ts';
import type { Slug } from './slugs.ts';

/** What a rule found on one path. `evidence` can't be empty: no packets, no finding. */
export interface Case {
  /** Where the rule's own title would say too much. */
  readonly title?: Sentence;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** When it struck, reference clock, Nanos since `Workspace.epoch`: what comes later on the path is its consequence. */
  readonly at: Nanos;
  readonly summary: NonEmpty<Sentence>;
  readonly evidence: NonEmpty<Evidence>;
  readonly against?: readonly Evidence[];
  readonly chain: readonly ChainStep[];
  readonly remedies: readonly RemedyId[];
}

/**
 * `notFound.why` is what refutes the rule here, for a reader who would suggest it; null where nobody would.
 * `undecided.missing` says what the captures at hand lack.
 */
export type Judgement =
  | { readonly kind: 'found'; readonly case: Case }
  | { readonly kind: 'notFound'; readonly why: Sentence | null }
  | { readonly kind: 'undecided'; readonly missing: Sentence };

/** Capture points without which the rule can't be decided. */
export type Need = 'client' | 'server' | 'node';

/**
 * How far from the application a cause lies: where two explain the same harm, the deeper one explains the other.
 * 1 the node's connection tracking, 2 IPVS, 3 the network between, 4 handshakes, 5 the ends.
 */
export type Tier = 1 | 2 | 3 | 4 | 5;

export interface Rule {
  readonly slug: Slug;
  readonly tier: Tier;
  readonly needs: readonly Need[];
  /** It explains what nothing that was captured explains otherwise: where captures lose packets, it is no more than possible. */
  readonly isWhatIsLeft?: true;
  /** What a reader would suggest instead of this rule, in that order. */
  readonly rivals: readonly Slug[];
  readonly judge: (view: PathView, scene: Scene) => Judgement;
  /**
   * Can it find anything on a path of which a single RST is all that was captured? Hardly any rule can, and of a scan there may be as many
   * such paths as packets: only those that say so are asked.
   */
  readonly findsInLoneReset?: true;
  /** Can it find anything on this path at all? Asked where only that matters, and why not does not. Absent: it may. */
  readonly mayFind?: (path: Path, scene: Scene) => boolean;
}

export const found = (c: Case): Judgement => ({ kind: 'found', case: c });
export const notFound = (why: Sentence | null = null): Judgement => ({ kind: 'notFound', why });
export const undecided = (missing: Sentence): Judgement => ({ kind: 'undecided', missing });
