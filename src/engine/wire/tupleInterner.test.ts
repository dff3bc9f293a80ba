import { expect, test } from 'vitest';
import { TupleInterner } from './tupleInterner.ts';

/** Endpoints that differ in one word each, so that many meet in one slot of whatever remembers the last ones. */
const segment = (i: number, isReply: boolean): DataView => {
  const view = new DataView(new ArrayBuffer(36));
  const [client, server] = isReply ? [16, 0] : [0, 16];
  view.setUint32(client, 0x20010db8);
  view.setUint32(client + 4 * (i % 4), 0xfd000000 + i);
  view.setUint32(server, 0x20010db8);
  view.setUint32(server + 12, 1 + (i % 7));
  view.setUint16(32 + (isReply ? 2 : 0), 1024 + (i % 5));
  view.setUint16(32 + (isReply ? 0 : 2), 443);
  return view;
};

test('an IPv6 tuple keeps its number in both directions, however many are met between', () => {
  const interner = new TupleInterner();
  const count = 9000;
  const ids: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < count; i++) {
      const there = interner.ipv6(segment(i, false), 0, 16, 32, 6);
      const back = interner.ipv6(segment(i, true), 0, 16, 32, 6);
      expect(there ^ back).toBe(1);
      if (round === 0) ids.push(there);
      else expect(there).toBe(ids[i]);
    }
  }
  expect(new Set(ids.map((word) => word >>> 1)).size).toBe(count);
  // Another protocol between the same endpoints is another tuple.
  expect(ids).not.toContain(interner.ipv6(segment(5, false), 0, 16, 32, 17));
  const { a, b, aPort, bPort } = interner.tuples();
  const { bytes } = interner.addresses();
  for (const i of [0, 1, 4095, 4096, 8999]) {
    const [id, isBack] = [(ids[i] ?? 0) >>> 1, ((ids[i] ?? 0) & 1) === 1];
    const view = new Uint8Array(segment(i, false).buffer);
    const source = (isBack ? b : a)[id] ?? 0;
    expect(bytes.slice(16 * source, 16 * source + 16)).toEqual(view.slice(0, 16));
    expect([isBack ? bPort[id] : aPort[id], isBack ? aPort[id] : bPort[id]]).toEqual([1024 + (i % 5), 443]);
  }
});
