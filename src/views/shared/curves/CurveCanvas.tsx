// A canvas that zooms at the pointer, is dragged along time, and hears keys. What is drawn on it is the caller's.
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import { useSettings } from '../../../store/settings.ts';
import { useText } from '../i18n.ts';
import styles from './CurveCanvas.module.css';
import { type Domain, timeScale } from './chart.ts';
import { curvesText } from './text.ts';

const STEP = 1.3;

export function CurveCanvas(props: {
  readonly label: string;
  readonly window: Domain;
  readonly whole: Domain;
  readonly setWindow: (window: Domain | null) => void;
  /** Draws everything; called when anything changes. */
  readonly draw: (canvas: HTMLCanvasElement) => void;
  readonly onWidth?: (width: number) => void;
  readonly onPoint?: (x: number, y: number) => void;
  readonly onLeave?: () => void;
  readonly onPick?: (x: number, y: number) => void;
}) {
  const { label, window, whole, setWindow, draw, onWidth } = props;
  const t = useText(curvesText);
  const theme = useSettings((s) => s.theme);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ readonly x: number; readonly window: Domain; moved: boolean } | null>(null);
  const latest = useRef({ window, whole, setWindow, draw });
  latest.current = { window, whole, setWindow, draw };

  const redraw = useCallback(() => {
    if (canvas.current) latest.current.draw(canvas.current);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again for every change of what is drawn, and of the theme.
  useLayoutEffect(redraw, [redraw, draw, theme]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      onWidth?.(element.clientWidth);
      redraw();
    });
    observer.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', redraw);
    return () => {
      observer.disconnect();
      scheme.removeEventListener('change', redraw);
    };
  }, [redraw, onWidth]);

  const zoom = useCallback((factor: number, at: number): void => {
    const { window: w, whole: all, setWindow: set } = latest.current;
    const next = { from: at - (at - w.from) * factor, to: at + (w.to - at) * factor };
    set(next.to - next.from >= all.to - all.from ? null : next);
  }, []);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const wheel = (e: WheelEvent): void => {
      e.preventDefault();
      const { window: w, setWindow: set } = latest.current;
      const scale = timeScale(w, element.clientWidth);
      if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
        const by = scale.invert(e.deltaX) - scale.invert(0);
        set({ from: w.from + by, to: w.to + by });
      } else zoom(Math.exp(e.deltaY * 0.002), scale.invert(e.offsetX));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [zoom]);

  const onKeyDown = (e: React.KeyboardEvent): void => {
    const span = window.to - window.from;
    const middle = window.from + span / 2;
    const keys: Readonly<Record<string, () => void>> = {
      '+': () => zoom(1 / STEP, middle),
      '=': () => zoom(1 / STEP, middle),
      '-': () => zoom(STEP, middle),
      '0': () => setWindow(null),
      ArrowLeft: () => setWindow({ from: window.from - span / 8, to: window.to - span / 8 }),
      ArrowRight: () => setWindow({ from: window.from + span / 8, to: window.to + span / 8 }),
    };
    const act = keys[e.key];
    if (!act || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    e.stopPropagation();
    act();
  };
  const at = (e: React.PointerEvent): readonly [number, number] => [e.nativeEvent.offsetX, e.nativeEvent.offsetY];
  return (
    <canvas
      ref={canvas}
      role="img"
      tabIndex={0}
      aria-label={`${label} ${t('keys')}`}
      className={styles.canvas}
      onKeyDown={onKeyDown}
      onDoubleClick={() => setWindow(null)}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        drag.current = { x: e.nativeEvent.offsetX, window, moved: false };
        e.currentTarget.setPointerCapture(e.pointerId);
      }}
      onPointerMove={(e) => {
        const held = drag.current;
        if (!held) {
          props.onPoint?.(...at(e));
          return;
        }
        const by = e.nativeEvent.offsetX - held.x;
        if (Math.abs(by) < 3 && !held.moved) return;
        held.moved = true;
        const scale = timeScale(held.window, e.currentTarget.clientWidth);
        const shift = scale.invert(0) - scale.invert(by);
        setWindow({ from: held.window.from + shift, to: held.window.to + shift });
      }}
      onPointerUp={(e) => {
        if (drag.current && !drag.current.moved) props.onPick?.(...at(e));
        drag.current = null;
      }}
      onPointerLeave={() => props.onLeave?.()}
    />
  );
}
