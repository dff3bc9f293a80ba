// How each connection ended, as far as all its capture points tell: by what is known of connections as a whole. Packets are looked at only where
// something happened besides an exchange that took its course.
import type { Analysis } from '../model/analysis.ts';
import { EVENTFUL, FIN_SEEN_A, FIN_SEEN_B, KEPT_ALIVE, SYN_ACK_SEEN } from '../model/connection.ts';
import type { Ending } from '../model/connectionList.ts';
import type { Path, Reset } from '../model/correlation.ts';
import { SEEN_ACK, SEEN_DATA, SEEN_SYN, SEEN_SYN_ACK } from './completeness.ts';
import { halfOpenOf } from './halfOpen.ts';
import { type Walked, walkPath } from './pathWalk.ts';

/** Copies of the oldest unacknowledged segment from which its sender is said to have given up on it rather than to be still waiting. */
const GIVEN_UP_COPIES = 3;

const OPEN: Ending = { close: 'open', closedBy: null, halfOpen: null };
const FIN_BOTH: Ending = { close: 'fin', closedBy: null, halfOpen: null };
const UNANSWERED: Ending = { close: 'unanswered', closedBy: null, halfOpen: null };
const TIMED_OUT: Ending = { close: 'timed-out', closedBy: null, halfOpen: null };
const HALF_CLOSED: readonly Ending[] = (['client', 'server'] as const).map((closedBy) => ({
  close: 'half-closed',
  closedBy,
  halfOpen: null,
}));

const known = new WeakMap<Analysis, Endings>();

export function endingsOf(analysis: Analysis): Endings {
  let endings = known.get(analysis);
  if (endings === undefined) {
    endings = new Endings(analysis);
    known.set(analysis, endings);
  }
  return endings;
}

/** The endings of all paths of an analysis, each found when it is first asked for. */
export class Endings {
  readonly #analysis: Analysis;
  readonly #known: (Ending | undefined)[] = [];
  readonly #resets = new Map<number, Reset[]>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    for (const reset of analysis.correlation.resets) {
      if (reset.path === null) continue;
      const before = this.#resets.get(reset.path);
      if (before === undefined) this.#resets.set(reset.path, [reset]);
      else before.push(reset);
    }
  }

  /** @param walked where the path's packets were looked at already */
  of(id: number, walked?: Walked): Ending {
    let ending = this.#known[id];
    if (ending === undefined) {
      const path = this.#analysis.correlation.paths[id];
      ending = path === undefined ? OPEN : this.#find(path, walked);
      this.#known[id] = ending;
    }
    return ending;
  }

  #find(path: Path, walked: Walked | undefined): Ending {
    const resets = this.#resets.get(path.id) ?? [];
    const killer = resets.find((r) => r.effect === 'kills');
    const { fins, flags } = tableFlags(this.#analysis, path);
    if (killer === undefined && fins === 3) return FIN_BOTH;
    const isEventful = (flags & (EVENTFUL | KEPT_ALIVE)) !== 0;
    if (resets.length === 0 && fins === 0 && !isEventful && (flags & SYN_ACK_SEEN) !== 0) return OPEN;
    const of = walked ?? walkPath(this.#analysis, path);
    const halfOpen = resets.length > 0 || isEventful ? halfOpenOf(this.#analysis, path, resets, roundTrip(of)) : null;
    if (halfOpen) return { close: 'half-open', closedBy: killer?.origin ?? HALF_CLOSED[fins - 1]?.closedBy ?? null, halfOpen };
    if (killer) return { close: 'reset', closedBy: killer.origin, halfOpen: null };
    if (fins > 0) return HALF_CLOSED[fins - 1];
    if ((of.seen & (SEEN_SYN | SEEN_SYN_ACK | SEEN_ACK | SEEN_DATA)) === SEEN_SYN) return UNANSWERED;
    return of.copies >= GIVEN_UP_COPIES ? TIMED_OUT : OPEN;
  }
}

/** What the tables of connections say of all legs together. `fins`: bit 1 the client sent one, bit 2 the server did. */
function tableFlags({ workspace }: Analysis, { legs }: Path): { readonly fins: number; readonly flags: number } {
  let fins = 0;
  let flags = 0;
  for (const { tap, connection, originalDirection } of legs) {
    const of = workspace.flows[tap].connections.flags[connection];
    flags |= of;
    if ((of & FIN_SEEN_A) !== 0) fins |= originalDirection === 0 ? 1 : 2;
    if ((of & FIN_SEEN_B) !== 0) fins |= originalDirection === 0 ? 2 : 1;
  }
  return { fins, flags };
}

function roundTrip({ handshake, samples }: Walked): number {
  return samples.length > 0 ? Math.max(...samples.slice(0, 64), Number.isNaN(handshake) ? 0 : handshake) : handshake;
}
