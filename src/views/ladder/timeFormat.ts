import type { Ladder } from '../../engine/model/ladder.ts';
import { type Nanos, nanos } from '../../engine/model/units.ts';
import { clock, utcClock } from '../../figure/numbers.ts';
import type { TimeStyle } from '../../store/settings.ts';

/** Times as the reader wants them: since the first packet of the ladder, or the time of day. */
export function timeFormatter(ladder: Pick<Ladder, 'epoch' | 'firstTime'>, style: TimeStyle): (time: Nanos) => string {
  if (style === 'relative') return (time) => clock(time - ladder.firstTime);
  if (style === 'utc') return (time) => utcClock(ladder.epoch, time);
  const minutes = new Date(Number(ladder.epoch / 1_000_000n)).getTimezoneOffset();
  return (time) => utcClock(ladder.epoch, nanos(time - minutes * 60e9));
}
