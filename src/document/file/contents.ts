// What an incident file holds, as values: what the writer takes and the reader gives.
import type { IncidentDocument } from '../model.ts';

export interface IncidentInterface {
  /** Index in `document.taps`. */
  readonly tap: number;
  readonly name: string;
  readonly description: string;
  readonly linkType: number;
  readonly snapLength: number;
  readonly filter: string;
  /** Packets as counted at the source; null where it said nothing. */
  readonly received: number | null;
  readonly dropped: number | null;
}

export interface IncidentPacket {
  /** Index in `interfaces`. */
  readonly interfaceId: number;
  /** Index in `document.captures`, and the frame number there. */
  readonly capture: number;
  readonly frame: number;
  /** Nanoseconds since 1970, the capture's own clock. */
  readonly time: bigint;
  readonly originalLength: number;
  readonly data: Uint8Array;
  /** Comments of the source capture; those that notes and findings make are added when writing. */
  readonly comments: readonly string[];
}

export interface IncidentContents {
  readonly document: IncidentDocument;
  readonly interfaces: readonly IncidentInterface[];
  readonly packets: readonly IncidentPacket[];
}
