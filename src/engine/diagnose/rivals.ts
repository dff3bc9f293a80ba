// The explanations that a reader would suggest instead, each with what refutes it here.
import type { Rival } from '../model/finding.ts';
import type { PathView } from './pathView.ts';
import { ruleOf } from './registry.ts';
import type { Rule } from './rule.ts';
import type { Scene } from './scene.ts';
import { say } from './wording/render.ts';

/** Rivals that something refutes; one that nothing speaks for or against is not listed. */
export function rivalsOf(rule: Rule, view: PathView, scene: Scene): readonly Rival[] {
  const rivals: Rival[] = [];
  for (const slug of rule.rivals) {
    const judgement = ruleOf(slug).judge(view, scene);
    if (judgement.kind === 'notFound' && judgement.why) rivals.push({ kind: slug, because: judgement.why });
  }
  const acknowledged = view.path.payloadBytes[0] + view.path.payloadBytes[1];
  if (view.death && rule.tier <= 3 && acknowledged > 0)
    rivals.push({ kind: 'packet-loss', because: say('not.packet-loss', { bytes: acknowledged }) });
  return rivals;
}
