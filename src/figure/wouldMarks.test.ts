import { describe, expect, test } from 'vitest';
import type { Ladder, LadderPacket, LadderWould } from '../engine/model/ladder.ts';
import { nanos } from '../engine/model/units.ts';
import { incident } from '../views/ladder/gallery/incident.ts';
import { layLadder } from '../views/ladder/gallery/layLadder.ts';
import { assumedParts, assumptionText } from './assumption.ts';
import { describePacket } from './describe.ts';
import { ladderPicture } from './ladderPicture.ts';
import type { Figure } from './layout.ts';
import { wordsEn } from './words.en.ts';
import { wordsZh } from './words.zh.ts';
import { GHOST_HEIGHT } from './wouldMarks.ts';

const observed = incident();
const isLeak = (row: Ladder['rows'][number]): row is LadderPacket => row.kind === 'packet' && row.leak !== null && (row.flags & 4) === 0;
const isReset = (row: Ladder['rows'][number]): row is LadderPacket => row.kind === 'packet' && row.reset !== null;
const TRANSLATED: LadderWould = {
  kind: 'otherwise',
  fate: 'translated',
  verdict: {
    verdict: 'IGNORED',
    reason: 'SEQ is under lower bound 7 (already ACKed data retransmitted)',
    state: 'ESTABLISHED',
    orderDependent: false,
  },
  because: null,
};
const NOTHING: LadderWould = { kind: 'not-sent', fate: 'unknown', verdict: null, because: null };
const SAME: LadderWould = { kind: 'same', fate: 'translated', verdict: null, because: null };

const lastPlain = observed.rows.findLastIndex((row) => row.kind === 'packet' && !isLeak(row) && !isReset(row));

/** The incident, with leaks and RSTs faring as told, and its last ordinary packet unknown. */
const under = (leak: LadderWould): Ladder => ({
  ...observed,
  assumed: {
    asked: { settings: { be_liberal: true } },
    profile: '5.10',
    settings: { be_liberal: true, timeouts: { established: 60 } },
    profileBefore: '5.10',
    settingsBefore: {},
    openFrom: observed.lastTime,
    otherwise: 1,
    notSent: 2,
    unknown: 1,
  },
  rows: observed.rows.map((row, i) => {
    if (row.kind === 'packet')
      return {
        ...row,
        would: isLeak(row) ? leak : isReset(row) ? NOTHING : i === lastPlain ? { ...NOTHING, kind: 'unknown' } : SAME,
      };
    return row.kind === 'fold' ? { ...row, would: { otherwise: 0, notSent: 0, unknown: 0 } } : row;
  }),
});
const figureOf = (ladder: Ladder, width = 900, scale: 'rows' | 'time' = 'rows'): Figure =>
  layLadder(ladder, { scale, width, height: 2400, zoom: 1 });
const saidOf = (figure: Figure): string =>
  figure.labels.map((l) => l.spans.map((s) => (s.struck ? `~${s.text}~` : s.text)).join('')).join('\n');
const leakId = `p:${observed.rows.find(isLeak)?.journey}`;
const itemOf = (figure: Figure, id: string) => figure.items.find((i) => i.id === id);

describe('what would have been, beside what was', () => {
  test('a packet that would fare otherwise gets a dashed line from the node on, in room of its own', () => {
    const [plain, compared] = [figureOf(observed), figureOf(under(TRANSLATED))];
    const dashed = (f: Figure) =>
      itemOf(f, leakId)?.marks.filter((m) => m.kind === 'line' && m.stroke.tone === 'ok' && m.stroke.dash) ?? [];
    expect(dashed(plain)).toHaveLength(0);
    expect(dashed(compared).length).toBeGreaterThan(1);
    expect(compared.height - plain.height).toBeGreaterThanOrEqual(GHOST_HEIGHT - 1);
    expect(saidOf(compared)).toContain('predicted: translated');
  });
  test.each([
    [
      'dropped',
      { ...TRANSLATED, fate: 'gone', verdict: { verdict: 'DROPPED', reason: '', state: 'ESTABLISHED', orderDependent: false } },
      'warn',
    ],
    ['leaks, not translated', { ...TRANSLATED, fate: 'untranslated' }, 'leak'],
    ['leaves with another port', { ...TRANSLATED, fate: 'port-changed' }, 'leak'],
  ] as const)('%s', (says, would, tone) => {
    const figure = figureOf(under(would));
    expect(saidOf(figure)).toContain(`predicted: ${says}`);
    expect(
      itemOf(figure, leakId)?.marks.some(
        (m) => (m.kind === 'line' || m.kind === 'rect') && m.stroke?.tone === tone && m.stroke.width >= 1.4,
      ),
    ).toBe(true);
  });
  test('what would not be sent is struck through and says so; what nobody can say is dotted', () => {
    const figure = figureOf(under(TRANSLATED), 1200);
    expect(saidOf(figure)).toMatch(/~RST.*~.*not sent/);
    const reset = itemOf(figure, `p:${observed.rows.find(isReset)?.journey}`);
    expect(reset?.marks.some((m) => m.kind === 'circle' && m.radius > 6)).toBe(true);
    expect(figure.items.some((i) => i.id === 'u:')).toBe(true);
    expect(saidOf(figure)).toContain('what would follow is unknown');
  });
  test('in true time the line of the unknown stands at its time', () => {
    const figure = figureOf(under(TRANSLATED), 900, 'time');
    const line = itemOf(figure, 'u:')?.marks[0];
    expect(line?.kind === 'line' ? line.at[1] : Number.NaN).toBeCloseTo(figure.map.y(nanos(observed.lastTime)));
  });
  test('no two labels share a place, in narrow drawings too', () => {
    for (const width of [420, 700, 1100]) {
      const boxes = figureOf(under(TRANSLATED), width).labels.map((l) => l.box);
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(i + 1))
          expect(a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height).toBe(false);
    }
  });
  test('a sentence says it, with the packet from which it follows', () => {
    const stage = { words: wordsEn, lanes: observed.lanes, isn: observed.paths.map((p) => p.isn) };
    const because = { journey: 0 as never, packet: { tap: 0 as never, row: 0 as never }, lane: 'tap:1', tap: 'envoy', frame: 1991 };
    const packet = { ...(observed.rows.find(isReset) as LadderPacket), would: { ...NOTHING, because } };
    expect(describePacket(packet, stage)).toMatch(/predicted: not sent, as it follows from envoy #1991/);
    expect(describePacket({ ...packet, would: { ...NOTHING, kind: 'unknown', because } }, stage)).toMatch(
      /predicted: unknown since envoy #1991/,
    );
    expect(describePacket({ ...packet, would: SAME }, stage)).not.toContain('predicted');
  });
});

describe('on what a prediction rests', () => {
  const assumed = under(TRANSLATED).assumed;
  if (!assumed) throw new Error('nothing is assumed');
  test('only what differs from what is in force, sysctls as spelled', () => {
    expect(assumedParts(assumed, wordsEn)).toEqual(['nf_conntrack_tcp_be_liberal = 1', 'nf_conntrack_tcp_timeout_established = 60']);
    const other = { ...assumed, profile: '6.1' as const, settings: { dropInvalid: true }, settingsBefore: { be_liberal: true } };
    expect(assumedParts(other, wordsEn)).toEqual(['Linux 6.1', 'nf_conntrack_tcp_be_liberal = 0', 'a rule dropped INVALID']);
  });
  test.each([
    ['en', wordsEn],
    ['zh', wordsZh],
  ] as const)('%s: a picture of it says on top that it is a prediction, and how to read it', (language, words) => {
    const options = { language, theme: 'light', title: 'x', width: 1200, scale: 'rows', renamed: new Map() } as const;
    const svg = ladderPicture(under(TRANSLATED), options);
    expect(svg).toContain(assumptionText(assumed, words));
    for (const text of Object.values(words.would.legend)) expect(svg).toContain(text);
    expect(ladderPicture(observed, options)).not.toContain(words.would.title);
  });
});
