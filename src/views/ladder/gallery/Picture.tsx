// One ladder drawn as it is, without moving: canvas at device resolution, lane heads above.
import { useEffect, useMemo, useRef } from 'react';
import type { Ladder, LadderWindow } from '../../../engine/model/ladder.ts';
import { laneName } from '../../../figure/describe.ts';
import { type LadderScale, layoutLadder } from '../../../figure/layout.ts';
import type { LadderNote } from '../../../figure/noteMarks.ts';
import { clock } from '../../../figure/numbers.ts';
import { THEMES } from '../../../figure/themes.ts';
import { wordsEn } from '../../../figure/words.en.ts';
import { wordsZh } from '../../../figure/words.zh.ts';
import { drawLadder, measureOn, NO_EMPHASIS, pageFonts } from '../drawCanvas.ts';
import styles from './Gallery.module.css';

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
  const order = useMemo(() => ladder.lanes.map((_, i) => i), [ladder]);
  useEffect(() => {
    const pen = canvas.current?.getContext('2d');
    if (!canvas.current || !pen) return;
    const fonts = pageFonts(document.documentElement);
    const figure = layoutLadder({
      ladder,
      scale,
      width,
      height,
      zoom: zoom ?? null,
      order,
      open,
      notes,
      words,
      measure: measureOn(pen, fonts),
      formatTime: (time) => clock(time - ladder.firstTime),
    });
    const ratio = devicePixelRatio || 1;
    canvas.current.width = width * ratio;
    canvas.current.height = height * ratio;
    drawLadder(pen, figure, { top: 0, width, height, ratio }, THEMES[theme], fonts, NO_EMPHASIS);
  }, [ladder, width, height, theme, words, scale, zoom, open, notes, order]);
  const names = ladder.lanes.map((_, i) => laneName(ladder, i, words)).join(', ');
  return <canvas ref={canvas} className={styles.picture} style={{ width, height }} role="img" aria-label={names} />;
}
