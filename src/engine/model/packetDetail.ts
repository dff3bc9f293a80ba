// Everything the inspector shows of one packet, as it crosses to the page.
import type { Handshake } from './connectionList.ts';
import type { Confidence, ResetCauseKind, ResetOrigin } from './correlation.ts';
import type { Dissection } from './dissection.ts';
import type { PacketRow } from './packetList.ts';
import type { Direction, PacketRef, PathId } from './units.ts';
import type { WindowJudgement } from './verdict.ts';

/** A packet with the name people call it by: `envoy #1991`. */
export interface NamedPacket {
  readonly packet: PacketRef;
  readonly label: string;
}

/** One field at each sighting, in order of travel. `changed`: not the same everywhere. */
export interface ComparedField {
  readonly name: string;
  readonly label: string;
  /** Empty where that sighting has no such field. */
  readonly values: readonly string[];
  readonly changed: boolean;
}

/** The same packet at a capture point: as it was seen there, in order of travel. */
export interface Sighting extends NamedPacket {
  readonly tapName: string;
  readonly time: number;
  /** As recorded: own clock of the capture point, nanoseconds since 1970. */
  readonly ownTime: bigint;
  /** Since the sighting before, reference clock, Nanos. */
  readonly transit: number;
}

/** What this packet led to, or what led to it. */
export interface Consequence extends NamedPacket {
  readonly relation: 'reset' | 'trigger' | 'twin' | 'sentAs' | 'retransmittedAs' | 'retransmissionOf';
  /** Of the other packet: Wireshark's flag names and numbers. */
  readonly info: string;
  readonly time: number;
}

export interface PacketDetail {
  readonly packet: PacketRef;
  readonly label: string;
  readonly row: PacketRow;
  readonly file: string;
  readonly interfaceName: string | null;
  /** As the packet was captured; empty where it could not be read again. */
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly dissection: Dissection | null;
  /** Why there are no bytes: the file changed or is gone. */
  readonly unreadable: string | null;
  readonly segment: SegmentFacts | null;
  readonly sightings: readonly Sighting[];
  readonly compared: readonly ComparedField[];
  readonly leak: LeakFacts | null;
  readonly reset: ResetFacts | null;
  readonly held: number | null;
  readonly lost: boolean;
  readonly injected: boolean;
  readonly judgement: WindowJudgement | null;
  readonly verdictReason: string;
  readonly consequences: readonly Consequence[];
  readonly connection: ConnectionFacts | null;
}

/** The TCP part in numbers, raw and relative. */
export interface SegmentFacts {
  readonly source: string;
  readonly destination: string;
  readonly flags: string;
  readonly seq: number;
  readonly seqRaw: number;
  readonly ack: number;
  readonly ackRaw: number;
  readonly hasAck: boolean;
  readonly payload: number;
  readonly window: number;
  /** Octets; null where the shift is not known. */
  readonly scaledWindow: number | null;
  readonly ttl: number;
  readonly ipId: number;
  readonly isIpv6: boolean;
}

export interface LeakFacts {
  readonly expectedSource: string | null;
  readonly expectedDestination: string | null;
  readonly source: string;
  readonly destination: string;
  readonly kind: string;
  readonly bytesBehind: number | null;
}

export interface ResetFacts {
  readonly origin: ResetOrigin;
  readonly cause: ResetCauseKind;
  readonly effect: 'kills' | 'ignored';
  readonly confidence: Confidence;
  readonly because: readonly string[];
}

export interface ConnectionFacts {
  readonly stream: number;
  readonly path: PathId | null;
  readonly direction: Direction | null;
  readonly client: string;
  readonly service: string | null;
  readonly server: string;
  readonly packets: number;
  readonly payload: readonly [number, number];
  readonly retransmissions: number;
  readonly resets: number;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly isn: readonly [number | null, number | null];
  readonly windowScale: readonly [number | null, number | null];
  readonly handshake: Handshake;
}
