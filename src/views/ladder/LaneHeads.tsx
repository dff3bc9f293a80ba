// Names of the lanes above their lifelines: dragged to reorder, double-clicked to rename, with a menu; all of it by keyboard too.
import { MapPin } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { type Endpoint, formatEndpoint } from '../../engine/model/address.ts';
import type { LadderLane } from '../../engine/model/ladder.ts';
import type { TapId } from '../../engine/model/units.ts';
import { laneName } from '../../figure/describe.ts';
import { laneOrder, placeLane } from '../../figure/laneOrder.ts';
import type { LadderWords } from '../../figure/words.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { reorderTaps } from '../../store/arrangement.ts';
import { useLanes } from '../../store/lanes.ts';
import { useMessages } from '../../store/messages.ts';
import { useSession } from '../../store/session.ts';
import { useViewport } from '../../store/viewport.ts';
import { useText } from '../shared/i18n.ts';
import { positionText } from '../shared/positionText.ts';
import { FoldedMarks } from './FoldedTaps.tsx';
import styles from './Ladder.module.css';
import { LaneMenu } from './LaneMenu.tsx';
import type { LadderControl } from './ladderControl.ts';
import { ladderText } from './text.ts';

/** Below this distance between lanes, px, only names stand over them. */
const CLOSE = 84;
/** Height of a storey of names, and about the width of a letter in them and in an address, px. */
const STOREY = 20;
const NAME_PX = 8.4;
const MONO_PX = 6.7;
/** Around a lane's words, and between two lanes. */
const HEAD_PADDING = 12;

interface Drag {
  readonly lane: number;
  readonly startX: number;
  readonly dx: number;
}

export function LaneHeads(props: { readonly control: LadderControl; readonly words: LadderWords; readonly order: readonly number[] }) {
  const { control, words, order } = props;
  const t = useText(ladderText);
  const { ladder } = control;
  const drawn = useStore(control.store, (s) => s.figure?.stage.laneX.join(' ') ?? '')
    .split(' ')
    .map(Number);
  /** Until a new diagram is laid out its lanes stand where as many stood before: what has the focus keeps it. */
  const [xs, setXs] = useState(drawn);
  if (drawn.length === ladder.lanes.length && drawn.join(' ') !== xs.join(' ')) setXs(drawn);
  const names = useLanes((s) => s.names);
  const where = useText(positionText);
  const taps = useSession((s) => s.summary?.taps);
  const positions = useAnnotations((s) => s.positions);
  const box = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string | null>(null);
  useEffect(() => {
    const head = focusNext.current && box.current?.querySelector<HTMLElement>(`[data-lane="${CSS.escape(focusNext.current)}"]`);
    if (!head) return;
    focusNext.current = null;
    head.focus();
  });
  const [renaming, setRenaming] = useState<number | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [menu, setMenu] = useState<number | null>(null);
  const room = order.length > 1 ? Math.abs((xs[order[1] ?? 0] ?? 0) - (xs[order[0] ?? 0] ?? 0)) : 240;

  // Close lanes: names in storeys, each with the room of as many lanes.
  const longest = Math.max(0, ...ladder.lanes.map((_, i) => laneName(ladder, i, words, names).length * NAME_PX)) + HEAD_PADDING;
  const storeys = room >= CLOSE && longest <= room ? 1 : longest <= 2 * room ? 2 : 3;

  function place(lane: number, index: number): void {
    const ids = order.map((l) => ladder.lanes[l]?.id ?? '');
    const { order: before, setOrder } = useLanes.getState();
    const { lanes } = control.whole;
    const after = placeLane(lanes, before, useViewport.getState().flipped, ids, ladder.lanes[lane]?.id ?? '', index);
    const taps = observed(lanes, after);
    // Two have no order that their packets do not tell: the lanes alone change places.
    if (
      taps.length < 3 ||
      taps.join(' ') ===
        observed(
          lanes,
          laneOrder(lanes, before, false).map((i) => lanes[i]?.id ?? ''),
        ).join(' ')
    ) {
      setOrder(after);
      return;
    }
    const { summary } = useSession.getState();
    reorderTaps(
      taps.map((tap) => summary?.taps[tap]?.key ?? ''),
      after,
    );
    useMessages.getState().say(t('orderByHand', { order: taps.map((tap) => summary?.taps[tap]?.name ?? '').join(' → ') }));
  }
  const hide = (lane: number): void => {
    const id = ladder.lanes[lane]?.id;
    if (id === undefined || ladder.lanes.length < 2) return;
    // The focus goes to the lane beside it, once that stands in its new place.
    const at = order.indexOf(lane);
    focusNext.current = ladder.lanes[order[at + 1] ?? order[at - 1] ?? 0]?.id ?? null;
    useLanes.getState().hide(id);
  };
  function onKey(e: KeyboardEvent, lane: number): void {
    const by = e.altKey && e.key === 'ArrowLeft' ? -1 : e.altKey && e.key === 'ArrowRight' ? 1 : 0;
    if (by !== 0) place(lane, order.indexOf(lane) + by);
    else if (e.key === 'F2') setRenaming(lane);
    else if (e.key === 'Delete' && ladder.lanes.length > 1) hide(lane);
    else return;
    e.preventDefault();
  }
  function onMove(e: PointerEvent): void {
    if (drag) setDrag({ ...drag, dx: e.clientX - drag.startX });
  }
  function onUp(): void {
    if (drag && Math.abs(drag.dx) > 8) {
      const x = (xs[drag.lane] ?? 0) + drag.dx;
      const others = order.filter((l) => l !== drag.lane);
      place(drag.lane, others.filter((l) => (xs[l] ?? 0) < x).length);
    }
    setDrag(null);
  }

  return (
    <div ref={box} className={styles.heads} data-folded={ladder.folded.length > 0}>
      {xs.length === ladder.lanes.length && <FoldedMarks ladder={ladder} xs={xs} />}
      {xs.length === ladder.lanes.length &&
        ladder.lanes.map((lane, i) => {
          const name = laneName(ladder, i, words, names);
          const lines = laneLines(control, words, i, room);
          const tapKey = (lane.tap === null ? undefined : taps?.[lane.tap]?.key) ?? null;
          const placed = tapKey === null ? undefined : positions[tapKey];
          const says = [...lines.map((l) => l.text), ...(placed ? [t('placedByHand', { place: where(placed) })] : [])];
          const close = storeys > 1;
          const style = {
            left: (xs[i] ?? 0) + (drag?.lane === i ? drag.dx : 0),
            top: close ? (order.indexOf(i) % storeys) * STOREY : 0,
            maxWidth: storeys * room - 2,
          };
          if (renaming === i) {
            return (
              <input
                key={lane.id}
                className={styles.headInput}
                style={style}
                aria-label={t('renameLane', { name })}
                defaultValue={name}
                ref={(el) => el?.select()}
                onBlur={(e) => {
                  useLanes.getState().rename(lane.id, e.currentTarget.value);
                  setRenaming(null);
                }}
                onKeyDown={(e) => {
                  if (e.key === 'Enter') e.currentTarget.blur();
                  if (e.key === 'Escape') setRenaming(null);
                  e.stopPropagation();
                }}
              />
            );
          }
          return (
            <div key={lane.id} className={`${styles.headPlace} ${drag?.lane === i ? styles.dragged : ''}`} style={style}>
              <button
                type="button"
                className={styles.head}
                data-lane={lane.id}
                title={[name, ...says].join('\n')}
                aria-label={`${t('lane', { name })} ${says.join(', ')}`}
                onKeyDown={(e) => onKey(e, i)}
                onDoubleClick={() => setRenaming(i)}
                onContextMenu={(e) => {
                  e.preventDefault();
                  setMenu(i);
                }}
                onPointerDown={(e) => {
                  if (e.button !== 0) return;
                  e.currentTarget.setPointerCapture(e.pointerId);
                  setDrag({ lane: i, startX: e.clientX, dx: 0 });
                }}
                onPointerMove={onMove}
                onPointerUp={onUp}
                onPointerCancel={() => setDrag(null)}
              >
                <span className={styles.headName}>
                  {name}
                  {placed && <MapPin size={11} className={styles.placed} data-placed={placed} aria-hidden />}
                </span>
                {(close ? [] : lines).map((l) => (
                  <span key={l.text} className={l.mono ? styles.headAddress : styles.headFrom}>
                    {l.text}
                  </span>
                ))}
              </button>
              <LaneMenu
                name={name}
                tapKey={tapKey}
                index={order.indexOf(i)}
                count={order.length}
                open={menu === i}
                onOpen={(open) => setMenu(open ? i : null)}
                onRename={() => setRenaming(i)}
                onMove={(index) => place(i, index)}
                onHide={() => hide(i)}
              />
            </div>
          );
        })}
    </div>
  );
}

/** Capture points of lanes, from client to server: the server's side is left. */
const observed = (lanes: readonly LadderLane[], ids: readonly string[]): TapId[] =>
  ids.flatMap((id) => lanes.find((lane) => lane.id === id)?.tap ?? []).reverse();

/** What stands under a lane's name: its endpoint or what it translates, and where that is known from; shorter where lanes are close. */
export function laneLines(
  control: LadderControl,
  words: LadderWords,
  index: number,
  room: number,
): { readonly text: string; readonly mono: boolean }[] {
  const lane = control.ladder.lanes[index];
  if (!lane) return [];
  const { translation, endpoint } = lane;
  const pair = (from: Endpoint, to: Endpoint): string =>
    `${formatEndpoint(from)} ⇄ ${from.port === to.port ? to.address : formatEndpoint(to)}`;
  const end = translation?.from ?? endpoint;
  const addresses = [...(translation ? [pair(translation.from, translation.to)] : []), ...(end ? [formatEndpoint(end), end.address] : [])];
  const address = addresses.find((text) => text.length * MONO_PX + 4 <= room) ?? null;
  const say = lane.kind === 'observed' ? words.observed : words.inferred;
  const from = [say(lane.from), say(lane.kind === 'observed' ? [] : [''])];
  const known = from.find((text) => text.length * MONO_PX + HEAD_PADDING <= room) ?? from.at(-1) ?? '';
  return [...(address ? [{ text: address, mono: true }] : []), { text: known, mono: false }];
}
