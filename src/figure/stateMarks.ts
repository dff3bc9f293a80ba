// The state of the conntrack entry along the lane where NAT happens: its name where a packet that is drawn finds it changed.
import type { LadderPacket } from '../engine/model/ladder.ts';
import type { TcpState } from '../engine/model/verdict.ts';
import { type LabelWish, PRIORITY } from './labels.ts';
import { MONO_11 } from './marks.ts';
import type { Stage } from './stage.ts';

/** A packet that is drawn, and the height at which it meets each lane. */
export interface Crossing {
  readonly packet: LadderPacket;
  readonly byLane: ReadonlyMap<number, number>;
}

/** @param crossings from top to bottom. @returns wishes of the least weight: a state never takes the place of what a packet says */
export function stateWishes(crossings: readonly Crossing[], stage: Stage): LabelWish[] {
  const lane = stage.lanes.findIndex((l) => l.translation !== null);
  const x = stage.laneX[lane];
  if (x === undefined) return [];
  const states = new Map<number, TcpState>();
  return crossings.flatMap(({ packet, byLane }): LabelWish[] => {
    const y = byLane.get(lane);
    const { verdict } = packet;
    // NONE: the packet met no entry, which says nothing of the path's.
    if (!verdict || y === undefined || verdict.state === 'NONE' || verdict.state === states.get(packet.path)) return [];
    states.set(packet.path, verdict.state);
    const sides = [13, 17, 22].flatMap((dy) => [
      { x: x + 7, y: y + dy, anchor: 'start' as const },
      { x: x - 7, y: y + dy, anchor: 'end' as const },
    ]);
    return [
      {
        owner: `p:${packet.journey}`,
        priority: PRIORITY.extra,
        font: { ...MONO_11, size: 10 },
        tone: 'mute',
        variants: [[{ text: verdict.state }]],
        spots: sides,
      },
    ];
  });
}
