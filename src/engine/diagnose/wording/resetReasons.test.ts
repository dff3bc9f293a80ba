// The report's English clauses stay as they always were; every reason has a Chinese one.
import { expect, test } from 'vitest';
import type { ResetReason } from '../../model/correlation.ts';
import { renderSentence } from './render.ts';
import { resetReason } from './resetReasons.ts';

const CLAUSES: readonly (readonly [ResetReason, string])[] = [
  [{ kind: 'unseenNearer', tap: 'envoy', end: 'client' }, 'not seen at envoy, which lies nearer to the client'],
  [{ kind: 'unseenIncomplete', tap: 'pilot' }, 'not seen at pilot, which missed other packets too'],
  [{ kind: 'seenFirstSameSide', tap: 'pilot' }, 'first seen at pilot on the same side of the NAT'],
  [{ kind: 'seenFirstBeside', tap: 'node' }, 'seen first at node, a little way off: nothing is answered at once there'],
  [{ kind: 'seenFirst', tap: 'pilot' }, 'seen first at pilot'],
  [{ kind: 'otherTtl', ttl: 64, usual: 63, end: 'client' }, "TTL 64 where the client's packets have 63"],
  [{ kind: 'fewerHops', ttl: 64, usual: 62, end: 'server' }, "TTL 64: fewer hops than the server's 62"],
  [{ kind: 'sameTtl', ttl: 64, end: 'server' }, "TTL 64 equals the server's"],
  [{ kind: 'noTtl', end: 'client' }, 'no other packet of the client to compare its TTL with'],
  [
    { kind: 'sentOn', end: 'server' },
    'the server goes on with the connection afterwards, which no socket does that has sent a RST with its own numbers',
  ],
  [{ kind: 'exactNext', seq: 1_431_433_900 }, 'its number 1431433900 is exactly the next expected'],
  [
    { kind: 'edgeOfHeld', seq: 70 },
    'its number 70 is the end of what the receiver holds beyond a gap: Linux accepts it where SACK is in use',
  ],
  [{ kind: 'finInCloseWait', seq: 4_294_967_295 }, "its number 4294967295 is the FIN's, accepted in CLOSE_WAIT"],
  [{ kind: 'beyondNext', octets: 12_345 }, 'its number is 12345 beyond the next expected (RFC 5961)'],
  [{ kind: 'belowNext', octets: 1 }, 'its number is 1 below the next expected'],
  [{ kind: 'notSeenToArrive' }, 'not seen to arrive'],
  [{ kind: 'noConnection' }, 'no such connection at the receiver'],
  [{ kind: 'notSeenAtReceiver' }, 'not seen at the receiver'],
  [{ kind: 'alreadyDead' }, 'the connection was dead already'],
  [{ kind: 'alreadyClosing' }, 'the receiver was closing already (FIN)'],
  [{ kind: 'refusesOpening' }, 'refuses the connection being opened'],
  [{ kind: 'notForTheSyn' }, 'does not acknowledge the SYN'],
  [{ kind: 'nothingElseCaptured' }, 'nothing else of this connection was captured'],
  [{ kind: 'olderConnection' }, 'its number is exactly what the older connection on this port expects'],
];

test.each(CLAUSES)('%o', (reason, english) => {
  expect(renderSentence(resetReason(reason), 'en')).toBe(english);
  expect(renderSentence(resetReason(reason), 'zh')).toMatch(/[一-鿿]/);
});
