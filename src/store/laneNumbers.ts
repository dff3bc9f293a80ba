// Capture points change their number when they are moved, or dropped in another order than last time: what was said of their lanes follows.
import { beyond, renumberTaps, tapNumbers } from '../document/renumberTaps.ts';
import { unrecorded, useAnnotations } from './annotations.ts';
import { useIncident } from './incident.ts';
import { useSession } from './session.ts';

/** Call once, after the lanes are synchronised. */
export function followLaneNumbers(): void {
  /** Captures by the number that lanes are called by now. */
  let numbers: ReadonlyMap<number, readonly number[]> = new Map();
  let base: unknown = null;
  const follow = (): void => {
    const { taps, summary } = useSession.getState();
    const { base: opened, byTap } = useIncident.getState();
    if (taps.length === 0) base = null;
    if (base !== opened && taps.length > 0) {
      base = opened;
      numbers = new Map(opened.taps.map((tap, t) => [t, tap.captures]));
    }
    // Until every capture has its place in the document, numbers say nothing.
    if (!summary || summary.taps.some(({ key }) => byTap[key] === undefined)) return;
    const now = summary.taps.map(({ key }) => byTap[key] ?? []);
    const to = tapNumbers(numbers, now);
    const { lanes, laneOrder, notes, highlights } = useAnnotations.getState();
    const said = { lanes, laneOrder, notes, highlights };
    const moved = numbers.size > 0 ? renumberTaps(said, to) : said;
    const gone = [...numbers].filter(([number]) => !to.has(number));
    numbers = new Map([...now.entries(), ...gone.map(([number, of]) => [beyond(to) + number, of] as const)]);
    if (moved === said) return;
    unrecorded(() => useAnnotations.setState(moved));
  };
  useSession.subscribe((s, before) => {
    if (s.summary !== before.summary || (s.taps.length === 0 && before.taps.length > 0)) follow();
  });
  useIncident.subscribe((s, before) => {
    if (s.byTap !== before.byTap || s.base !== before.base) follow();
  });
}
