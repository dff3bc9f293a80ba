// Notes and findings as comments of the packets they are pinned to, for readers that know nothing of the document.
import type { IncidentDocument, PacketPlace } from '../model.ts';

/** Tells our own comments from the source's when the file is read again. */
export const OWN_COMMENT = 'Hopscope ';

const keyOf = (place: PacketPlace): string => `${place.capture}:${place.frame}`;

/** Comments by `capture:frame`: a note's text, and for each step of a finding its words. */
export function packetComments(document: IncidentDocument): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (place: PacketPlace, text: string): void => {
    const list = found.get(keyOf(place));
    if (list) list.push(text);
    else found.set(keyOf(place), [text]);
  };
  for (const note of document.notes)
    if (note.pin.kind === 'packet' && note.text !== '') add(note.pin.packet, `${OWN_COMMENT}note: ${note.text}`);
  for (const finding of document.findings)
    for (const [i, step] of finding.steps.entries())
      for (const packet of step.packets) add(packet, `${OWN_COMMENT}${finding.kind} ${i + 1}/${finding.steps.length}: ${step.text}`);
  return found;
}
