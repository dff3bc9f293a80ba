import { expect, test } from 'vitest';
import { incident } from '../views/ladder/gallery/incident.ts';
import { ladderPicture } from './ladderPicture.ts';
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
