import { expect, test } from 'vitest';
import { analyzeExchange, type Given, OPENED } from '../../testing/diagnoseExchange.ts';
import { ruleOf } from './registry.ts';
import { Scene } from './scene.ts';
import type { Slug } from './slugs.ts';

/** Why a rule does not hold for the first client's connection in an exchange; `found` where it does. */
async function whyNot(slug: Slug, text: string, given: Given = {}): Promise<string> {
  const { workspace, correlation, replays, context } = await analyzeExchange(text, given);
  const scene = new Scene(workspace, correlation, replays, context, given.checksumOf ?? (() => 'unknown'));
  const path = correlation.paths.find((p) => p.client.address === '10.0.1.1');
  if (!path) throw new Error('no connection in the exchange');
  const judgement = ruleOf(slug).judge(scene.view(path), scene);
  return judgement.kind === 'found' ? 'found' : judgement.kind === 'notFound' ? (judgement.why?.id ?? 'nothing') : judgement.missing.id;
}

const FOUR: Given = { taps: 4 };
const OLD = `${OPENED()}
  10ms pilot:pod>client PA seq=10001 len=1448 ipid=7777 ts=5000/1
  11ms <S A seq=11449 len=1448 ts=5001/1
  12ms <S A len=1448 *100/0.1ms ts=5001/1
  40ms <S PA seq=10001 len=1448 ts=5030/1
  41ms C> A ts
  300ms envoy:pod>client PA seq=10001 ack=1201 len=1448 ipid=7777 ts=5000/1
  300.1ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
`;
const GONE = `${OPENED()}
  400s pilot:pod>client envoy+0.2ms:pod>client PA len=1448 ts
  400.0004s envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0
`;
const RESTARTED = `${OPENED()} 5s C> PA len=40 ts\n 5.001s <S R seq=10001 ipid=0`;
const ABORTED = `${OPENED()} 5s C> PA len=40 ts\n 5.001s <S RA ts`;
const GAVE_UP = `${OPENED()} 10ms <S A len=1448 *10/0.1ms ts\n 10.5ms C> RA ts`;
const NODE = `${OPENED()} 1000s C>| PA seq=1201 len=40 ts\n 1000.00006s nin:svc>client envoy+0.05ms:svc>client R seq=10001 ipid=0 ttl=64`;
const BACKUP = `${OPENED()} 100ms |<S PA len=1448 *10/0.01ms ts\n ${[0.3, 0.7, 1.5, 3.1].map((t) => `${t}s |<S PA seq=10001 len=1448 ts`).join('\n')}`;
const REFUSED = '0ms C> S seq=1000 win=64240 ws=7 ts\n 1ms <S RA seq=0 ack=1001';
const VOID = `${OPENED()} ${[0, 0.2, 0.6, 1.4].map((t) => `${600 + t}s C>| PA seq=1201 len=40 ts`).join('\n')}`;
const STOPPED = `${OPENED()} ${[0, 0.2, 0.6, 1.4].map((t) => `${0.02 + t}s C>| PA seq=1201 len=40 ts`).join('\n')}`;
const RACE = `${OPENED()}
  3s <S FA ts
  3.001s C> A ts
  4s C> PA seq=1201 ack=10002 len=300 ts
  4.0005s <S R seq=10002 ipid=0`;
const LOST_SYN = (rest: string): string => `${OPENED('2')}
  1s C>| S seq=1000 win=64240 mss=1460 ws=7 sackok ts
  2s C>${rest} S seq=1000 win=64240 mss=1460 ws=7 sackok ts
  5s C2> PA len=3 ts\n 5.001s <S2 A ts`;

/** The rule a reader would suggest, the exchange in which it is wrong, and what refutes it there. */
const TABLE: readonly (readonly [Slug, string, string, Given?])[] = [
  ['leak-old-segment', GONE, 'not.old-segment.position'],
  ['leak-old-segment', RESTARTED, 'not.old-segment.none'],
  ['leak-late-ack', GONE, 'not.late-ack.current'],
  ['leak-unseen-ack', OLD, 'not.unseen-ack.single'],
  ['leak-beyond-window', OLD, 'not.beyond-window.inside'],
  ['leak-entry-gone', OLD, 'not.entry-gone.alive'],
  ['leak-entry-gone', RESTARTED, 'not.entry-gone.noLeak'],
  ['stall-entry-gone', BACKUP, 'not.stall-entry-gone.answers'],
  ['stall-entry-gone', STOPPED, 'not.stall-entry-gone.noSilence', FOUR],
  ['reset-by-node', RESTARTED, 'not.reset-by-node.server'],
  ['reset-by-node', GAVE_UP, 'not.reset-by-node.client'],
  ['stall-invalid-dropped', BACKUP, 'not.stall-dropped.size'],
  ['stall-invalid-dropped', OLD, 'not.stall-dropped.noStall'],
  ['reply-bypasses-nat', OLD, 'not.bypass.translated'],
  ['half-closed-expired', GONE, 'not.half-closed.open'],
  ['entry-shortened-by-reset', GONE, 'not.shortened.noReset'],
  ['syn-meets-live-entry', RESTARTED, 'not.syn-live.synAck'],
  ['nat-port-clash', RESTARTED, 'not.lostSyn.arrived'],
  ['early-demux', NODE, 'not.demux.noSocket', FOUR],
  ['early-demux', RESTARTED, 'not.demux.forwarded', FOUR],
  ['conntrack-bypassed', OLD, 'not.bypassed.explained'],
  ['parallel-handling', OLD, 'not.parallel.invalid'],
  ['rebalanced-entry-gone', RESTARTED, 'not.rebalanced.same'],
  ['ipvs-port-changed', RESTARTED, 'not.port-changed.same'],
  ['ipvs-idle-expired', RESTARTED, 'not.ipvs-idle.server'],
  ['ipvs-idle-expired', OLD, 'not.ipvs-idle.gap'],
  ['ipvs-reply-after-expiry', GONE, 'not.ipvs-reply.gap'],
  ['ipvs-reply-after-expiry', OLD, 'not.ipvs-reply.noSilence'],
  ['ipvs-backend-removed-silent', VOID, 'not.removed-silent.silence', FOUR],
  ['ipvs-backend-removed-silent', RESTARTED, 'not.removed-silent.answer'],
  ['ipvs-backend-removed-reset', NODE, 'not.removed-reset.silence', FOUR],
  ['ipvs-backend-removed-reset', RESTARTED, 'not.ipvs-idle.server'],
  ['ipvs-dying-backend', REFUSED, 'not.dying.fresh'],
  ['connection-refused', RESTARTED, 'not.refused.later'],
  ['server-restarted', OLD, 'not.restarted.leak'],
  ['server-restarted', NODE, 'not.restarted.absent', FOUR],
  ['server-restarted', ABORTED, 'not.restarted.live'],
  ['server-restarted', RACE, 'not.restarted.fin'],
  ['server-aborted', OLD, 'not.server-aborted.leak'],
  ['server-aborted', RESTARTED, 'not.server-aborted.plain'],
  ['server-aborted', GAVE_UP, 'not.server-aborted.direction'],
  ['server-aborted', NODE, 'not.server-aborted.absent', FOUR],
  ['forged-reset', OLD, 'not.forged.genuine'],
  ['forged-reset', NODE, 'not.forged.node', FOUR],
  ['keepalive-race', RACE, 'not.race.acked'],
  ['keepalive-race', RESTARTED, 'not.race.noFin'],
  ['endpoint-terminating', ABORTED, 'not.terminating.single'],
  ['syn-cookies-failed', RESTARTED, 'not.cookies.worked'],
  ['client-aborted', OLD, 'not.client-aborted.leak'],
  ['client-aborted', ABORTED, 'not.client-aborted.direction'],
  ['time-wait-reuse', RESTARTED, 'not.timewait.synAck'],
  [
    'mtu-black-hole',
    `${OPENED()}\n 50ms <S PA len=1448 ts\n${BACKUP.replace(OPENED(), '').replaceAll('seq=10001', 'seq=11449')}`,
    'not.mtu.largePassed',
  ],
  ['keepalive-failed', ABORTED, 'not.keepalive.none'],
  ['middlebox-idle-timeout', VOID, 'not.middlebox-idle.atNode', FOUR],
];

test.each(TABLE.map(([slug, text, why, given]) => ({ slug, text, why, given })))(
  '$slug is refuted: $why',
  async ({ slug, text, why, given }) => {
    expect(await whyNot(slug, text, given)).toBe(why);
  },
);

test('a lost SYN is no port clash where the client’s address stays, and no full table where only one is lost', async () => {
  expect(await whyNot('nat-port-clash', LOST_SYN(''), FOUR)).toBe('not.port-clash.noSnat');
  expect(await whyNot('nat-port-clash', LOST_SYN('|'), FOUR)).toBe('not.port-clash.never');
  expect(await whyNot('table-full', LOST_SYN('|'), FOUR)).toBe('not.table-full.few');
  expect(await whyNot('ipvs-connect-delay', LOST_SYN(''), FOUR)).toBe('not.connect-delay.fresh');
});

test('without the handshake the scale is unknown: a leak beyond the window is only possible', async () => {
  const { diagnosis } = await analyzeExchange(`
    10ms C> PA seq=1001 ack=9001 len=200 ts
    11ms <S PA seq=9001 ack=1201 len=100 *5/1ms ts
    20ms C> A ts
    100ms pilot:pod>client envoy+0.2ms:pod>client PA seq=209001 ack=1201 len=1200 ts
    100.4ms envoy:client>pod pilot+0.2ms:client>pod R seq=1201 ipid=0`);
  const leak = diagnosis.findings.find((f) => f.kind === 'leak-beyond-window');
  expect(leak?.confidence).toBe('possible');
  expect(leak?.against.map((e) => e.says.id)).toEqual(['ev.scaleUnknown']);
});
