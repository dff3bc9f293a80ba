// How a path began and ended, by the tables of its connections alone where these tell: most paths took their course, and then their packets,
// which lie far apart in memory, need not be looked at.
import { EVENTFUL, FIN_SEEN_A, HANDSHAKE_SEEN, SYN_ACK_SEEN, SYN_SEEN } from '../model/connection.ts';
import type { Path } from '../model/correlation.ts';
import { handshakeOf, wasEstablished } from './handshake.ts';
import type { Scene } from './scene.ts';

export interface Outline {
  /** Was a SYN of the client seen, and a SYN/ACK of the server? */
  readonly isOpened: boolean;
  readonly isAnswered: boolean;
  /** Did the client's answer to that complete it? */
  readonly isCompleted: boolean;
  /** See `wasEstablished`. */
  readonly isEstablished: boolean;
  /** First FIN by direction, reference clock, or null. */
  readonly fin: readonly [number | null, number | null];
}

/** Every capture point saw the same, no RST, no SYN again, hardly a segment again: nothing stood still or went astray. */
export const isCalm = (scene: Scene, path: Path): boolean => path.resets === 0 && isSteady(scene, path);

/** The same but for a RST. */
export const isSteady = (scene: Scene, path: Path): boolean => path.isWhole && (connectionFlags(scene, path) & EVENTFUL) === 0;

/** Is one RST all that was captured of it, at each of its capture points? */
export const isLoneReset = (scene: Scene, path: Path): boolean =>
  path.resets === 1 &&
  path.isWhole &&
  path.packets === path.legs.length &&
  (connectionFlags(scene, path) & (SYN_SEEN | SYN_ACK_SEEN)) === 0 &&
  scene.resetsOf(path).length === 1;

export function outlineOf(scene: Scene, path: Path): Outline {
  if (!isCalm(scene, path)) {
    const view = scene.passing(path);
    const { syns, synAcks, completed, fin } = handshakeOf(view);
    const time = (j: number | null): number | null => (j === null ? null : view.time(j));
    return {
      isOpened: syns.length > 0,
      isAnswered: synAcks.length > 0,
      isCompleted: completed !== null,
      isEstablished: wasEstablished(view),
      fin: [time(fin[0]), time(fin[1])],
    };
  }
  const flags = connectionFlags(scene, path);
  const isSeen = (flags & (SYN_SEEN | SYN_ACK_SEEN)) !== 0;
  const isCompleted = (flags & HANDSHAKE_SEEN) !== 0;
  return {
    isOpened: (flags & SYN_SEEN) !== 0,
    isAnswered: (flags & SYN_ACK_SEEN) !== 0,
    isCompleted,
    isEstablished: isCompleted || (!isSeen && path.payloadBytes[0] + path.payloadBytes[1] > 0),
    fin: [finTime(scene, path, 0), finTime(scene, path, 1)],
  };
}

/** Did the server close its half? */
export const isClosedByServer = (scene: Scene, path: Path): boolean => finTime(scene, path, 1) !== null;

/** Did nobody answer a SYN, by the tables of connections? */
export const isUnanswered = (scene: Scene, path: Path): boolean => (connectionFlags(scene, path) & (SYN_SEEN | SYN_ACK_SEEN)) === SYN_SEEN;

/** Bits of `ConnectionTable.flags` of all legs together. */
export function connectionFlags({ workspace }: Scene, { legs }: Path): number {
  let flags = 0;
  for (const { tap, connection } of legs) flags |= workspace.flows[tap].connections.flags[connection];
  return flags;
}

/** When the first FIN of a direction set out: originals are first seen at the first leg, replies at the last. */
function finTime(scene: Scene, { legs }: Path, direction: 0 | 1): number | null {
  const leg = direction === 0 ? legs[0] : legs[legs.length - 1];
  if (leg === undefined) return null;
  const { flags, finTime: times } = scene.workspace.flows[leg.tap].connections;
  const own = leg.originalDirection ^ direction;
  if ((flags[leg.connection] & (FIN_SEEN_A << own)) === 0) return null;
  return scene.ownTime(leg.tap, times[2 * leg.connection + own]);
}
