// A plot that says in words what is under the pointer, with a line through it.
import { useState } from 'react';
import { CurveCanvas } from './CurveCanvas.tsx';
import { MARGIN, timeScale } from './chart.ts';
import styles from './SequenceCanvas.module.css';
import type { Curves } from './useCurves.ts';

export function ReadoutCanvas(props: {
  readonly label: string;
  readonly curves: Curves;
  readonly draw: (canvas: HTMLCanvasElement) => void;
  /** Lines for a time and the time that a pixel spans; empty: nothing there. */
  readonly readout: (time: number, perPixel: number) => readonly string[];
  readonly onPick?: (time: number, perPixel: number) => void;
}) {
  const { window, whole, setWindow } = props.curves;
  const [x, setX] = useState<number | null>(null);
  const [width, setWidth] = useState(300);
  const scale = timeScale(window, width);
  const perPixel = scale.invert(1) - scale.invert(0);
  const isInside = x !== null && x >= MARGIN.left && x <= width - MARGIN.right;
  const lines = isInside ? props.readout(scale.invert(x), perPixel) : [];
  return (
    <div className={styles.plot}>
      <CurveCanvas
        label={props.label}
        window={window}
        whole={whole}
        setWindow={setWindow}
        draw={props.draw}
        onWidth={setWidth}
        onPoint={(at) => setX(at)}
        onLeave={() => setX(null)}
        onPick={(at) => props.onPick?.(scale.invert(at), perPixel)}
      />
      {isInside && <div className={styles.line} style={{ left: x }} aria-hidden />}
      {isInside && lines.length > 0 && (
        <div
          className={styles.tip}
          data-readout
          style={x > width / 2 ? { right: width - x + 10, top: 8 } : { left: x + 10, top: 8 }}
          aria-hidden
        >
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </div>
      )}
    </div>
  );
}
