// The diagram of what would leave: the redacted packets are analysed again, so that nothing else can be in it.
import type { IncidentContents } from '../document/file/contents.ts';
import { plainText } from '../document/markdown.ts';
import { renumberTaps, tapNumbers } from '../document/renumberTaps.ts';
import { packetAt } from '../document/share/places.ts';
import { reopen } from '../document/share/reopen.ts';
import { shiftTimes } from '../document/shiftTimes.ts';
import type { Assumption } from '../engine/model/whatIf.ts';
import { analyze } from '../engine/query/analyze.ts';
import { buildLadder } from '../engine/query/ladder/buildLadder.ts';
import { openFolds, openSpan } from '../engine/query/ladder/openFolds.ts';
import { pathOfPacket } from '../engine/query/pathOfPacket.ts';
import { buildWorkspace } from '../engine/query/workspace.ts';
import type { SharedLadder } from './api.ts';

/**
 * The ladder of the path that the document shows, or of the main finding, with what the reader added to it.
 * @param assumption also what would have been under it
 */
export async function shareLadderOf(contents: IncidentContents, assumption: Assumption | null = null): Promise<SharedLadder> {
  const { taps, captures, context, hints } = await reopen(contents);
  if (taps.length === 0) return { ladder: null, document: contents.document, notes: [], highlighted: new Set(), open: new Map() };
  const { replay } = contents.document;
  // Profile and settings as they are in force where the assumption was made, also if what they follow from does not travel.
  const inForce = assumption && replay?.profile ? { profile: replay.profile, settings: replay.settings } : {};
  const analysis = analyze(buildWorkspace(taps), { context, hints, ...inForce });
  const numbers = tapNumbers(new Map(contents.document.taps.map((tap, t) => [t, tap.captures])), captures);
  const document = renumberTaps(shiftTimes(contents.document, analysis.workspace.epoch), numbers);
  const { view } = document;
  const shown = view?.path && packetAt(taps, captures, view.path);
  const source = buildLadder(analysis, shown ? pathOfPacket(analysis, shown) : null, assumption);
  if (!source) return { ladder: null, document, notes: [], highlighted: new Set(), open: new Map() };
  const find = (pin: (typeof document.notes)[number]['pin']): SharedLadder['notes'][number]['packet'] => {
    const place = pin.kind === 'packet' || pin.kind === 'finding' ? pin.packet : null;
    const packet = place && packetAt(taps, captures, place);
    const found = packet && source.find(packet);
    return found && place ? { ...found, tap: packet.tap, frame: place.frame } : null;
  };
  return {
    ladder: source.ladder,
    document,
    notes: document.notes.map(({ id, text, pin }) => ({ id, text: plainText(text), pin, packet: find(pin) })),
    highlighted: new Set(document.highlights.flatMap(({ pin }) => `p:${find(pin)?.journey ?? ''}`)),
    open:
      view?.scale === 'time' && view.from !== null && view.to !== null
        ? openSpan(source, view.from, view.to)
        : openFolds(source, new Set(view?.folds ?? [])),
  };
}
