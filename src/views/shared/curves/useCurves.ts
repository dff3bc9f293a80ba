// Which curve is shown, and which stretch of time: the diagram's, and the diagram follows.
import { useEffect, useRef, useState } from 'react';
import type { PlotAnswer, PlotSource } from '../../../engine/model/plot.ts';
import { type PacketRef, tapId } from '../../../engine/model/units.ts';
import { useSelection } from '../../../store/selection.ts';
import { useSession } from '../../../store/session.ts';
import { useViewport } from '../../../store/viewport.ts';
import { useQuery } from '../engine.ts';
import type { Domain } from './chart.ts';

export interface Curves {
  readonly sources: readonly PlotSource[];
  readonly source: PlotSource | null;
  readonly choose: (index: number) => void;
  /** Reference clock, Nanos since `Workspace.epoch`. */
  readonly window: Domain;
  readonly whole: Domain;
  /** The incident's first packet: round times count from it. */
  readonly origin: number;
  readonly setWindow: (window: Domain | null) => void;
  readonly answer: PlotAnswer | null;
}

const NO_SOURCES: readonly PlotSource[] = [];
/** Nothing is told apart below this. */
const SHORTEST = 2_000;
/** A zoom is told to the other views when it rests, and what they answer within this time is its echo. */
const TELL_MS = 200;
const ECHO_MS = 1500;

export function useCurves(packet: PacketRef | null, width: number): Curves {
  const path = useSelection((s) => s.path);
  const shared = useViewport((s) => s.window);
  const share = useViewport((s) => s.setWindow);
  const [own, setOwn] = useState<Domain | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const sources = useQuery('plotSources', path, packet).value ?? NO_SOURCES;
  const names = sources.map((s) => `${s.tap} ${s.connection} ${s.direction}`).join();
  const actedAt = useRef(Number.NEGATIVE_INFINITY);
  const telling = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The diagram answers a zoom here with the nearest it can show: that must not move what is being zoomed.
  useEffect(() => {
    if (performance.now() - actedAt.current > ECHO_MS) setOwn(shared);
  }, [shared]);
  useEffect(() => () => clearTimeout(telling.current), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other curves start at their own whole.
  useEffect(() => {
    setChosen(null);
    setOwn(useViewport.getState().window);
  }, [names]);
  const source = sources[chosen ?? usual(sources, packet)] ?? null;
  const first = sources.reduce((low, s) => Math.min(low, s.firstTime), Number.POSITIVE_INFINITY);
  const last = sources.reduce((high, s) => Math.max(high, s.lastTime), Number.NEGATIVE_INFINITY);
  const air = Math.max(SHORTEST, (last - first) * 0.02);
  const whole = Number.isFinite(first) ? { from: first - air, to: last + air } : { from: 0, to: 1 };
  const origin = useSession((s) => s.summary?.firstTime ?? 0);
  const window = own ?? whole;
  const asked = useQuery('plot', {
    tap: source?.tap ?? tapId(0),
    connection: source?.connection ?? -1,
    direction: source?.direction ?? 0,
    strays: source?.strays ?? [],
    pathDirection: source?.pathDirection ?? null,
    from: window.from,
    to: window.to,
    width: Math.max(50, Math.round(width)),
  });
  const setWindow = (next: Domain | null): void => {
    const bounded = next === null || next.to - next.from >= SHORTEST ? next : window;
    actedAt.current = performance.now();
    setOwn(bounded);
    clearTimeout(telling.current);
    telling.current = setTimeout(() => share(bounded), TELL_MS);
  };
  return { sources, source, choose: setChosen, window, whole, origin, setWindow, answer: source ? asked.value : null };
}

/** The packet's own capture point and the direction with the most payload; without a packet the busiest of all. */
function usual(sources: readonly PlotSource[], packet: PacketRef | null): number {
  let best = 0;
  const weight = (s: PlotSource | undefined): number =>
    s ? s.payload + (packet && s.tap === packet.tap ? 1e15 : 0) - (s.stray ? 1e14 : 0) : -1;
  sources.forEach((s, i) => {
    if (weight(s) > weight(sources[best])) best = i;
  });
  return best;
}
