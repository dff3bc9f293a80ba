// What a rule says when the capture point that would decide it is missing.

import { formatEndpoint } from '../../model/address.ts';
import { ORIGINAL } from '../../model/units.ts';
import type { PathView } from '../pathView.ts';
import { type Judgement, undecided } from '../rule.ts';
import { passedAll, type Stall } from '../stalls.ts';
import { say } from '../wording/render.ts';

/** A reset of unclear making and no capture on the client's side: a leak could not have been seen. */
export function needsClientSide(view: PathView): Judgement | null {
  const { death } = view;
  if (!death?.plain || death.toward !== 'server' || view.clientLeg || view.path.natBefore >= 0) return null;
  return undecided(say('missing.client', { client: formatEndpoint(view.path.client) }));
}

/** A stall seen from one side only: where its packets or their answers got lost can't be said. */
export function needsBothSides(view: PathView): Judgement | null {
  if (!view.serverLeg) return needsServerSide(view);
  return view.clientLeg ? null : undecided(say('missing.client', { client: formatEndpoint(view.path.client) }));
}

/** No capture on the server's side: whether the server sent or received something can't be said. */
export function needsServerSide(view: PathView): Judgement | null {
  if (view.serverLeg) return null;
  return undecided(say('missing.server', { server: formatEndpoint(view.path.service ?? view.path.server) }));
}

/** Everything that was repeated passed the last capture point, and no answer came: what became of it lies beyond. */
export function needsBeyond(view: PathView, stall: Stall): Judgement | null {
  if (!passedAll(stall)) return null;
  const [end, leg] = stall.direction === ORIGINAL ? [view.path.server, view.serverLeg] : [view.path.client, view.clientLeg];
  return leg && undecided(say('missing.beyond', { tap: view.scene.tapName(leg.tap), end: formatEndpoint(end) }));
}
