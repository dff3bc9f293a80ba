// The octets of a packet in hexadecimal and ASCII; those of the marked field stand out, and pointing at one marks its field.
import { useEffect, useRef, useState } from 'react';
import { useText } from '../shared/i18n.ts';
import styles from './HexView.module.css';
import { inspectorText } from './text.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Octets of a line: sixteen where there is room for them and their characters. */
const WIDE = 16;
const NARROW = 8;
const WIDE_FROM = 440;
const LINE_HEIGHT = 18;
/** Lines beyond the visible ones. */
const BEYOND = 10;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const ascii = (octet: number): string => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '·');

export function HexView(props: {
  readonly bytes: Uint8Array;
  readonly selected: Range | null;
  readonly hovered: Range | null;
  readonly onHover: (octet: number | null) => void;
  readonly onSelect: (octet: number) => void;
}) {
  const { bytes, selected, hovered, onHover, onSelect } = props;
  const t = useText(inspectorText);
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(300);
  const [perLine, setPerLine] = useState(NARROW);
  const lines = Math.ceil(bytes.length / perLine);
  const first = Math.max(0, Math.floor(top / LINE_HEIGHT) - BEYOND);
  const last = Math.min(lines, Math.ceil((top + height) / LINE_HEIGHT) + BEYOND);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setHeight(element.clientHeight);
      setPerLine(element.clientWidth >= WIDE_FROM ? WIDE : NARROW);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element || !selected) return;
    const y = Math.floor(selected.from / perLine) * LINE_HEIGHT;
    if (y < element.scrollTop || y + LINE_HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = Math.max(0, y - LINE_HEIGHT * 2);
  }, [selected, perLine]);

  const octetOf = (target: EventTarget): number | null => {
    const at = target instanceof HTMLElement ? target.dataset.at : undefined;
    return at === undefined ? null : Number(at);
  };
  const onKeyDown = (e: React.KeyboardEvent): void => {
    const step: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perLine, ArrowUp: -perLine };
    const by = step[e.key];
    if (by === undefined) return;
    e.preventDefault();
    const from = by > 0 ? (selected ? selected.to - 1 : -1) : (selected?.from ?? 0);
    onSelect(Math.max(0, Math.min(bytes.length - 1, from + by)));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: no native element shows octets that can be walked.
    <div
      ref={box}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk the octets.
      tabIndex={0}
      aria-label={t('octetsView')}
      className={styles.box}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      onPointerMove={(e) => onHover(octetOf(e.target))}
      onPointerLeave={() => onHover(null)}
      onClick={(e) => {
        const at = octetOf(e.target);
        if (at !== null) onSelect(at);
      }}
      onKeyDown={onKeyDown}
    >
      <div className={styles.lines} style={{ height: lines * LINE_HEIGHT }}>
        {Array.from({ length: last - first }, (_, i) => first + i).map((line) => (
          <Line key={line} bytes={bytes} line={line} perLine={perLine} selected={selected} hovered={hovered} />
        ))}
      </div>
    </div>
  );
}

function Line({
  bytes,
  line,
  perLine,
  selected,
  hovered,
}: {
  readonly bytes: Uint8Array;
  readonly line: number;
  readonly perLine: number;
  readonly selected: Range | null;
  readonly hovered: Range | null;
}) {
  const from = line * perLine;
  const octets = Array.from(bytes.subarray(from, from + perLine), (octet, i) => ({ octet, at: from + i }));
  const mark = (at: number): string | undefined =>
    hovered && at >= hovered.from && at < hovered.to
      ? 'hovered'
      : selected && at >= selected.from && at < selected.to
        ? 'selected'
        : undefined;
  return (
    <div className={styles.line} style={{ top: line * LINE_HEIGHT }}>
      <span className={styles.offset}>{hex(from, 4)}</span>
      <span className={styles.hex} data-wide={perLine === WIDE}>
        {octets.map(({ octet, at }) => (
          <span
            key={at}
            data-at={at}
            data-mark={mark(at)}
            data-joined={at + 1 < from + perLine && mark(at) !== undefined && mark(at) === mark(at + 1)}
            className={styles.octet}
          >
            {hex(octet, 2)}
          </span>
        ))}
      </span>
      <span className={styles.ascii} aria-hidden>
        {octets.map(({ octet, at }) => (
          <span key={at} data-at={at} data-mark={mark(at)} className={styles.character}>
            {ascii(octet)}
          </span>
        ))}
      </span>
    </div>
  );
}
