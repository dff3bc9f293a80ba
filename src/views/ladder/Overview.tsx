// The whole time at a glance: throughput, retransmissions, leaks and RSTs, with the visible part as a window to drag.
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { LadderDensity } from '../../engine/model/ladder.ts';
import { type Nanos, nanos } from '../../engine/model/units.ts';
import { THEMES } from '../../figure/themes.ts';
import { useEngine } from '../shared/engine.ts';
import { useText } from '../shared/i18n.ts';
import { drawOverview, overviewScale } from './drawOverview.ts';
import styles from './Ladder.module.css';
import type { LadderControl } from './ladderControl.ts';
import { ladderText } from './text.ts';
import { wheelDelta } from './wheel.ts';

export function Overview({ control, formatTime }: { readonly control: LadderControl; readonly formatTime: (time: Nanos) => string }) {
  const t = useText(ladderText);
  const engine = useEngine();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [density, setDensity] = useState<LadderDensity | null>(null);
  const { ladder, path, store } = control;
  const scale = overviewScale(ladder, size.height);
  const part = useStore(store, (s) => (s.figure ? `${s.figure.map.time(s.top)} ${s.figure.map.time(s.top + s.height)}` : ''));
  const [from, to] = part.split(' ').map((v) => nanos(Number(v)));

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (size.height === 0) return;
    let current = true;
    engine
      .query('ladderDensity', path, ladder.firstTime, ladder.lastTime, Math.max(16, Math.round(size.height / 2)))
      .then((answer) => current && setDensity(answer))
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [engine, path, ladder, size.height]);
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (!element || !pen || size.height === 0) return;
    const ratio = devicePixelRatio || 1;
    element.width = Math.round(size.width * ratio);
    element.height = Math.round(size.height * ratio);
    const draw = (): void => {
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { figure, top, height } = store.getState();
      const window = figure ? { from: figure.map.time(top), to: figure.map.time(top + height) } : null;
      drawOverview(pen, size, ladder, density, window, THEMES[document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light']);
    };
    draw();
    const observer = new MutationObserver(draw);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const stop = store.subscribe((s, old) => {
      if (s.top !== old.top || s.figure !== old.figure || s.height !== old.height) draw();
    });
    return () => {
      stop();
      observer.disconnect();
    };
  }, [size, density, ladder, store]);

  function moveTo(e: PointerEvent<HTMLElement>): void {
    const { figure, height } = store.getState();
    const y = e.clientY - e.currentTarget.getBoundingClientRect().top;
    if (figure) control.setTop(figure.map.y(nanos(scale.invert(y))) - height / 2);
  }
  function onKey(e: KeyboardEvent): void {
    const { top, height } = store.getState();
    const by: Readonly<Record<string, number>> = {
      ArrowDown: 40,
      ArrowUp: -40,
      PageDown: height * 0.9,
      PageUp: -height * 0.9,
      Home: -1e15,
      End: 1e15,
    };
    const delta = by[e.key];
    if (delta === undefined) return;
    control.setTop(top + delta);
    e.preventDefault();
  }
  const all = Math.max(1, ladder.lastTime - ladder.firstTime);
  return (
    <div
      ref={box}
      className={styles.overview}
      role="slider"
      tabIndex={0}
      aria-label={t('overview')}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={from === undefined ? 0 : Math.round(((from - ladder.firstTime) / all) * 100)}
      aria-valuetext={
        from === undefined || to === undefined
          ? ''
          : t('overviewValue', { from: formatTime(from), to: formatTime(to), all: formatTime(ladder.lastTime) })
      }
      onKeyDown={onKey}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        moveTo(e);
      }}
      onPointerMove={(e) => {
        if (e.buttons === 1) moveTo(e);
      }}
      onWheel={(e) => control.setTop(store.getState().top + wheelDelta(e.nativeEvent))}
    >
      <canvas ref={canvas} className={styles.overviewCanvas} />
    </div>
  );
}
