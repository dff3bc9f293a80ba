// RSTs of which nothing else was captured: of a scan, or of a capture that kept RSTs alone, there may be as many as packets. Such a path tells
// nothing that could set one apart from the next, so that what `resets.ts` would find is known beforehand.
import type { Reset, ResetReason } from '../model/correlation.ts';
import { ACK, RST } from '../model/packetTable.ts';
import { journeyId, type PacketRef, pathId, row as rowId, tapId } from '../model/units.ts';
import type { Context } from './context.ts';
import { G_REPLY } from './groups.ts';
import { endpointFromNumber } from './legs.ts';
import { endsOf } from './roles.ts';

const END = ['client', 'server'] as const;
const BECAUSE = END.map((end): readonly ResetReason[] => [{ kind: 'noTtl', end }, { kind: 'nothingElseCaptured' }]);
const UNKNOWN: Reset['cause'] = { kind: 'unknown', packet: null };
const NO_SOCKET: Reset['cause'] = { kind: 'no-socket', packet: null };
const CLOSED: Reset['cause'] = { kind: 'application-close', packet: null };

/** Is this RST all there is of its path, under one tuple? */
export function isLone({ groups, drafts, roles }: Context, path: number): boolean {
  const g = groups.pathStart[path];
  return (
    groups.pathStart[path + 1] === g + 1 &&
    !roles[path].hasNat &&
    drafts[path].stops.every((s) => s.main.length === 1 && s.strays.length === 0)
  );
}

/** Made by the end it names, as far as anybody knows, for no reason that was captured; it killed what was there to kill. */
export function loneReset({ groups, drafts, legs, tapOfPoint }: Context, path: number, journey: number): Reset {
  const { stops } = drafts[path];
  const g = groups.pathStart[path];
  const at = groups.sightStart[path];
  const reply = (groups.flags[g] & G_REPLY) !== 0 ? 1 : 0;
  const packets: PacketRef[] = [];
  for (let n = 0; n < stops.length; n++) {
    const k = reply === 0 ? n : stops.length - 1 - n;
    if (groups.sight[at + k] !== 0) packets.push({ tap: tapId(tapOfPoint[stops[k].point]), row: rowId(groups.sight[at + k] - 1) });
  }
  const ends = endsOf(legs, stops[0].main[0]);
  const [client, server] = [endpointFromNumber(legs, ends.client), endpointFromNumber(legs, ends.server)];
  return {
    path: pathId(path),
    journey: journeyId(journey),
    packets,
    source: reply === 0 ? client : server,
    destination: reply === 0 ? server : client,
    direction: reply,
    origin: END[reply],
    cause: (groups.kind[g] & (ACK | RST)) === RST ? UNKNOWN : groups.seq[g] === 0 ? NO_SOCKET : CLOSED,
    effect: 'kills',
    confidence: 'possible',
    because: BECAUSE[reply],
  };
}
