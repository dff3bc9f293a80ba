// The window of one direction over time: canvas for the eye, a list of the packets outside for everybody.
import { type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Direction, PathId } from '../../engine/model/units.ts';
import type { BandOffender, WindowBand } from '../../engine/model/whatIf.ts';
import { samePacket, useSelection } from '../../store/selection.ts';
import { useSettings } from '../../store/settings.ts';
import type { Language } from '../../worker/api.ts';
import { useQuery } from '../shared/engine.ts';
import { formatBytes, formatCount, formatDuration } from '../shared/format.ts';
import { type Translate, useText } from '../shared/i18n.ts';
import { useSize } from '../shared/useSize.ts';
import { hitOffender, layoutBand } from './bandLayout.ts';
import { type BandColours, drawBand } from './drawBand.ts';
import { PacketButton } from './Packets.tsx';
import { whatIfText } from './text.ts';
import styles from './whatif.module.css';

const COLUMNS = 600;
const LISTED = 40;

export function BandCard({ path }: { readonly path: PathId }) {
  const t = useText(whatIfText);
  const [direction, setDirection] = useState<Direction>(1);
  const band = useQuery('windowBand', { path, direction, columns: COLUMNS }).value;
  return (
    <section className={styles.band} aria-label={t('band')}>
      <div className={styles.bandHead}>
        <h2 className={styles.title}>{t('band')}</h2>
        <fieldset className={styles.switch}>
          <legend className="unseen">{t('direction')}</legend>
          {([1, 0] as const).map((d) => (
            <label key={d} data-on={d === direction}>
              <input type="radio" name="band-direction" checked={d === direction} onChange={() => setDirection(d)} />
              {t(d === 0 ? 'original' : 'reply')}
            </label>
          ))}
        </fieldset>
      </div>
      {band && band.path === path && band.direction === direction ? <Chart band={band} /> : <div className={styles.chart} />}
      {band && <Offenders band={band} />}
    </section>
  );
}

function Chart({ band }: { readonly band: WindowBand }) {
  const t = useText(whatIfText);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  const theme = useSettings((s) => s.theme);
  const language = useSettings((s) => s.language);
  const selected = useSelection((s) => s.packets);
  const select = useSelection((s) => s.selectPacket);
  const [hover, setHover] = useState<BandOffender | null>(null);
  const layout = useMemo(() => layoutBand(band, size), [band, size]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours depend on the theme
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || !layout) return;
    const ratio = devicePixelRatio || 1;
    element.width = Math.round(size.width * ratio);
    element.height = Math.round(size.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    const words = { time: formatDuration, octets: formatBytes };
    const isMarked = (o: BandOffender): boolean => o === hover || selected.some((p) => samePacket(p, o.packet));
    drawBand(context, layout, coloursOf(element), words, (mark) => isMarked(mark.offender));
  }, [layout, size, theme, selected, hover]);
  const at = (event: MouseEvent): BandOffender | null => {
    const rect = event.currentTarget.getBoundingClientRect();
    return layout ? hitOffender(layout, event.clientX - rect.left, event.clientY - rect.top) : null;
  };
  return (
    <div className={styles.chart} ref={box}>
      {layout ? (
        <canvas
          ref={canvas}
          className={styles.canvas}
          role="img"
          aria-label={t('bandFigure', { n: band.offenderCount })}
          data-hit={hover !== null}
          onMouseMove={(e) => setHover(at(e))}
          onMouseLeave={() => setHover(null)}
          onClick={(e) => {
            const hit = at(e);
            if (hit) select(hit.packet);
          }}
        />
      ) : (
        size.width > 0 && <p className={styles.quiet}>{t('bandNone')}</p>
      )}
      {hover && <p className={styles.hover}>{saysOf(hover, t, language)}</p>}
      <p className={styles.legend} aria-hidden="true">
        <span data-kind="band">{t('legendBand')}</span>
        <span data-kind="packets">{t('legendPackets')}</span>
        <span data-kind="outside">{t('legendOutside')}</span>
      </p>
    </div>
  );
}

function saysOf(o: BandOffender, t: Translate<keyof typeof whatIfText.en>, language: Language): string {
  const by = `${formatCount(o.by, language)} B`;
  return o.broken === null ? t('broken-other') : t(`broken-${o.broken}`, { by });
}

function Offenders({ band }: { readonly band: WindowBand }) {
  const t = useText(whatIfText);
  const language = useSettings((s) => s.language);
  const list = band.offenders.slice(0, LISTED);
  const labels = useQuery(
    'packetLabels',
    list.map((o) => o.packet),
  );
  if (band.offenderCount === 0) return <p className={styles.quiet}>{t('outsideNone')}</p>;
  return (
    <details className={styles.offenders} open={list.length <= 6}>
      <summary>{t('outside', { n: band.offenderCount })}</summary>
      <ul>
        {list.map((o, i) => (
          <li key={o.journey}>
            <PacketButton packet={o.packet} label={labels.value?.[i] ?? `#${o.packet.row + 1}`} /> {saysOf(o, t, language)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function coloursOf(element: HTMLElement): BandColours {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: of('--ink'),
    mute: of('--mute'),
    hair: of('--hair-strong'),
    accepted: of('--ok-soft'),
    edge: of('--ok'),
    packets: of('--data'),
    offender: of('--leak'),
    card: of('--card'),
    font: `11px ${of('--sans')}`,
  };
}
