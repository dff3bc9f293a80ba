import { expect, test } from 'vitest';
import { incident } from '../views/ladder/gallery/incident.ts';
import { ladderPicture, type PictureOptions } from './ladderPicture.ts';
import { wordsEn } from './words.en.ts';
import { wordsZh } from './words.zh.ts';

test.each([
  ['en', wordsEn],
  ['zh', wordsZh],
] as const)('%s: a picture names its folds and invites nobody to open them', (language, words) => {
  const ladder = incident();
  const folds = ladder.rows.filter((row) => row.kind === 'fold').length;
  for (const scale of ['rows', 'time'] as const)
    for (const width of [500, 1200]) {
      const svg = ladderPicture(ladder, { language, theme: 'light', title: 'x', width, scale, renamed: new Map() });
      const drawn = svg.match(/>[^<>]+</g) ?? [];
      expect(folds).toBeGreaterThan(0);
      expect(drawn.join('\n')).toMatch(language === 'en' ? /\d (packets|segments)/ : /\d+ 个/);
      expect(drawn.filter((text) => text.includes(`· ${words.foldOpen}`))).toEqual([]);
      expect(drawn.filter((text) => text === `>${words.foldOpen}<`)).toEqual([]);
    }
});

const svgOf = (part: Partial<PictureOptions>): string =>
  ladderPicture(incident(), { language: 'en', theme: 'light', title: 'x', width: 1200, scale: 'rows', renamed: new Map(), ...part });
const drawn = (svg: string): string => (svg.match(/>[^<>]+</g) ?? []).join('');
const heightOf = (svg: string): number => Number(/height="(\d+)"/.exec(svg)?.[1]);

test.each(['rows', 'time'] as const)('%s: a part holds what lies in it, and nothing of the rest', (scale) => {
  const ladder = incident();
  const leak = ladder.rows.find((row) => row.kind === 'packet' && row.leak);
  if (leak?.kind !== 'packet') throw new Error('no leak in the sample');
  const arrives = leak.sightings.at(-1)?.time ?? leak.sightings[0]?.time ?? 0;
  const whole = svgOf({ scale });
  const svg = svgOf({ scale, part: { from: arrives - 1_000_000, to: arrives + 1_000_000, zoom: null, height: 400 } });
  expect(drawn(svg)).toContain(`#${leak.sightings.at(-1)?.frame}`);
  expect(heightOf(svg)).toBeLessThan(scale === 'rows' ? heightOf(whole) / 2 : 600);
  const first = ladder.rows.find((row) => row.kind === 'packet');
  const says = /aria-label="([^"]*SYN[^"]*)"/.exec(whole)?.[1] ?? '';
  expect(first?.kind).toBe('packet');
  expect(whole).toContain(says);
  expect(svg).not.toContain(says);
});

test('notes, highlights, names, order and hiding are in the picture', () => {
  const ladder = incident();
  const packet = ladder.rows.find((row) => row.kind === 'packet' && row.reset);
  if (packet?.kind !== 'packet') throw new Error('no RST in the sample');
  const seen = packet.sightings[0];
  if (!seen) throw new Error('not seen');
  const pin = { kind: 'packet' } as const;
  const notes = [
    {
      id: 'a',
      text: 'the log says reset',
      pin,
      packet: { journey: packet.journey, ordinal: packet.ordinal, time: seen.time, tap: seen.tap, frame: seen.frame },
    },
    { id: 'b', text: 'node pool b', pin: { kind: 'lane', lane: ladder.lanes[0]?.id ?? '' } as const, packet: null },
    { id: 'c', text: 'of the whole', pin: { kind: 'incident' } as const, packet: null },
  ];
  const svg = svgOf({
    notes,
    highlighted: new Set([`p:${packet.journey}`]),
    renamed: new Map([[ladder.lanes[0]?.id ?? '', 'Renamed lane']]),
  });
  expect(drawn(svg)).toContain('the log says reset');
  expect(drawn(svg)).toContain(`#${seen.frame}`);
  expect(drawn(svg)).toContain('node pool b');
  expect(drawn(svg)).not.toContain('of the whole');
  expect(drawn(svg)).toContain('Renamed lane');
  expect(svg.split('stroke-opacity="0.3"').length).toBeGreaterThan(svgOf({}).split('stroke-opacity="0.3"').length);
  // Hidden, the lane and what is said of it are nowhere in the document.
  const without = svgOf({
    notes,
    hidden: new Set([ladder.lanes[0]?.id ?? '']),
    renamed: new Map([[ladder.lanes[0]?.id ?? '', 'Renamed lane']]),
  });
  expect(without).not.toContain('Renamed lane');
  expect(without).not.toContain('node pool b');
  const xOf = (text: string, id: string): number => Number(new RegExp(`<text x="([\\d.]+)"[^>]*>${id}<`).exec(text)?.[1]);
  const names = new Map(ladder.lanes.map((lane, i) => [lane.id, `L${i}`]));
  const order = ladder.lanes.map((lane) => lane.id).reverse();
  expect(xOf(svgOf({ renamed: names }), 'L0')).toBeLessThan(xOf(svgOf({ renamed: names }), 'L1'));
  expect(xOf(svgOf({ renamed: names, order }), 'L0')).toBeGreaterThan(xOf(svgOf({ renamed: names, order }), 'L1'));
  expect(xOf(svgOf({ renamed: names, flipped: true }), 'L0')).toBeGreaterThan(xOf(svgOf({ renamed: names, flipped: true }), 'L1'));
});
