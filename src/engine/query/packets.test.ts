// Packet list, detail and curves on the recorded leak: what the views show is what was recorded.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBytes } from '../../testing/captureFiles.ts';
import { bytesSource } from '../capture/source.ts';
import { correlate } from '../correlate/correlate.ts';
import type { Analysis } from '../model/analysis.ts';
import { NO_CONTEXT } from '../model/context.ts';
import { M_LEAK, M_RESET_KILLS } from '../model/packetList.ts';
import { S_LEAK } from '../model/plot.ts';
import { row, tapId } from '../model/units.ts';
import { mergeByTime } from './order.ts';
import { packetDetail } from './packetDetail.ts';
import { type ListSource, listWindow, PacketScan, packetAt, positionOf } from './packetList.ts';
import { packetReader } from './packetReader.ts';
import { plotSources } from './plotSources.ts';
import { plot } from './plots.ts';
import { viewTap } from './tapView.ts';
import { buildWorkspace } from './workspace.ts';

const FOLDER = 'src/testing/captures/ebay-leak';
const NAMES = ['pilot', 'envoy'];
let analysis: Analysis;
let sources: readonly ListSource[];

beforeAll(async () => {
  const bytes = NAMES.map((n) => readFileSync(`${FOLDER}/${n}.pcap`));
  const taps = await Promise.all(bytes.map((b, i) => openBytes(b, { tapName: NAMES[i] ?? '', tapId: tapId(i) })));
  const workspace = buildWorkspace(taps);
  analysis = {
    workspace,
    correlation: correlate(workspace, {}),
    replays: [],
    diagnosis: {
      verdict: { kind: 'undecided', says: [{ id: 'none', values: {} }] },
      findings: [],
      undecided: [],
      captureNext: [],
      contradictions: [],
    },
    context: NO_CONTEXT,
  };
  sources = taps.flatMap((tap, i) => {
    const view = viewTap(analysis, tap.id);
    return view ? [{ view, reader: packetReader(tap, [bytesSource(NAMES[i] ?? '', bytes[i] ?? new Uint8Array(0))]) }] : [];
  });
});

async function list(filter: string, from = 0, count = 50, descending = false) {
  const scan = new PacketScan(sources, filter);
  await scan.run(async () => undefined);
  return { scan, answer: await listWindow(scan, sources, { filter, sort: 'time', descending, from, count }) };
}

describe('the list', () => {
  test('holds every packet of every capture point once, in order of time', async () => {
    const { scan, answer } = await list('', 0, 500);
    expect(answer.matched).toBe(answer.total);
    const order = scan.order('time');
    const seen = new Set(Array.from({ length: order.length }, (_, i) => `${order.tap[i]} ${order.row[i]}`));
    expect(seen.size).toBe(answer.total);
    expect(answer.rows.map((r) => r.time)).toEqual(answer.rows.map((r) => r.time).sort((a, b) => a - b));
  });

  test('hop.leak names the leaked packets, with the pod’s own address', async () => {
    const { answer } = await list('hop.leak && tcp.len > 0');
    expect(answer.rows.map((r) => [r.tap, r.source, (r.marks & M_LEAK) !== 0])).toEqual([[1, '10.148.74.34', true]]);
  });

  test('hop.rst.kills names the RST that ended the connection', async () => {
    const { answer } = await list('hop.rst.kills && hop.tap == "pilot"');
    expect(answer.rows.length).toBeGreaterThan(0);
    for (const r of answer.rows) expect(r.marks & M_RESET_KILLS).not.toBe(0);
  });

  // All 4,073 lines of this capture are tshark's, letter for letter; these show every part that a line can have.
  test.each([
    [1, '48640 → 15010 [SYN] Seq=0 Win=65535 Len=0 MSS=1460 SACK_PERM TSval=1062911211 TSecr=0 WS=32'],
    [2, '15010 → 48640 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0 MSS=1460 SACK_PERM TSval=3998358281 TSecr=1062911211 WS=128'],
    [3, '48640 → 15010 [ACK] Seq=1 Ack=1 Win=65536 Len=0 TSval=1062911237 TSecr=3998358281'],
    [
      471,
      '[TCP Window Update] 48640 → 15010 [ACK] Seq=264 Ack=309754 Win=688192 Len=0 TSval=1062912218 TSecr=3998359261 SLE=311202 SRE=312650',
    ],
    [4015, '48640 → 15010 [RST] Seq=264 Win=0 Len=0'],
  ])('the info text of frame %i is Wireshark’s', async (frame, info) => {
    const { answer } = await list(`hop.tap == "pilot" && frame.number == ${frame}`);
    expect(answer.rows.map((r) => r.info)).toEqual([info]);
  });

  test('positions and packets are each other’s inverse, both ways up', async () => {
    for (const descending of [false, true]) {
      const { scan } = await list('tcp.len > 0');
      for (const position of [0, 7, 100]) {
        const packet = packetAt(scan, { sort: 'time', descending }, position);
        expect(packet && positionOf(scan, { sort: 'time', descending }, packet)).toBe(position);
      }
    }
  });

  test('a filter that only the packets themselves can answer is answered by reading them', async () => {
    const { answer } = await list('ip.checksum.status == 1 && frame.number <= 20 && hop.tap == "pilot"');
    expect(answer.matched).toBe(20);
  });

  test('cancelled in the middle it stops', async () => {
    const scan = new PacketScan(sources, 'tcp');
    await scan.run(async () => {
      scan.cancelled = true;
    });
    expect(scan.done).toBe(false);
    expect(scan.scanned).toBeLessThan(scan.total);
  });
});

test('runs of any shape are merged in order, equal times by capture point and row', () => {
  const times = fc.array(fc.array(fc.nat(50), { maxLength: 40 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(times, (perTap) => {
      const taps = perTap.map((t, tap) => ({ tap, rows: Uint32Array.from(t.keys()), time: (r: number) => t[r] ?? 0 }));
      const order = mergeByTime(taps);
      const got = Array.from({ length: order.length }, (_, i) => [
        perTap[order.tap[i] ?? 0]?.[order.row[i] ?? 0] ?? 0,
        order.tap[i] ?? 0,
        order.row[i] ?? 0,
      ]);
      const wanted = [...got].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      expect(got).toEqual(wanted);
    }),
  );
});

describe('the leaked packet in full', () => {
  const leakRow = (): number => analysis.correlation.leaks.find((l) => l.kind === 'data')?.packets[0]?.row ?? -1;
  const detail = () => packetDetail(analysis, sources, { tap: tapId(1), row: row(leakRow()) }, () => ({ judgement: null, reason: '' }));

  test('says what should have been there', async () => {
    const d = await detail();
    expect([d?.leak?.expectedSource, d?.leak?.source]).toEqual(['192.168.107.214:15010', '10.148.74.34:15010']);
    expect(d?.leak?.bytesBehind).toBeGreaterThan(1_000_000);
  });

  test('is compared with itself at the other capture point: the address that NAT should have changed did not change', async () => {
    const d = await detail();
    expect(d?.sightings.map((s) => s.tapName)).toEqual(['pilot', 'envoy']);
    const field = (name: string) => d?.compared.find((f) => f.name === name);
    expect(field('ip.ttl')).toMatchObject({ values: ['64', '63'], changed: true });
    expect(field('ip.src')?.changed).toBe(false);
    expect(field('tcp.seq_raw')?.changed).toBe(false);
  });

  test('names the RST it provoked', async () => {
    const d = await detail();
    expect(d?.consequences.map((c) => c.relation)).toContain('reset');
  });

  test('a properly translated packet shows the translation', async () => {
    const { answer } = await list('hop.tap == "envoy" && tcp.flags.syn == 1 && tcp.flags.ack == 1');
    const first = answer.rows[0];
    const d = first && (await packetDetail(analysis, sources, first, () => ({ judgement: null, reason: '' })));
    const source = d?.compared.find((f) => f.name === 'ip.src');
    expect(source).toMatchObject({ values: ['10.148.74.34', '192.168.107.214'], changed: true });
  });

  test('a row that is not there is null', async () => {
    expect(await packetDetail(analysis, sources, { tap: tapId(1), row: row(1e7) }, () => ({ judgement: null, reason: '' }))).toBeNull();
  });
});

describe('curves', () => {
  const source = () =>
    plotSources(
      analysis,
      sources.map((s) => s.view),
      null,
      null,
    ).find((s) => s.tapName === 'envoy' && !s.stray && s.payload > 1e6);
  const answer = (width: number) => {
    const s = source();
    const view = sources[1]?.view;
    if (!s || !view) throw new Error('no curve');
    return plot(view, { ...s, from: s.firstTime, to: s.lastTime + 1, width });
  };

  test('each direction of a connection is offered once, however many strays it holds', () => {
    const offered = plotSources(
      analysis,
      sources.map((s) => s.view),
      null,
      null,
    ).map((s) => `${s.tap} ${s.connection} ${s.direction}`);
    expect(offered.length).toBeGreaterThan(4);
    expect(offered).toEqual([...new Set(offered)]);
  });

  test('every segment is in a mark, whatever the width, and leaks are never thinned away', () => {
    for (const width of [60, 600, 3000]) {
      const { sequence, summary } = answer(width);
      const leaks = sequence.segments.kind.filter((k) => k === S_LEAK).length;
      expect(leaks).toBeGreaterThan(0);
      expect(summary.leaks).toBe(analysis.correlation.leaks.filter((l) => l.direction === 1).length);
      expect(sequence.segments.time.length).toBeLessThanOrEqual(width * 7);
      const drawn = sequence.segments.count.reduce((a, b) => a + b, 0);
      expect(drawn).toBe(answer(50).sequence.segments.count.reduce((a, b) => a + b, 0));
    }
  });

  test('throughput sums to the payload', () => {
    const { rates, summary } = answer(400);
    const octets = rates.throughput.reduce((a, v, i) => a + (v + (rates.retransmitted[i] ?? 0)) * (rates.step / 1e9), 0);
    expect(Math.round(octets)).toBe(summary.payload);
  });

  test('the leaked segment lies as far below the stream as was found', () => {
    const { sequence } = answer(3000);
    const at = sequence.segments.kind.indexOf(S_LEAK);
    const behind = analysis.correlation.leaks.find((l) => l.kind === 'data')?.bytesBehind ?? 0;
    const highest = Math.max(...sequence.segments.high);
    expect(highest - (sequence.segments.low[at] ?? 0)).toBeGreaterThanOrEqual(behind * 0.95);
  });
});
