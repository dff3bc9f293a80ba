// More capture points than lanes: which of them get one.
import { expect, test } from 'vitest';
import { tapExchange } from '../../../testing/tapExchange.ts';
import { MAX_LANES } from '../../model/ladder.ts';
import { analyze } from '../analyze.ts';
import { buildWorkspace } from '../workspace.ts';
import { buildLadder } from './buildLadder.ts';

const BETWEEN = 14;

/** Envoy, seven capture points before the NAT, seven behind it, Pilot. */
function exchange(): string {
  const before = Array.from({ length: BETWEEN / 2 }, (_, i) => `near${i}`);
  const behind = Array.from({ length: BETWEEN / 2 }, (_, i) => `far${i}`);
  const line = (ms: number, from: 'envoy' | 'pilot', flags: string): string => {
    const way = from === 'envoy' ? [...before, ...behind, 'pilot'] : [...behind.toReversed(), ...before.toReversed(), 'envoy'];
    const seenAs = (tap: string): string => {
      const isNear = tap === 'envoy' || tap.startsWith('near');
      return from === 'envoy' ? (isNear ? 'client>svc' : 'client>pod') : isNear ? 'svc>client' : 'pod>client';
    };
    return [`${ms}ms ${from}:${seenAs(from)}`, ...way.map((tap, i) => `${tap}+${(i + 1) / 50}ms:${seenAs(tap)}`), flags].join(' ');
  };
  return `
  client = 10.148.74.37:48640
  svc    = 192.168.107.214:15010
  pod    = 10.148.74.34:15010
  ${line(0, 'envoy', 'S seq=1000 win=64240 mss=1460 ws=7 sackok ts')}
  ${line(1, 'pilot', 'SA seq=9000 ws=7 ts')}
  ${line(2, 'envoy', 'A ts')}
  ${line(3, 'pilot', 'PA len=100 ts')}
  ${line(4, 'envoy', 'PA len=200 ts')}
  ${line(5, 'pilot', 'A ts')}
`;
}

test('both ends and both sides of the NAT keep their lanes; the rest lie folded, each beside its neighbours', async () => {
  const analysis = analyze(buildWorkspace(await tapExchange(exchange())));
  const ladder = buildLadder(analysis, null)?.ladder;
  const names = ladder?.lanes.map((l) => l.name) ?? [];
  expect(names.length).toBeLessThanOrEqual(MAX_LANES);
  expect(names[0]).toBe('pilot');
  expect(names.at(-1)).toBe('envoy');
  const nat = ladder?.lanes.findIndex((l) => l.translation !== null) ?? -1;
  expect([names[nat - 1], names[nat + 1]]).toEqual(['far0', 'near6']);
  // Nothing is lost, nothing told twice.
  const folded = ladder?.folded.map((f) => f.name) ?? [];
  expect([...names.filter((n) => n !== ''), ...folded].sort()).toEqual(analysis.workspace.taps.map((t) => t.name).sort());
  for (const { name, clientSideLane } of ladder?.folded ?? []) {
    if (name.startsWith('near')) expect(clientSideLane).toBeGreaterThan(nat);
    else expect(clientSideLane).toBeLessThan(nat);
  }
});
