// The case around a leaked packet, told alike by all rules that explain leaks: sent, passed untranslated, answered by a RST, and what that did.
import { formatEndpoint } from '../model/address.ts';
import type { Leak, Reset } from '../model/correlation.ts';
import type { ChainStep, Evidence, NonEmpty, Sentence, Severity } from '../model/finding.ts';
import { evidence, laterResets, origin, step, who } from './kit.ts';
import type { LeakReading } from './leakReading.ts';
import type { PathView } from './pathView.ts';
import { say } from './wording/render.ts';

export interface LeakStory {
  readonly severity: Severity;
  /** Second sentence of the summary: what the leak did. */
  readonly outcome: Sentence;
  readonly evidence: NonEmpty<Evidence>;
  readonly chain: readonly ChainStep[];
  /** The RST that answered the leak and killed, if one did. */
  readonly killer: Reset | null;
  readonly at: number;
}

/** Tells a leak. @param judged what the node's tracker made of it: the step between sending and leaking */
export function leakStory(view: PathView, reading: LeakReading, judged: Sentence): LeakStory | null {
  const { leak } = reading;
  const [seen] = leak.packets;
  if (!seen) return null;
  const answers = view.resets.filter((r) => view.leakOf(r) === leak);
  const killer = answers.find((r) => r.effect === 'kills') ?? null;
  const ends = who(view);
  const leaked = { source: formatEndpoint(leak.source), expected: formatEndpoint(leak.expectedSource ?? view.path.service ?? leak.source) };
  const list: [Evidence, ...Evidence[]] = [evidence(seen, say('ev.leaked', leaked))];
  if (leak.sentAs) list.push(evidence(leak.sentAs, say('ev.sentAs', { server: ends.server })));
  if (leak.twin) list.push(evidence(leak.twin, say('ev.twin')));
  for (const reset of (killer ? [killer] : answers).slice(0, 2)) {
    const first = origin(reset);
    if (first)
      list.push(
        evidence(first, say(reset.effect === 'kills' ? 'ev.resetKills' : 'ev.resetIgnored', { from: formatEndpoint(reset.source) })),
      );
  }
  const severity: Severity = killer ? 'critical' : 'warning';
  return {
    severity,
    outcome: say(killer ? 'out.leakKilled' : answers.length ? 'out.leakIgnored' : 'out.leakUnanswered', ends),
    evidence: list,
    chain: chainOf(view, leak, answers, killer, judged),
    killer,
    at: view.time(leak.journey),
  };
}

function chainOf(view: PathView, leak: Leak, answers: readonly Reset[], killer: Reset | null, judged: Sentence): ChainStep[] {
  const ends = who(view);
  const chain: ChainStep[] = [];
  if (leak.sentAs) {
    const says =
      leak.length > 0 ? say('step.sent', { server: ends.server, bytes: leak.length }) : say('step.sentAck', { server: ends.server });
    chain.push(step(says, [leak.sentAs]));
  }
  if (leak.held !== null && leak.held > 0) chain.push(step(say('step.held', { held: leak.held }), [leak.sentAs, ...leak.packets]));
  if (leak.twin) chain.push(step(say('step.twin'), [leak.twin]));
  chain.push(step(judged, leak.packets));
  chain.push(step(say('step.leaked', { client: ends.client, source: formatEndpoint(leak.source) }), leak.packets));
  const told = killer ?? answers[0];
  if (told) {
    chain.push(step(say('step.clientReset', { client: ends.client, source: formatEndpoint(leak.source) }), told.packets));
    chain.push(step(say(killer ? 'step.serverTook' : 'step.serverIgnored', { server: ends.server }), told.packets.slice(-1)));
  }
  if (killer) chain.push(...aftermath(view, killer));
  return chain;
}

/** What follows a RST that killed the server's side: its host answers what still arrives, and one such RST tells the client. */
export function aftermath(view: PathView, killer: Reset): ChainStep[] {
  const later = laterResets(view, view.resetTime(killer)).filter((r) => r.direction !== killer.direction);
  const end = later.find((r) => r.effect === 'kills');
  const steps: ChainStep[] = [];
  if (later.length > 0)
    steps.push(
      step(
        say('step.serverAnswers', { server: who(view).server, n: later.length }),
        later.slice(0, 20).flatMap((r) => r.packets),
      ),
    );
  if (end) steps.push(step(say('step.clientTold', { client: who(view).client }), end.packets));
  return steps;
}
