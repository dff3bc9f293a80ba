// What the true-time scale shows of the visible time: counts from the pyramid always, the packets themselves once they are few enough.
import type { LadderDensity, LadderSpan } from '../../engine/model/ladder.ts';
import type { PathId } from '../../engine/model/units.ts';
import type { Assumption } from '../../engine/model/whatIf.ts';
import type { Figure } from '../../figure/layout.ts';
import type { Engine } from '../../worker/api.ts';

/** Beyond this many packets on screen texture is shown instead. */
export const MOST_PACKETS = 240;
/** Px of height a count stands for. */
const BIN_PX = 3;
const SETTLE_MS = 40;

type Span = LadderSpan & { readonly from: number; readonly to: number };

export interface TimeData {
  /** Asks for what is missing of the visible part; at most one question of each kind is under way. */
  readonly want: (figure: Figure, top: number, height: number) => void;
  readonly span: () => Span | null;
  readonly forget: () => void;
  readonly stop: () => void;
}

export function createTimeData(
  engine: Engine,
  path: PathId | null,
  assumption: Assumption | null,
  on: { readonly onPackets: () => void; readonly onDensity: (density: LadderDensity) => void },
): TimeData {
  let span: Span | null = null;
  let asked = false;
  let timer = 0;
  let density: { readonly from: number; readonly to: number } | null = null;
  /** Answers to what was asked before are not wanted any more. */
  let round = 0;

  function wantSpan(from: number, to: number): void {
    if (asked || isKnown(span, from, to)) return;
    const margin = Math.round((to - from) / 4);
    const wanted = { from: from - margin, to: to + margin };
    const mine = round;
    asked = true;
    void engine
      .query('ladderSpan', path, wanted.from, wanted.to, MOST_PACKETS, assumption)
      .catch(() => null)
      .then((answer) => {
        asked = false;
        if (!answer || mine !== round) return;
        const had = (span?.packets.length ?? 0) > 0;
        span = { ...answer, ...wanted };
        if (had || answer.packets.length > 0) on.onPackets();
      });
  }

  function wantDensity(from: number, to: number, height: number): void {
    if (timer !== 0 || (density?.from === from && density.to === to)) return;
    const mine = round;
    timer = window.setTimeout(async () => {
      const answer = await engine.query('ladderDensity', path, from, to, Math.max(16, Math.round(height / BIN_PX))).catch(() => null);
      timer = 0;
      density = { from, to };
      if (answer && mine === round) on.onDensity(answer);
    }, SETTLE_MS);
  }

  function forget(): void {
    round++;
    span = null;
    density = null;
  }

  return {
    want: (figure, top, height) => {
      const [from, to] = [figure.map.time(top), figure.map.time(top + height)];
      wantDensity(from, to, height);
      wantSpan(from, to);
    },
    span: () => span,
    forget,
    stop: () => {
      forget();
      clearTimeout(timer);
      timer = 0;
    },
  };
}

/** What was too many before is too many still, unless much less of it is visible now. */
function isKnown(span: Span | null, from: number, to: number): boolean {
  if (!span) return false;
  if (span.count <= MOST_PACKETS) return span.from <= from && span.to >= to;
  return (to - from) * 2 > span.to - span.from && span.from <= to && span.to >= from;
}
