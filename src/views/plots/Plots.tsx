// Time–sequence, throughput and round trips of a connection, on one axis of time.
import { useCallback, useState } from 'react';
import { row as rowOf } from '../../engine/model/units.ts';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { Button } from '../shared/Button.tsx';
import { drawAxes, openChart } from '../shared/curves/chart.ts';
import { drawRates, drawRtt, flightDomain, rateDomain, rttDomain } from '../shared/curves/drawRates.ts';
import { Legend } from '../shared/curves/Legend.tsx';
import { ReadoutCanvas } from '../shared/curves/ReadoutCanvas.tsx';
import { columnAt, heldAt, roundTripAt } from '../shared/curves/readout.ts';
import { SequenceCanvas } from '../shared/curves/SequenceCanvas.tsx';
import { SourceSelect } from '../shared/curves/SourceSelect.tsx';
import { SummaryTable } from '../shared/curves/SummaryTable.tsx';
import { curvesText } from '../shared/curves/text.ts';
import { formatTick } from '../shared/curves/ticks.ts';
import { type Curves, useCurves } from '../shared/curves/useCurves.ts';
import { formatBytes, formatDuration } from '../shared/format.ts';
import { useText } from '../shared/i18n.ts';
import { useTimeFormat } from '../shared/timeFormat.ts';
import styles from './Plots.module.css';

/** Slot of the workbench: takes no props, reads the stores, asks the engine. */
export function Plots() {
  const t = useText(curvesText);
  const packet = useSelection(primaryPacket);
  const [width, setWidth] = useState(600);
  const curves = useCurves(packet, width);
  if (curves.sources.length === 0) return <p className={styles.none}>{t('none')}</p>;
  const { answer } = curves;
  return (
    <div className={styles.plots}>
      <div className={styles.bar}>
        <SourceSelect curves={curves} />
        <Legend marks={['Data', 'Retransmission', 'OutOfOrder', 'Leak', 'Reset', 'Ack', 'Window', 'Sack']} />
        <Button look="plain" className={styles.fit} onClick={() => curves.setWindow(null)}>
          {t('fit')}
        </Button>
      </div>
      <div className={styles.body}>
        <div className={styles.pictures}>
          <figure className={styles.sequence}>
            <figcaption className={styles.caption}>{t('sequence')}</figcaption>
            <SequenceCanvas curves={curves} onWidth={setWidth} />
          </figure>
          <figure className={styles.small}>
            <figcaption className={styles.caption}>
              {t('rates')} <Legend marks={['Throughput', 'Retransmitted', 'InFlight']} />
            </figcaption>
            <Rates curves={curves} />
          </figure>
          <figure className={styles.small}>
            <figcaption className={styles.caption}>{t('rtt')}</figcaption>
            <Rtt curves={curves} />
          </figure>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className={styles.numbers} tabIndex={0} aria-label={t('numbers')}>
          {answer && <SummaryTable answer={answer} />}
        </section>
      </div>
    </div>
  );
}

function Rates({ curves }: { readonly curves: Curves }) {
  const t = useText(curvesText);
  const { answer, window, origin } = curves;
  const plot = answer?.rates ?? null;
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => {
      const c = openChart(canvas, window, plot ? rateDomain(plot) : { from: 0, to: 1 });
      if (!c) return;
      drawAxes(c, origin, formatTick(window), (v) => `${formatBytes(v)}/s`);
      if (plot) drawRates(c, plot, flightDomain(plot), formatBytes);
    },
    [plot, window, origin],
  );
  const { summary } = answer ?? {};
  const label = t('ratesLabel', { throughput: formatBytes(summary?.throughput ?? 0), flight: formatBytes(summary?.mostInFlight ?? 0) });
  const time = useTimeFormat();
  const readout = (at: number): readonly string[] => {
    const i = plot ? columnAt(plot, at) : -1;
    if (!plot || i < 0) return [];
    const [again, flight, held] = [plot.retransmitted[i] ?? 0, heldAt(plot.inFlight, i), heldAt(plot.window, i)];
    return [
      time(at),
      t('readRate', { rate: formatBytes((plot.throughput[i] ?? 0) + again) }),
      ...(again > 0 ? [t('readAgain', { rate: formatBytes(again) })] : []),
      ...(Number.isNaN(flight) ? [] : [t('readFlight', { octets: formatBytes(flight) })]),
      ...(Number.isNaN(held) ? [] : [t('readWindow', { octets: formatBytes(held) })]),
    ];
  };
  return <ReadoutCanvas label={label} curves={curves} draw={draw} readout={readout} />;
}

/** CSS pixels beside a round trip that still point at it. */
const REACH = 8;

function Rtt({ curves }: { readonly curves: Curves }) {
  const t = useText(curvesText);
  const { answer, window, origin } = curves;
  const plot = answer?.rtt ?? null;
  const draw = useCallback(
    (canvas: HTMLCanvasElement) => {
      const c = openChart(canvas, window, plot ? rttDomain(plot) : { from: 0, to: 1 });
      if (!c) return;
      drawAxes(c, origin, formatTick(window), formatDuration);
      if (plot) drawRtt(c, plot);
    },
    [plot, window, origin],
  );
  const label =
    plot && plot.samples > 0
      ? t('rttLabel', {
          samples: plot.samples,
          median: formatDuration(plot.median),
          least: formatDuration(plot.least),
          most: formatDuration(plot.most),
        })
      : t('rttNone');
  const time = useTimeFormat();
  const readout = (at: number, perPixel: number): readonly string[] => {
    const i = plot ? roundTripAt(plot, at, REACH * perPixel) : -1;
    if (!plot || i < 0) return [];
    const [low, high] = [formatDuration(plot.low[i] ?? 0), formatDuration(plot.high[i] ?? 0)];
    return [time(plot.time[i] ?? 0), low === high ? t('readTrip', { time: low }) : t('readTrips', { low, high })];
  };
  const pick = (at: number, perPixel: number): void => {
    const i = plot ? roundTripAt(plot, at, REACH * perPixel) : -1;
    if (plot && curves.source && i >= 0) useSelection.getState().selectPacket({ tap: curves.source.tap, row: rowOf(plot.row[i] ?? 0) });
  };
  return <ReadoutCanvas label={label} curves={curves} draw={draw} readout={readout} onPick={pick} />;
}
