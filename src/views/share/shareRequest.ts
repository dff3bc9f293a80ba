// The question that the share dialog asks the engine.
import type { PacketPlace, View } from '../../document/model.ts';
import type { RedactionChoices } from '../../document/redact/choices.ts';
import type { PacketChoice } from '../../document/share/selectRows.ts';
import { useAnnotations } from '../../store/annotations.ts';
import { hintsOf } from '../../store/arrangement.ts';
import { useIncident } from '../../store/incident.ts';
import { useSession } from '../../store/session.ts';
import { assumptionOf, useWhatIf } from '../../store/whatIf.ts';
import type { Language, ShareRequest } from '../../worker/api.ts';

export interface ShareOptions {
  readonly packets: PacketChoice;
  readonly choices: RedactionChoices;
  readonly redactionKey: Uint8Array;
  readonly language: Language;
}

export function shareRequest(options: ShareOptions, view: View<PacketPlace> | null): ShareRequest {
  const { base, captures, byTap } = useIncident.getState();
  const { title, summary, notes, highlights, lanes, laneOrder, story } = useAnnotations.getState();
  const { taps, summary: analysed } = useSession.getState();
  const hints = hintsOf((analysed?.taps ?? []).map((tap) => tap.key));
  return {
    document: { ...base, title, summary, notes, highlights, lanes, laneOrder, hints, story, captures, view },
    captures: taps.map((tap) => ({ key: tap.key, captures: byTap[tap.key] ?? [] })),
    ...options,
    assumption: assumptionOf(useWhatIf.getState()),
  };
}
