// A router seen through one capture that names no interface: `-i any` in Linux cooked v1, and a mirror port that sees both of its sides.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodePcap, openBytes, type RecordSpec } from '../../testing/captureFiles.ts';
import { conclusions, correlateTaps } from '../../testing/correlateTaps.ts';
import { recordsOf } from '../../testing/rewrap.ts';
import { truthOf } from '../../testing/scenarios.ts';

const SHARED = '../shared/captures';

/** Linux cooked v2 → v1: without the interface index, four octets shorter. */
function cookedV1({ time, bytes, originalLength }: RecordSpec): RecordSpec {
  const old = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const out = new Uint8Array(bytes.length - 4);
  const view = new DataView(out.buffer);
  view.setUint16(0, old.getUint8(10));
  view.setUint16(2, old.getUint16(8));
  view.setUint16(4, old.getUint8(11));
  out.set(bytes.subarray(12, 20), 6);
  view.setUint16(14, old.getUint16(0));
  out.set(bytes.subarray(20), 16);
  return { time, bytes: out, originalLength: (originalLength ?? bytes.length) - 4 };
}

const NODE = ['node-envoy', 'node-pilot'];
const PODS = ['envoy', 'pilot'];
const load = (name: string, file: string): RecordSpec[] =>
  recordsOf(new Uint8Array(readFileSync(`${SHARED}/${name}/${file}.pcap`))).records;

describe.runIf(existsSync(SHARED))('one capture, both sides of the node', () => {
  test('Linux cooked v1 tells what v2 with its interface index tells', async () => {
    const records = load('node-any', 'node-any');
    const options = { tapName: 'node' };
    const v2 = correlateTaps([await openBytes(encodePcap(records, { linkType: 276, nano: false }), options)]);
    const v1 = correlateTaps([await openBytes(encodePcap(records.map(cookedV1), { linkType: 113, nano: false }), options)]);
    expect(v2.correlation.leaks.length).toBeGreaterThan(0);
    expect(conclusions(v1)).toEqual(conclusions(v2));
  }, 60_000);

  test.each([
    ['ebay-leak-4taps', NODE],
    ['late-ack', NODE],
    ['keepalive-race', NODE],
    ['unseen-ack', NODE],
    ['server-restarted', NODE],
    // Nothing but translated connections, and a RST under a tuple that only one side sees.
    ['ipvs-port-changed-4taps', NODE],
    ['idle-timeout-rebalanced', NODE],
    // The two ends' captures in one file: between the two looks at a packet lies the whole way.
    ['ebay-leak', PODS],
    ['late-ack', PODS],
    ['leak-harmless', PODS],
  ])(
    '%s, captures %s in one file: the leaks and resets of two captures',
    async (name, points) => {
      const two = await Promise.all(
        points.map(async (p) => openBytes(encodePcap(load(name, p), { linkType: 1, nano: false }), { tapName: p })),
      );
      const merged = points.flatMap((p) => load(name, p)).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
      const mirror = await openBytes(encodePcap(merged, { linkType: 1, nano: false }), { tapName: 'mirror' });
      const summary = ({ correlation }: ReturnType<typeof correlateTaps>) => ({
        leaks: correlation.leaks.map((l) => `${l.seq} ${l.kind} ${l.packets.length} behind ${l.bytesBehind}`).sort(),
        resets: correlation.resets.map((r) => `${r.source.port} ${r.packets.length} by ${r.origin} ${r.cause.kind} ${r.effect}`).sort(),
        paths: correlation.paths.map((p) => `${p.client.port} ${p.service?.address} ${p.server.address} ${p.packets}`).sort(),
      });
      expect(summary(correlateTaps([mirror]))).toEqual(summary(correlateTaps(two)));
    },
    60_000,
  );

  test.each([
    ['eight-taps', 'three routers, clocks seconds apart'],
    ['geneve-taps', 'one way inside a tunnel'],
  ])(
    '%s, all captures in one file (%s): the leaks and who sent the resets',
    async (name) => {
      const { captures } = truthOf(name);
      const files = captures.map(({ point }) => ({ point, records: load(name, point) }));
      const apart = await Promise.all(
        files.map(({ point, records }) => openBytes(encodePcap(records, { nano: false }), { tapName: point })),
      );
      const together = files.flatMap(({ records }) => records).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
      const mirror = await openBytes(encodePcap(together, { nano: false }), { tapName: 'mirror' });
      const summary = ({ correlation }: ReturnType<typeof correlateTaps>) => ({
        leaks: correlation.leaks.map((l) => `${l.seq} ${l.kind} ${l.source.address}`).sort(),
        resets: correlation.resets.map((r) => `${r.source.port} by ${r.origin} ${r.cause.kind}`).sort(),
        paths: correlation.paths
          .map((p) => `${p.client.port} ${p.service?.address} ${p.server.address} ${p.legs.length} ${p.packets}`)
          .sort(),
      });
      expect(summary(correlateTaps([mirror]))).toEqual(summary(correlateTaps(apart)));
    },
    60_000,
  );

  test('a capture of one side stays whole', async () => {
    const { correlation } = correlateTaps([await openBytes(encodePcap(load('ebay-leak', 'envoy'), { nano: false }))]);
    expect(correlation.paths.every((p) => p.legs.length === 1 && p.legs[0]?.rows === null)).toBe(true);
  }, 60_000);
});
