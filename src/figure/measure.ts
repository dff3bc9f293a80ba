// Text widths without a browser: good to about 5 %, wide rather than narrow, so that labels measured by it never collide.
import type { Measure } from './marks.ts';

const NARROW = /[iIl.,:;'|!()[\]{} jtfr]/;
const WIDE = /[mwMW%@—→⇄]/;
/** CJK and full-width forms take one em. */
const FULL = /[ᄀ-ᇿ⺀-꓏가-힯豈-﫿︰-﹏＀-｠￠-￦]/;

/** Em widths of a sans face (words) and 0.61 em for a monospaced one. */
export const measureByTable: Measure = (text, font, bold) => {
  let em = 0;
  for (const c of text) {
    if (FULL.test(c)) em += 1;
    else if (font.face === 'mono') em += 0.61;
    else em += NARROW.test(c) ? 0.36 : WIDE.test(c) ? 0.98 : 0.63;
  }
  return em * font.size * (bold && font.face === 'words' ? 1.08 : 1);
};
