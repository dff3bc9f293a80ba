// One chip per capture point: its name and how far its clock is off; one for all where they are many or the header is short.
import { TriangleAlert } from 'lucide-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { type TapEntry, useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import type { AnalyzedTap } from '../../worker/api.ts';
import { useQuery } from '../shared/engine.ts';
import { formatDuration, formatOffset } from '../shared/format.ts';
import { type Translate, useText } from '../shared/i18n.ts';
import { Tip } from '../shared/Tip.tsx';
import { useSize } from '../shared/useSize.ts';
import styles from './TapChips.module.css';
import { workbenchText } from './text.ts';

type T = Translate<keyof typeof workbenchText.en>;

/** More than these say their number instead: the names stand over the lanes. */
const MOST_CHIPS = 4;

export function TapChips() {
  const t = useText(workbenchText);
  const taps = useSession((s) => s.taps);
  const analyzed = useSession((s) => s.summary?.taps);
  const chips = taps.map((tap) => ({ tap, known: analyzed?.find((a) => a.key === tap.key), says: stateText(tap, analyzed, t) }));
  const [box, fits] = useFits(chips.map(({ tap, says }) => `${tap.name} ${says}`).join('\n'));
  return (
    <div ref={box} className={styles.chips}>
      {taps.length > MOST_CHIPS || !fits ? (
        <AllTaps analyzed={analyzed ?? []} chips={chips.map(({ tap, known, says }) => ({ name: tap.name, known, says }))} />
      ) : (
        chips.map(({ tap, known, says }) =>
          known && isApart(known) ? (
            <ChipApart key={tap.key} known={known} says={says} />
          ) : (
            <Chip
              key={tap.key}
              name={tap.name}
              says={says}
              tip={known && !known.clock.reference ? clockTip(known, t) : tap.fileNames.join(', ')}
              isBroken={(known?.clock.violations ?? 0) > 0}
              opens={known ? 'clocks' : 'captures'}
            />
          ),
        )
      )}
    </div>
  );
}

const isApart = ({ clock }: AnalyzedTap): boolean => !clock.pinned && !Number.isFinite(clock.uncertainty);

/** By capture point why its clock can't be compared, and what follows: as the report says it. */
const useApart = (): readonly string[] =>
  useQuery(
    'clocksApart',
    useSettings((s) => s.language),
  ).value ?? [];

function ChipApart({ known, says }: { readonly known: AnalyzedTap; readonly says: string }) {
  const why = useApart()[known.tap];
  return (
    <Chip name={known.name} says={says} tip={why ? `${known.name} ${why}` : ''} isBroken={known.clock.violations > 0} opens="clocks" />
  );
}

interface TapLine {
  readonly name: string;
  readonly known: AnalyzedTap | undefined;
  readonly says: string;
}

function AllTaps({ analyzed, chips }: { readonly analyzed: readonly AnalyzedTap[]; readonly chips: readonly TapLine[] }) {
  const t = useText(workbenchText);
  const apart = useApart();
  const lines = chips.map(({ name, known, says }) => `${name} ${(known && isApart(known) && apart[known.tap]) || says}`);
  const worst = Math.max(0, ...analyzed.map((a) => a.clock.uncertainty));
  const clocks = analyzed.some((a) => a.clock.pinned)
    ? t('clocksPinned')
    : Number.isFinite(worst)
      ? t('clocksWithin', { within: formatDuration(worst) })
      : t('clockUnknown');
  return (
    <Chip
      name={t('manyTaps', { n: lines.length })}
      says={analyzed.length > 0 ? clocks : ''}
      tip={lines.join('\n')}
      isBroken={analyzed.some((a) => a.clock.violations > 0)}
      opens={analyzed.length > 0 ? 'clocks' : 'captures'}
    />
  );
}

function Chip(props: {
  readonly name: string;
  readonly says: string;
  readonly tip: string;
  /** Packets arrive before they were sent as the clock stands. */
  readonly isBroken: boolean;
  readonly opens: 'clocks' | 'captures';
}) {
  const t = useText(workbenchText);
  const set = useSettings((s) => s.set);
  return (
    <Tip text={props.tip}>
      <button type="button" className={styles.chip} data-broken={props.isBroken} onClick={() => set({ drawer: props.opens })}>
        {props.isBroken && <TriangleAlert size={13} aria-label={t('clockBroken')} />}
        <span className={styles.name}>{props.name}</span> {props.says}
      </button>
    </Tip>
  );
}

/** Whether what says `content` has room in its box: asked anew for other content, and as the box grows or shrinks. */
function useFits(content: string): [React.RefObject<HTMLDivElement | null>, boolean] {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  /** What the content needs, once it was seen not to fit. */
  const [needs, setNeeds] = useState({ content, width: 0 });
  const fits = needs.content !== content || width >= needs.width;
  useLayoutEffect(() => {
    const element = box.current;
    if (!fits || !element || element.scrollWidth <= element.clientWidth) return;
    const width = element.scrollWidth;
    // The known size may be older than the layout: what was already noted is not noted again, or drawing never ends.
    setNeeds((noted) => (noted.content === content && noted.width === width ? noted : { content, width }));
  });
  return [box, fits];
}

function stateText(tap: TapEntry, analyzed: readonly AnalyzedTap[] | undefined, t: T): string {
  const known = analyzed?.find((a) => a.key === tap.key);
  if (known) return clockText(known, t);
  return tap.load.kind === 'failed' ? t('notRead') : tap.load.kind === 'ready' ? '' : t('readingShort');
}

function clockText({ clock }: AnalyzedTap, t: T): string {
  if (clock.reference) return t('referenceClock');
  if (clock.pinned) return `${formatOffset(clock.offset)} ${t('clockPinned')}`;
  if (!Number.isFinite(clock.uncertainty)) return t('clockUnknown');
  return `${formatOffset(clock.offset)} ± ${formatDuration(clock.uncertainty)}`;
}

const clockTip = ({ clock }: AnalyzedTap, t: T): string =>
  clock.violations > 0 ? t('clockBroken') : t(clock.pinned ? 'clockPinnedTip' : 'clockTip');
