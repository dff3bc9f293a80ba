// How sure a conclusion from absence is, by what the captures state and show of their own losses.
import { describe, expect, test } from 'vitest';
import { analyzeKnown, type KnownCapture, loadKnown } from '../../testing/knownCaptures.ts';
import { hasScenarios } from '../../testing/scenarios.ts';
import type { Confidence } from '../model/correlation.ts';

describe.runIf(hasScenarios)('a forged RST that the capture at its claimed sender does not hold', () => {
  /** How sure its maker is, with the server's capture changed. */
  async function forgery(change: (server: KnownCapture, forgedAt: bigint) => KnownCapture): Promise<Confidence | undefined> {
    const captures = loadKnown('middlebox-rst');
    const sent = captures[0]?.records.find((r) => r.origin === 'envoy.pcap#774');
    const { analysis, origin } = await analyzeKnown(captures.map((c) => (c.point === 'pilot' ? change(c, sent?.time ?? 0n) : c)));
    const reset = analysis.correlation.resets.find((r) => r.packets.some((p) => origin(p) === 'envoy.pcap#774'));
    return reset?.origin === 'middlebox' ? reset.confidence : 'possible';
  }
  /** The record of that capture next after a moment, with so many lost before it. */
  const losing =
    (after: bigint): ((server: KnownCapture, forgedAt: bigint) => KnownCapture) =>
    (server, forgedAt) => {
      const next = server.records.findIndex((r) => r.time > forgedAt + after);
      return { ...server, records: server.records.map((r, i) => (i === next ? { ...r, lostBefore: 3 } : r)) };
    };

  test('is certain where nothing was dropped, and where the file says so', async () => {
    expect(await forgery((server) => server)).toBe('certain');
    expect(await forgery((server) => ({ ...server, dropped: 0 }))).toBe('certain');
  });
  test('is only possible where that capture states drops', async () => {
    expect(await forgery((server) => ({ ...server, dropped: 3 }))).toBe('possible');
  });
  test('is only possible where that capture lost packets just then, and no less sure for what it lost long before', async () => {
    expect(await forgery(losing(0n))).toBe('possible');
    expect(await forgery(losing(-600_000_000n))).not.toBe('possible');
  });
});
