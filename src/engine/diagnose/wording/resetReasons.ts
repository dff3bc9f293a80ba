// The sentence of each reason for what is said of a RST. Numbers stay as on the wire, ungrouped: people look them up.
import { assertNever } from '../../../base/result.ts';
import type { ResetReason } from '../../model/correlation.ts';
import type { Sentence } from '../../model/finding.ts';
import { say } from './render.ts';

export function resetReason(reason: ResetReason): Sentence {
  switch (reason.kind) {
    case 'unseenNearer':
      return say(`reset.unseenNearer.${reason.end}`, { tap: reason.tap });
    case 'seenFirstSameSide':
    case 'unseenIncomplete':
    case 'seenFirst':
    case 'seenFirstBeside':
      return say(`reset.${reason.kind}`, { tap: reason.tap });
    case 'otherTtl':
    case 'fewerHops':
      return say(`reset.${reason.kind}.${reason.end}`, { ttl: String(reason.ttl), usual: String(reason.usual) });
    case 'sameTtl':
      return say(`reset.sameTtl.${reason.end}`, { ttl: String(reason.ttl) });
    case 'noTtl':
    case 'sentOn':
      return say(`reset.${reason.kind}.${reason.end}`);
    case 'exactNext':
    case 'finInCloseWait':
    case 'edgeOfHeld':
      return say(`reset.${reason.kind}`, { seq: String(reason.seq) });
    case 'beyondNext':
    case 'belowNext':
      return say(`reset.${reason.kind}`, { octets: String(reason.octets) });
    case 'notSeenToArrive':
    case 'noConnection':
    case 'notSeenAtReceiver':
    case 'alreadyDead':
    case 'alreadyClosing':
    case 'refusesOpening':
    case 'notForTheSyn':
    case 'nothingElseCaptured':
    case 'olderConnection':
      return say(`reset.${reason.kind}`);
    default:
      return assertNever(reason);
  }
}
