// Hand-made captures that no network makes, through the whole analysis: never a throw, and no step of it worse than n log n (A1, A7, A8 of the threat list).
import { expect, test } from 'vitest';
import { encodePcap, enhancedPacketBlock, openBytes, option, pcapngBlock, sectionBlock } from '../../testing/captureFiles.ts';
import { cpuMillis } from '../../testing/cpuMillis.ts';
import { concat, encodeFrame, u16, u32 } from '../../testing/packets.ts';
import { tapId } from '../model/units.ts';
import { analyze } from './analyze.ts';
import { buildWorkspace } from './workspace.ts';

const SYN = 2;
const ACK = 16;
const RST = 4;
/** Of the frame: where TCP starts. */
const TCP = 34;

interface Segment {
  readonly port?: number;
  readonly seq: number;
  readonly ack?: number;
  readonly flags: number;
  readonly isAnswer?: boolean;
}

/** A microsecond apart, sixteen octets of payload, none in what answers. */
function capture(count: number, segmentOf: (i: number) => Segment): Uint8Array {
  const sent = encodeFrame({ src: '10.0.0.1:1000', dst: '10.0.0.2:80', seq: 0, payload: 16 });
  const answer = encodeFrame({ src: '10.0.0.2:80', dst: '10.0.0.1:1000', seq: 0 });
  const bytes = new Uint8Array(24 + count * (16 + sent.length));
  bytes.set(encodePcap([]));
  const view = new DataView(bytes.buffer);
  let at = 24;
  for (let i = 0; i < count; i++) {
    const s = segmentOf(i);
    const frame = s.isAnswer ? answer : sent;
    view.setUint32(at, 1_700_000_000 + Math.floor(i / 1e6), true);
    view.setUint32(at + 4, (i % 1e6) * 1000, true);
    view.setUint32(at + 8, frame.length, true);
    view.setUint32(at + 12, frame.length, true);
    at += 16;
    bytes.set(frame, at);
    view.setUint16(at + TCP + (s.isAnswer ? 2 : 0), s.port ?? 1000);
    view.setUint32(at + TCP + 4, s.seq);
    view.setUint32(at + TCP + 8, s.ack ?? 0);
    view.setUint8(at + TCP + 13, s.flags);
    at += frame.length;
  }
  return bytes.subarray(0, at);
}

async function analyzed(bytes: Uint8Array) {
  const tap = await openBytes(bytes);
  const begun = cpuMillis();
  const analysis = await analyze(buildWorkspace([{ ...tap, id: tapId(0) }]));
  return { analysis, millis: cpuMillis() - begun };
}

test('a tuple used again twenty thousand times', async () => {
  const { analysis, millis } = await analyzed(capture(20_000, (i) => ({ seq: i * 100_000, flags: SYN })));
  expect(analysis.correlation.paths.length).toBe(20_000);
  expect(millis).toBeLessThan(4000);
});

test('as many RSTs on one connection as no call takes arguments', { timeout: 30_000 }, async () => {
  const { analysis, millis } = await analyzed(capture(150_000, (i) => ({ seq: i * 16, flags: RST })));
  expect(analysis.correlation.resets.length).toBe(150_000);
  expect(millis).toBeLessThan(8000);
});

test('one connection on a thousand interfaces of a file', async () => {
  const bytes = encodeFrame({ src: '10.0.0.1:1000', dst: '10.0.0.2:80', seq: 7, payload: 16 });
  const links = Array.from({ length: 1000 }, (_, i) =>
    pcapngBlock(1, [u16(1, true), u16(0), u32(0), option(2, new TextEncoder().encode(`if${i}`)), u32(0)]),
  );
  const packets = Array.from({ length: 10_000 }, (_, i) =>
    enhancedPacketBlock({ time: 0n, bytes, interfaceId: i % 1000 }, BigInt(1_700_000_000_000_000 + i)),
  );
  const { analysis, millis } = await analyzed(concat(sectionBlock(), ...links, ...packets));
  expect(analysis.correlation.paths.length).toBe(1);
  expect(millis).toBeLessThan(2000);
});

test('segments never acknowledged take no longer than three times those that are', { timeout: 30_000 }, async () => {
  const count = 200_000;
  const open = capture(count, (i) => ({ seq: i * 16, flags: ACK }));
  const acked = capture(count, (i) =>
    i % 2 === 0 ? { seq: i * 8, flags: ACK } : { seq: 0, ack: (i + 1) * 8, flags: ACK, isAnswer: true },
  );
  await analyzed(acked);
  // Other work goes on beside this one: a slow try tells nothing.
  let [a, b] = [Infinity, 0];
  for (let i = 0; i < 5 && !(a < 3 * b + 200); i++) [a, b] = [(await analyzed(open)).millis, (await analyzed(acked)).millis];
  expect(a).toBeLessThan(3 * b + 200);
});
