// The sentence of how a connection ended.
import { assertNever } from '../../../base/result.ts';
import type { Ending } from '../../model/connectionList.ts';
import type { Sentence } from '../../model/finding.ts';
import { say } from './render.ts';

export function endingSentence({ close, closedBy, halfOpen }: Ending): Sentence {
  switch (close) {
    case 'half-open':
      return halfOpen === null || halfOpen.why === 'embryonic' ? say('end.embryonic') : say(`end.${halfOpen.why}.${halfOpen.heldBy}`);
    case 'reset':
      return say(`end.reset.${closedBy ?? 'unknown'}`);
    case 'half-closed':
      return say(closedBy === 'client' ? 'end.half-closed.client' : 'end.half-closed.server');
    case 'fin':
    case 'unanswered':
    case 'timed-out':
    case 'open':
      return say(`end.${close}`);
    default:
      return assertNever(close);
  }
}
