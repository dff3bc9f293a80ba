// What can be done with one lane, on a button beside its name; and the list of all lanes with those that are hidden.
import { ChevronDown, Eye, EyeOff } from 'lucide-react';
import { TAP_POSITIONS } from '../../engine/model/correlation.ts';
import { laneName } from '../../figure/describe.ts';
import { hiddenIn } from '../../figure/hideLanes.ts';
import type { LadderWords } from '../../figure/words.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { arrangeAsPackets, placeTap } from '../../store/arrangement.ts';
import { useLanes } from '../../store/lanes.ts';
import { useMessages } from '../../store/messages.ts';
import { useSession } from '../../store/session.ts';
import { Button } from '../shared/Button.tsx';
import { useText } from '../shared/i18n.ts';
import { Menu, type MenuItem } from '../shared/Menu.tsx';
import { positionText } from '../shared/positionText.ts';
import styles from './Ladder.module.css';
import type { LadderControl } from './ladderControl.ts';
import { ladderText } from './text.ts';

/** Where a capture point can be said to lie, from client to server. */
const PLACES = TAP_POSITIONS.filter((p) => p !== 'unknown');
const AS_PACKETS = 'packets';

export function LaneMenu(props: {
  readonly name: string;
  /** Key of its capture point; null: the lane is inferred. */
  readonly tapKey: string | null;
  /** Place among the lanes shown, and how many those are. */
  readonly index: number;
  readonly count: number;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly onRename: () => void;
  readonly onMove: (index: number) => void;
  readonly onHide: () => void;
}) {
  const { name, index, count } = props;
  const t = useText(ladderText);
  const place = usePlaceItems(name, props.tapKey);
  const items: readonly MenuItem[] = [
    { kind: 'action', id: 'rename', label: t('rename'), hint: 'F2', onSelect: props.onRename },
    { kind: 'action', id: 'left', label: t('moveLeft'), hint: 'Alt ←', disabled: index === 0, onSelect: () => props.onMove(index - 1) },
    {
      kind: 'action',
      id: 'right',
      label: t('moveRight'),
      hint: 'Alt →',
      disabled: index === count - 1,
      onSelect: () => props.onMove(index + 1),
    },
    ...place,
    { kind: 'line', id: 'line' },
    // A diagram without a lane shows nothing to bring one back from.
    { kind: 'action', id: 'hide', label: t('hideLane'), hint: 'Del', disabled: count < 2, onSelect: props.onHide },
  ];
  return (
    <Menu
      open={props.open}
      onOpen={props.onOpen}
      align="start"
      items={items}
      trigger={
        <button type="button" className={styles.headMenu} aria-label={t('laneMenu', { name })}>
          <ChevronDown size={13} aria-hidden />
        </button>
      }
    />
  );
}

/** For a capture point: where it lies, in place of what its packets say. */
function usePlaceItems(name: string, tapKey: string | null): readonly MenuItem[] {
  const t = useText(ladderText);
  const where = useText(positionText);
  const placed = useAnnotations((s) => (tapKey === null ? undefined : s.positions[tapKey]));
  const said = useSession((s) => s.summary?.taps.find((tap) => tap.key === tapKey)?.position ?? 'unknown');
  if (tapKey === null) return [];
  const asPackets = placed === undefined ? t('placeAsPacketsNow', { place: where(said) }) : t('placeAsPackets');
  return [
    { kind: 'line', id: 'placeLine' },
    {
      kind: 'choice',
      id: 'place',
      label: t('place'),
      value: placed ?? AS_PACKETS,
      closes: true,
      options: [{ value: AS_PACKETS, label: asPackets }, ...PLACES.map((value) => ({ value, label: where(value) }))],
      onChange: (value) => {
        const position = PLACES.find((p) => p === value) ?? null;
        placeTap(tapKey, position);
        if (position !== null) useMessages.getState().say(t('placeByHand', { name, place: where(position) }));
      },
    },
  ];
}

/** In the toolbar: says how many lanes are hidden, and brings them back. */
export function LanesMenu({ control, words }: { readonly control: LadderControl; readonly words: LadderWords }) {
  const t = useText(ladderText);
  const hidden = useLanes((s) => s.hidden);
  const names = useLanes((s) => s.names);
  const isReordered = useAnnotations((s) => s.tapOrder !== null || s.laneOrder !== null || Object.keys(s.positions).length > 0);
  const { hide, show, showAll } = useLanes.getState();
  const { whole } = control;
  const away = hiddenIn(whole, hidden);
  const lanes = whole.lanes.map(({ id }, i): MenuItem => {
    const isHidden = away.includes(id);
    return {
      kind: 'check',
      id,
      label: laneName(whole, i, words, names),
      checked: !isHidden,
      disabled: !isHidden && whole.lanes.length - away.length < 2,
      onChange: () => (isHidden ? show(id) : hide(id)),
    };
  });
  const items: readonly MenuItem[] = [
    { kind: 'heading', id: 'lanes', label: t('lanesShown') },
    ...lanes,
    { kind: 'line', id: 'line' },
    { kind: 'action', id: 'all', label: t('showAllLanes'), disabled: away.length === 0, onSelect: showAll },
    {
      kind: 'action',
      id: 'order',
      label: t('orderAsPackets'),
      disabled: !isReordered,
      onSelect: arrangeAsPackets,
    },
  ];
  const tip =
    away.length === 0
      ? t('lanes')
      : t('lanesHiddenTip', {
          names: whole.lanes.flatMap(({ id }, i) => (away.includes(id) ? [laneName(whole, i, words, names)] : [])).join(', '),
        });
  const says = away.length === 0 ? t('lanes') : t('lanesHidden', { n: away.length });
  return (
    <Menu
      items={items}
      trigger={
        <Button look={away.length === 0 ? 'icon' : 'plain'} aria-label={says} title={tip} data-hidden-lanes={away.length}>
          {away.length === 0 ? <Eye size={15} aria-hidden /> : <EyeOff size={15} aria-hidden />}
          {away.length > 0 && <span>{says}</span>}
        </Button>
      }
    />
  );
}
