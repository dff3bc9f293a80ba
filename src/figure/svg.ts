// The same marks as an SVG document: for export, for the command line, and readable by assistive tools (each item has its sentence).

import type { Figure } from './layout.ts';
import type { Mark, Stroke, TextMark, Tone } from './marks.ts';
import { bandMarks, bandStrokes, type StateBand } from './stateBand.ts';
import { THEMES, type Theme } from './themes.ts';

export interface SvgOptions {
  readonly theme: 'light' | 'dark';
  readonly title: string;
  /** Sentence of an item by its id; items without one are drawn but not announced. */
  readonly describe: (id: string) => string | null;
  /** Items that the reader highlighted. */
  readonly highlighted?: ReadonlySet<string>;
  /** Content px of what is drawn; null: all. What lies outside is not in the document. */
  readonly part?: { readonly top: number; readonly bottom: number } | null;
  /** Lane names and what stands under them, by lane index. */
  readonly heads: readonly { readonly name: string; readonly lines: readonly string[] }[];
  /** Stands above everything else: that, and on what, a prediction rests. */
  readonly notice?: readonly string[];
}

/** Room for a line of the notice. */
const NOTICE_LINE = 18;

/** Room above the drawing for lane names. */
export const HEAD_HEIGHT = 76;

const FACES = {
  words: 'system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif',
  mono: 'ui-monospace,"SF Mono","DejaVu Sans Mono",Menlo,Consolas,monospace',
};

/** Control characters and lone surrogates have no spelling in XML 1.0: captures may bring them in names. */
const NOT_XML = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;
const escapeXml = (text: string): string =>
  text.replace(NOT_XML, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const n = (value: number): string => (Math.round(value * 100) / 100).toString();

export function ladderSvg(figure: Figure, options: SvgOptions): string {
  const theme = THEMES[options.theme];
  const notice = options.notice ?? [];
  const above = notice.length > 0 ? notice.length * NOTICE_LINE + 14 : 0;
  const { top, bottom } = options.part ?? { top: 0, bottom: figure.height };
  const height = Math.ceil(bottom - top + HEAD_HEIGHT + above);
  const isVisible = (i: Figure['items'][number]): boolean => i.bottom >= top && i.top <= bottom;
  const items = figure.items.filter(isVisible);
  const below = figure.items.slice(0, figure.bandsAt).filter(isVisible).length;
  const visible = figure.labels.filter((l) => l.box.y + l.box.height >= top && l.box.y <= bottom);
  const plates = visible.flatMap(({ plate, halo }) =>
    plate ? [markSvg({ kind: 'rect', ...plate, radius: 4, fill: halo, alpha: 1, stroke: null }, theme)] : [],
  );
  const body = items.map((item) => {
    const says = options.describe(item.id);
    const halo = options.highlighted?.has(item.id) ? item.marks.map((m) => haloSvg(m, theme)).join('') : '';
    const content = halo + item.marks.map((m) => markSvg(m, theme)).join('');
    return says === null
      ? `<g>${content}</g>`
      : `<g role="img" aria-label="${escapeXml(says)}"><title>${escapeXml(says)}</title>${content}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(figure.width)}" height="${height}" viewBox="0 0 ${n(figure.width)} ${height}" role="figure" aria-label="${escapeXml(options.title)}">`,
    `<title>${escapeXml(options.title)}</title>`,
    `<rect width="100%" height="100%" fill="${theme.ground}"/>`,
    noticeSvg(notice, figure.width, theme),
    `<g transform="translate(0 ${above})">`,
    headsSvg(figure, options, theme),
    // A nested document of its own height cuts off what begins outside of the part.
    `<svg y="${HEAD_HEIGHT}" width="${n(figure.width)}" height="${n(bottom - top)}" viewBox="0 ${n(top)} ${n(figure.width)} ${n(bottom - top)}">`,
    lifelines(figure, top, bottom, theme),
    ...body.slice(0, below),
    ...figure.bands.map((band) => bandSvg(band, top, bottom, theme)),
    ...body.slice(below),
    ...items.flatMap((item) => item.over.map((m) => markSvg(m, theme))),
    ...plates,
    ...visible.map((label) => markSvg(label, theme)),
    '</svg></g></svg>',
  ].join('\n');
}

/** A wide soft stroke along what is highlighted, as on screen. */
function haloSvg(mark: Mark, theme: Theme): string {
  const stroke = (width: number): string =>
    `fill="none" stroke="${theme.paperEdge}" stroke-opacity="0.3" stroke-width="${n(width + 7)}" stroke-linecap="round" stroke-linejoin="round"`;
  if (mark.kind === 'line') return `<polyline points="${mark.at.map(n).join(' ')}" ${stroke(mark.stroke.width)}/>`;
  if (mark.kind === 'curve')
    return `<path d="M${n(mark.at[0] ?? 0)} ${n(mark.at[1] ?? 0)}C${mark.at.slice(2).map(n).join(' ')}" ${stroke(mark.stroke.width)}/>`;
  return '';
}

function bandSvg(band: StateBand, top: number, bottom: number, theme: Theme): string {
  const strokes = bandStrokes(band, top, bottom).map((s) => {
    const dash = s.dash ? ` stroke-dasharray="${s.dash.map(n).join(' ')}" stroke-dashoffset="${n(s.phase)}"` : '';
    return `<line x1="${n(s.x)}" x2="${n(s.x)}" y1="${n(s.y0)}" y2="${n(s.y1)}" stroke="${theme[s.tone]}" stroke-opacity="${s.alpha}" stroke-width="${n(s.width)}"${dash}/>`;
  });
  const marks = bandMarks(band, top, bottom).map((mark) => markSvg(mark, theme));
  return `<g>${strokes.join('')}${marks.join('')}</g>`;
}

function noticeSvg(lines: readonly string[], width: number, theme: Theme): string {
  if (lines.length === 0) return '';
  const box = `<rect x="8" y="6" width="${n(width - 16)}" height="${lines.length * NOTICE_LINE + 6}" rx="6" fill="${theme.paper}" stroke="${theme.paperEdge}"/>`;
  const text = lines.map(
    (line, i) =>
      `<text x="20" y="${22 + i * NOTICE_LINE}" font-family='${FACES.words}' font-size="12"${i === 0 ? ' font-weight="600"' : ''} fill="${theme.ink}">${escapeXml(line)}</text>`,
  );
  return box + text.join('');
}

function headsSvg(figure: Figure, options: SvgOptions, theme: Theme): string {
  return options.heads
    .map((head, lane) => {
      const x = figure.stage.laneX[lane] ?? 0;
      const lines = head.lines.map(
        (line, i) =>
          `<text x="${n(x)}" y="${43 + i * 16}" text-anchor="middle" font-family='${FACES[i === 0 ? 'mono' : 'words']}' font-size="11" fill="${theme.mute}">${escapeXml(line)}</text>`,
      );
      return `<text x="${n(x)}" y="25" text-anchor="middle" font-family='${FACES.words}' font-size="14" font-weight="600" fill="${theme.ink}">${escapeXml(head.name)}</text>${lines.join('')}`;
    })
    .join('');
}

function lifelines(figure: Figure, top: number, bottom: number, theme: Theme): string {
  return figure.stage.lanes
    .map((lane, i) => {
      const x = n(figure.stage.laneX[i] ?? 0);
      const dash = lane.kind === 'inferred' ? ' stroke-dasharray="5 4"' : '';
      return `<line x1="${x}" x2="${x}" y1="${n(top)}" y2="${n(bottom)}" stroke="${theme.ink}" stroke-opacity="0.75" stroke-width="1.3"${dash}/>`;
    })
    .join('');
}

const strokeSvg = (s: Stroke, theme: Theme): string =>
  `fill="none" stroke="${theme[s.tone]}" stroke-width="${n(s.width)}"${s.dash ? ` stroke-dasharray="${s.dash.map(n).join(' ')}"` : ''}${s.alpha === undefined ? '' : ` stroke-opacity="${s.alpha}"`} stroke-linejoin="round"`;
const fillSvg = (tone: Tone | null, alpha: number, theme: Theme): string =>
  tone === null ? 'fill="none"' : `fill="${theme[tone]}"${alpha === 1 ? '' : ` fill-opacity="${alpha}"`}`;

function markSvg(mark: Mark, theme: Theme): string {
  switch (mark.kind) {
    case 'line':
      return `<polyline points="${mark.at.map(n).join(' ')}" ${strokeSvg(mark.stroke, theme)}/>`;
    case 'curve':
      return `<path d="M${n(mark.at[0] ?? 0)} ${n(mark.at[1] ?? 0)}C${mark.at.slice(2).map(n).join(' ')}" ${strokeSvg(mark.stroke, theme)}/>`;
    case 'area':
      return `<polygon points="${mark.at.map(n).join(' ')}" ${fillSvg(mark.fill, mark.alpha, theme)}/>`;
    case 'rect':
      return `<rect x="${n(mark.x)}" y="${n(mark.y)}" width="${n(mark.width)}" height="${n(mark.height)}" rx="${n(mark.radius)}" ${mark.stroke ? strokeSvg(mark.stroke, theme).replace('fill="none"', '') : ''} ${fillSvg(mark.fill, mark.alpha, theme)}/>`;
    case 'circle':
      return `<circle cx="${n(mark.x)}" cy="${n(mark.y)}" r="${n(mark.radius)}" ${mark.stroke ? strokeSvg(mark.stroke, theme).replace('fill="none"', '') : ''} ${fillSvg(mark.fill, 1, theme)}/>`;
    case 'head':
      return `<polygon points="${headPoints(mark.x, mark.y, mark.angle, mark.size).map(n).join(' ')}" fill="${theme[mark.tone]}"/>`;
    case 'text':
      return textSvg(mark, theme);
  }
}

/** Tip, then the two wings. */
export function headPoints(x: number, y: number, angle: number, size: number): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const wing = size * 0.5;
  return [x, y, x - size * c + wing * s, y - size * s - wing * c, x - size * c - wing * s, y - size * s + wing * c];
}

function textSvg(mark: TextMark, theme: Theme): string {
  const spans = mark.spans.map((span) => {
    const style = `${span.bold ? ' font-weight="600"' : ''}${span.struck ? ' text-decoration="line-through"' : ''}${span.tone ? ` fill="${theme[span.tone]}"` : ''}`;
    return `<tspan${style}>${escapeXml(span.text)}</tspan>`;
  });
  const halo = mark.halo ? ` paint-order="stroke" stroke="${theme[mark.halo]}" stroke-width="3" stroke-linejoin="round"` : '';
  return `<text x="${n(mark.x)}" y="${n(mark.y)}" text-anchor="${mark.anchor}" font-family='${FACES[mark.font.face]}' font-size="${mark.font.size}" fill="${theme[mark.tone]}" xml:space="preserve"${halo}>${spans.join('')}</text>`;
}
