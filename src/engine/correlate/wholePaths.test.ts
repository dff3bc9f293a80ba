import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { correlateExchange } from '../../testing/correlateTaps.ts';
import type { Tap } from '../model/capture.ts';
import type { Correlation, JourneyTable, Workspace } from '../model/correlation.ts';
import { pathId, tapId } from '../model/units.ts';
import { buildWorkspace } from '../query/workspace.ts';
import { correlate } from './correlate.ts';

const CAPTURES = fileURLToPath(new URL('../../testing/captures/', import.meta.url));

async function tapsOf(folder: string): Promise<Tap[]> {
  const names = readdirSync(CAPTURES + folder).filter((n) => n.endsWith('.pcap'));
  return Promise.all(
    names.map((name, i) => openBytes(new Uint8Array(readFileSync(`${CAPTURES}${folder}/${name}`)), { tapName: name, tapId: tapId(i) })),
  );
}

/** The same with digests that never agree, so that every packet is searched for. */
const unlike = (workspace: Workspace): Workspace => ({
  ...workspace,
  flows: workspace.flows.map(({ connections, ...flow }, tap) => ({
    ...flow,
    connections: { ...connections, digest: connections.digest.map((word) => word ^ (tap + 1)) },
  })),
});

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? [...(v as Uint32Array)] : v)));
/** All that is known of a path's journeys but their numbers. */
function rowsOf(table: JourneyTable, path: number): unknown[] {
  const rows: unknown[] = [];
  for (let j = table.pathStart[path] ?? 0; j < (table.pathEnd[path] ?? 0); j++) {
    const [from, to] = [table.start[j] ?? 0, table.start[j + 1] ?? 0];
    const { direction, flags, seq, payloadLength, tcpFlags, firstTime, lastTime, held, sightingTap, sightingRow } = table;
    const own = [table.path, direction, flags, seq, payloadLength, tcpFlags, firstTime, lastTime, held].map((column) => column[j]);
    rows.push([...own, ...sightingTap.subarray(from, to), ...sightingRow.subarray(from, to)]);
  }
  return rows;
}

/** Journeys are told by their place on their path. */
function said({ clocks, positions, paths, journeys, leaks, resets }: Correlation): unknown {
  const placed = leaks.map((leak) => ({ ...leak, journey: leak.journey - (journeys.pathStart[leak.path] ?? 0) }));
  const placedResets = resets.map((r) => ({
    ...r,
    journey: r.journey === null ? null : r.journey - (journeys.pathStart[r.path ?? 0] ?? 0),
  }));
  const rows = paths.map((p) => rowsOf(journeys, p.id));
  return plain({ clocks, positions, rows, leaks: placed, resets: placedResets, paths: paths.map((p) => ({ ...p, isWhole: null })) });
}

const folders = readdirSync(CAPTURES, { withFileTypes: true })
  .filter((d) => d.isDirectory())
  .map((d) => d.name);

describe('what every capture point saw alike is what a search for every packet finds', () => {
  test.each(folders)('%s', async (folder) => {
    const taps = await tapsOf(folder);
    if (taps.length < 2) return;
    const workspace = buildWorkspace(taps);
    expect(said(correlate(workspace))).toEqual(said(correlate(unlike(workspace))));
  });
});

describe('journeys of whole paths', () => {
  const EXCHANGE = [1, 2, 3]
    .map(
      (n) => `
    c${n} = 10.0.0.${n}:4000
    ${n}00ms a:c${n}>svc b+1ms:c${n}>pod S seq=${n}000 ws=7
    ${n}02ms b:pod>c${n} a+1ms:svc>c${n} SA seq=9${n}00 ws=7
    ${n}04ms a:c${n}>svc b+1ms:c${n}>pod A
    ${n}05ms a:c${n}>svc b+1ms:c${n}>pod PA len=100 *3/1ms
    ${n}09ms b:pod>c${n} a+1ms:svc>c${n} A`,
    )
    .join('\n');
  const text = `svc = 10.9.9.9:80\npod = 10.1.1.1:8080\n${EXCHANGE}`;

  test('are the same whichever path is asked for first, and keep their numbers', async () => {
    const whole = (await correlateExchange(text)).correlation;
    const { correlation } = await correlateExchange(text);
    expect(correlation.paths.map((p) => p.isWhole)).toEqual([true, true, true]);
    const all = whole.journeys;
    expect([...all.pathStart]).toEqual([0, 7, 14]);
    let made = 0;
    for (const id of [2, 0, 1]) {
      const own = correlation.journeysOf(pathId(id));
      expect(own.pathStart[id]).toBe(made);
      expect(rowsOf(own, id)).toEqual(rowsOf(all, id));
      made = own.pathEnd[id] ?? 0;
    }
    expect(made).toBe(correlation.journeyCount);
    const { journeys } = correlation;
    for (const id of [0, 1, 2]) expect(rowsOf(journeys, id)).toEqual(rowsOf(all, id));
  });

  test('a packet that one capture point missed makes a path that is searched', async () => {
    const { correlation } = await correlateExchange(text.replace('*3/1ms', '*3/1ms\n    108.5ms a:c1>svc PA len=7'));
    expect(correlation.paths.map((p) => p.isWhole)).toEqual([false, true, true]);
  });
});
