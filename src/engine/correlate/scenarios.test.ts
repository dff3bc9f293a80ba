// Recorded incidents: the truth that came with each, and that clocks, names and the order of taps change no conclusion.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { conclusions, correlateTaps, reclocked } from '../../testing/correlateTaps.ts';
import { formatEndpoint } from '../model/address.ts';
import { frameOf, rowOfFrame, type Tap } from '../model/capture.ts';
import type { PacketRef } from '../model/units.ts';

interface Sighting {
  readonly file: string;
  readonly frame: number;
  readonly role: string;
}
interface Late {
  readonly id: string;
  readonly bytes_behind_highest_seq?: number;
  readonly kind: string;
  readonly sightings: readonly Sighting[];
}
interface Truth {
  readonly captures: readonly {
    readonly point: string;
    readonly files: readonly { readonly file: string }[];
    readonly clock: { readonly offset_s: number; readonly drift_ppm: number };
  }[];
  readonly connections: readonly { readonly as_seen_by_client: string; readonly as_seen_by_server?: string; readonly nat: boolean }[];
  readonly leaked_packets: readonly Late[];
  readonly invalid_not_forwarded: readonly Late[];
  readonly resets: readonly {
    readonly originator: 'envoy' | 'pilot' | 'node' | 'wire';
    readonly effect: string;
    readonly trigger?: { readonly leak?: string; readonly sighting?: Sighting };
    readonly sightings: readonly Sighting[];
  }[];
}

const OWN = fileURLToPath(new URL('../../testing/captures', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../../shared/captures', import.meta.url));
const ORIGIN = { envoy: 'client', pilot: 'server', node: 'node', wire: 'middlebox' };
const folders = (dir: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir)
        .map((d) => join(dir, d))
        .filter((d) => existsSync(join(d, 'truth.json')))
    : [];

async function load(dir: string): Promise<{ truth: Truth; taps: Tap[] }> {
  const truth: Truth = JSON.parse(readFileSync(join(dir, 'truth.json'), 'utf8'));
  const taps: Tap[] = [];
  for (const { point, files } of truth.captures) {
    const opened = await openBytes(
      files.map((f) => new Uint8Array(readFileSync(join(dir, f.file)))),
      { tapName: point },
    );
    taps.push({ ...opened, files: opened.files.map((f, i) => ({ ...f, name: files[i]?.file ?? f.name })) });
  }
  return { truth, taps };
}

const key = (s: Sighting): string => `${s.file}#${s.frame}`;

describe.each([...folders(OWN), ...folders(SHARED)].map((dir) => [dir.split('/').slice(-3).join('/'), dir]))('%s', (_, dir) => {
  test('leaks, resets and paths are those that happened', async () => {
    const { truth, taps } = await load(dir);
    const { workspace, correlation } = correlateTaps(taps);
    const names = (list: readonly PacketRef[]): string =>
      list
        .map((p) => {
          const { file, frame } = frameOf(workspace.taps[p.tap] as Tap, p.row);
          return `${file.name}#${frame}`;
        })
        .sort()
        .join(' ');
    const sorted = (list: readonly Sighting[]): string => list.map(key).sort().join(' ');
    const leaks = truth.leaked_packets.map((l) => [
      sorted(l.sightings.filter((s) => s.role === 'leaked')),
      l.kind,
      l.kind === 'data' ? l.bytes_behind_highest_seq : null,
    ]);
    expect(correlation.leaks.map((l) => [names(l.packets), l.kind, l.bytesBehind]).sort()).toEqual(leaks.sort());
    const resets = truth.resets.map((r) => [sorted(r.sightings), ORIGIN[r.originator], /^kills/.test(r.effect) ? 'kills' : 'ignored']);
    expect(correlation.resets.map((r) => [names(r.packets), r.origin, r.effect]).sort()).toEqual(resets.sort());
    for (const c of truth.connections) {
      const [client, service] = c.as_seen_by_client.split(' > ');
      const plain = (e: Parameters<typeof formatEndpoint>[0] | null | undefined): string =>
        e ? formatEndpoint(e).replace(/[[\]]/g, '') : '';
      expect(correlation.paths.map((p) => `${plain(p.client)} > ${plain(p.service ?? p.server)}`)).toContain(`${client} > ${service}`);
    }
    truth.captures.forEach((c, i) => {
      const clock = correlation.clocks[i];
      const is = (c.clock.offset_s - (truth.captures[0]?.clock.offset_s ?? 0)) * 1e9;
      const drift = 1_000 * Math.abs(c.clock.drift_ppm - (truth.captures[0]?.clock.drift_ppm ?? 0));
      expect(Math.abs((clock?.offset ?? Number.NaN) - is)).toBeLessThanOrEqual((clock?.uncertainty ?? 0) + drift);
    });
  }, 60_000);

  test('clocks shifted by a day and skewed by 200 ppm, and taps in another order, change nothing', async () => {
    const { taps } = await load(dir);
    const before = conclusions(correlateTaps(taps));
    const shifted = taps.map((tap, i) => reclocked(tap, i % 2 === 0 ? BigInt(i) * -7_123_456_789n : 86_400_000_000_000n, 0));
    expect(conclusions(correlateTaps(shifted))).toEqual(before);
    const skewed = taps.map((tap, i) => reclocked(tap, BigInt(i) * 3_000_000_000n, i % 2 === 0 ? -200 : 200));
    expect(conclusions(correlateTaps(skewed))).toEqual(before);
    expect(conclusions(correlateTaps([...taps].reverse()))).toEqual(before);
  }, 60_000);

  test('with taps missing, what can be known is right and what is certain is true', async () => {
    const { truth, taps } = await load(dir);
    if (taps.length < 2 || taps.length > 5) return;
    for (let mask = 1; mask < 2 ** taps.length - 1; mask++) {
      const some = taps.filter((_, i) => (mask >> i) & 1);
      const { correlation, name } = correlateTaps(some);
      const files = new Set(some.flatMap((t) => t.files.map((f) => f.name)));
      const seen = (list: readonly Sighting[]): number => list.filter((s) => files.has(s.file)).length;
      const wanted = truth.leaked_packets.map((l) => seen(l.sightings.filter((s) => s.role === 'leaked'))).filter((n) => n > 0);
      const which = `${some.map((t) => t.name).join('+')}`;
      expect(correlation.leaks.map((l) => l.packets.length).sort(), which).toEqual(wanted.sort());
      const resets = truth.resets.filter((r) => seen(r.sightings) > 0);
      expect(correlation.resets.length, which).toBe(resets.length);
      for (const r of correlation.resets) {
        const was = resets.find((t) => t.sightings.some((s) => r.packets.some((p) => isAt(some, p, s))));
        expect([ORIGIN[was?.originator ?? 'wire'], 'unknown'], `${which} ${r.packets.map(name).join()}`).toContain(r.origin);
        if (r.confidence === 'certain')
          expect(r.effect, `${which} ${r.packets.map(name).join()}`).toBe(/^kills/.test(was?.effect ?? '') ? 'kills' : 'ignored');
        const triggers = triggersOf(truth, was?.trigger).map((s) => contentAt(taps, s));
        if (r.cause.packet !== null && triggers.length > 0)
          expect(triggers, `${which} ${r.packets.map(name).join()}`).toContain(
            contentOf(some[r.cause.packet.tap] as Tap, r.cause.packet.row),
          );
      }
    }
  }, 120_000);
});

/** Every sighting of the packet that a RST answered. */
function triggersOf(truth: Truth, trigger: Truth['resets'][number]['trigger']): readonly Sighting[] {
  const late = [...truth.leaked_packets, ...truth.invalid_not_forwarded].find((l) => l.id === trigger?.leak);
  if (late) return late.sightings.filter((s) => s.role !== 'retransmission');
  return trigger?.sighting ? [trigger.sighting] : [];
}

/** What NAT and the way leave alone: the same packet at whatever capture point. */
function contentOf({ packets }: Tap, row: number): string {
  return [packets.seq[row], packets.ack[row], packets.payloadLength[row], packets.ipId[row], packets.tsval[row]].join(' ');
}

function contentAt(taps: readonly Tap[], { file, frame }: Sighting): string {
  const tap = taps.find((t) => t.files.some((f) => f.name === file));
  const within = tap?.files.find((f) => f.name === file);
  return tap && within ? contentOf(tap, rowOfFrame(within, frame)) : '';
}

function isAt(taps: readonly Tap[], packet: PacketRef, sighting: Sighting): boolean {
  const { file, frame } = frameOf(taps[packet.tap] as Tap, packet.row);
  return file.name === sighting.file && frame === sighting.frame;
}
