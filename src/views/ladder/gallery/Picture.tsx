// One ladder drawn as it is, without moving: canvas at device resolution, lane heads above.
import { useEffect, useRef } from 'react';
import type { Ladder, LadderWindow } from '../../../engine/model/ladder.ts';
import { laneName } from '../../../figure/describe.ts';
import type { LadderScale } from '../../../figure/layout.ts';
import type { LadderNote } from '../../../figure/noteMarks.ts';
import { THEMES } from '../../../figure/themes.ts';
import { wordsEn } from '../../../figure/words.en.ts';
import { wordsZh } from '../../../figure/words.zh.ts';
import { drawLadder, measureOn, NO_EMPHASIS, pageFonts } from '../drawCanvas.ts';
import styles from './Gallery.module.css';
import { layLadder } from './layLadder.ts';

export interface PictureProps {
  readonly ladder: Ladder;
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'zh';
  readonly scale?: LadderScale;
  readonly zoom?: number;
  readonly open?: ReadonlyMap<number, readonly LadderWindow[]>;
  readonly notes?: readonly LadderNote[];
}

const NONE = new Map<number, readonly LadderWindow[]>();

export function Picture({ ladder, width, height, theme, language, scale = 'rows', zoom, open = NONE, notes = [] }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = language === 'en' ? wordsEn : wordsZh;
  useEffect(() => {
    const pen = canvas.current?.getContext('2d');
    if (!canvas.current || !pen) return;
    const fonts = pageFonts(document.documentElement);
    const figure = layLadder(ladder, {
      scale,
      width,
      height,
      zoom: zoom ?? null,
      open,
      notes,
      words,
      measure: measureOn(pen, fonts),
    });
    const ratio = devicePixelRatio || 1;
    canvas.current.width = width * ratio;
    canvas.current.height = height * ratio;
    drawLadder(pen, figure, { top: 0, width, height, ratio }, THEMES[theme], fonts, NO_EMPHASIS);
  }, [ladder, width, height, theme, words, scale, zoom, open, notes]);
  const names = ladder.lanes.map((_, i) => laneName(ladder, i, words)).join(', ');
  return <canvas ref={canvas} className={styles.picture} style={{ width, height }} role="img" aria-label={names} />;
}
