import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { THEMES } from './themes.ts';

const css = readFileSync(join(import.meta.dirname, '../views/shared/tokens.css'), 'utf8');
const NAMES: Readonly<Record<string, string>> = { paper: 'note', paperEdge: 'note-edge' };

function token(theme: 'light' | 'dark', name: string): string | undefined {
  const start = theme === 'light' ? css.indexOf(':root {') : css.indexOf(':root[data-theme="dark"]');
  const block = css.slice(start, css.indexOf('}', start));
  return new RegExp(`--${NAMES[name] ?? name}:\\s*(#[0-9a-f]{6})`).exec(block)?.[1];
}

test.each(['light', 'dark'] as const)('the drawing and the page have the same %s colours', (theme) => {
  for (const [name, colour] of Object.entries(THEMES[theme])) expect([name, token(theme, name)]).toEqual([name, colour]);
});

/** WCAG 2 contrast of two colours. */
function contrast(a: string, b: string): number {
  const light = (hex: string): number => {
    const [r, g, bl] = [1, 3, 5].map((i) => {
      const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (bl ?? 0);
  };
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return ((x ?? 0) + 0.05) / ((y ?? 0) + 0.05);
}

test.each(['light', 'dark'] as const)('%s: words are read on ground, cards, bands and paper; marks are seen', (theme) => {
  const t = THEMES[theme];
  for (const ground of [t.ground, t.card]) {
    for (const word of [t.ink, t.mute, t.leak, t.reset, t.warn]) expect(contrast(word, ground)).toBeGreaterThanOrEqual(4.5);
    for (const mark of [t.data, t.ack]) expect(contrast(mark, ground)).toBeGreaterThanOrEqual(3);
  }
  for (const word of [t.ink, t.mute, t.leak]) expect(contrast(word, t.band)).toBeGreaterThanOrEqual(4.5);
  for (const word of [t.ink, t.mute]) expect(contrast(word, t.paper)).toBeGreaterThanOrEqual(4.5);
});
