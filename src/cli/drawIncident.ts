// The diagram of an incident on the command line: as its document has lanes, notes, highlights and view.
import { plainText } from '../document/markdown.ts';
import type { IncidentDocument } from '../document/model.ts';
import { renumberTaps, tapNumbers } from '../document/renumberTaps.ts';
import { packetAt } from '../document/share/places.ts';
import type { Reopened } from '../document/share/reopen.ts';
import { shiftTimes } from '../document/shiftTimes.ts';
import type { Language } from '../engine/diagnose/wording/format.ts';
import type { Analysis } from '../engine/model/analysis.ts';
import type { Assumption } from '../engine/model/whatIf.ts';
import { buildLadder } from '../engine/query/ladder/buildLadder.ts';
import { openFolds, openSpan } from '../engine/query/ladder/openFolds.ts';
import { pathOfPacket } from '../engine/query/pathOfPacket.ts';
import { hideLanes } from '../figure/hideLanes.ts';
import { ladderPicture, type PictureNote } from '../figure/ladderPicture.ts';
import { type LadderSteps, ladderSteps } from '../figure/ladderSteps.ts';

export interface DrawChoice {
  readonly language: Language;
  readonly part: 'whole' | 'view';
  /** null: as the document has it. */
  readonly scale: 'rows' | 'time' | null;
  readonly theme: 'light' | 'dark';
  /** Px of the drawing, and device px per px in a PNG. */
  readonly width: number;
  readonly density: number;
  /** Also what would have been under it, and said to be a prediction; null: what was observed. */
  readonly assumption: Assumption | null;
}

/** Height that a part in true time is stretched to. Px. */
const PART_HEIGHT = 900;

/** Null where there is nothing to draw. */
export function drawIncident(
  stored: IncidentDocument,
  analysis: Analysis,
  { taps, captures }: Pick<Reopened, 'taps' | 'captures'>,
  choice: DrawChoice,
): { readonly svg: () => string; readonly steps: () => LadderSteps } | null {
  const numbers = tapNumbers(new Map(stored.taps.map((tap, t) => [t, tap.captures])), captures);
  const document = renumberTaps(shiftTimes(stored, analysis.workspace.epoch), numbers);
  const { view } = document;
  const shown = view?.path && packetAt(taps, captures, view.path);
  const source = buildLadder(analysis, shown ? pathOfPacket(analysis, shown) : null, choice.assumption);
  if (!source) return null;
  const { ladder } = source;
  const renamed = new Map(document.lanes.filter((l) => l.name !== '').map((l) => [l.key, l.name]));
  const hidden = new Set(document.lanes.filter((l) => l.hidden).map((l) => l.key));
  const find = (pin: IncidentDocument['notes'][number]['pin']): PictureNote['packet'] => {
    const place = pin.kind === 'packet' || pin.kind === 'finding' ? pin.packet : null;
    const packet = place && packetAt(taps, captures, place);
    const found = packet && source.find(packet);
    return found && place ? { ...found, tap: packet.tap, frame: place.frame } : null;
  };
  const scale = choice.scale ?? view?.scale ?? 'rows';
  const part = choice.part === 'view' && view && view.from !== null && view.to !== null ? { from: view.from, to: view.to } : null;
  const openParts = scale === 'time' && part ? openSpan(source, part.from, part.to) : openFolds(source, new Set(view?.folds ?? []));
  return {
    steps: () => ladderSteps(hideLanes(ladder, hidden).ladder, document.title, choice.language, renamed),
    svg: () =>
      ladderPicture(ladder, {
        language: choice.language,
        theme: choice.theme,
        title: document.title,
        width: choice.width,
        scale,
        renamed,
        hidden,
        order: document.laneOrder,
        flipped: view?.flipped ?? false,
        notes: document.notes.map(({ id, text, pin }) => ({ id, text: plainText(text), pin, packet: find(pin) })),
        highlighted: new Set(document.highlights.map(({ pin }) => `p:${find(pin)?.journey ?? ''}`)),
        ...(part ? { open: openParts, part: { ...part, zoom: null, height: PART_HEIGHT } } : {}),
      }),
  };
}
