// Rows around what is visible, asked for as the list scrolls; asks again while the search behind it goes on.
import { useEffect, useRef, useState } from 'react';
import type { PacketListAnswer } from '../../engine/model/packetList.ts';
import { usePacketList } from '../../store/packetList.ts';
import { useSession } from '../../store/session.ts';
import { useEngine } from '../shared/engine.ts';

/** Rows beyond the visible ones on each side, so that slow scrolling never shows a gap. */
const BEYOND = 40;
const AGAIN_MS = 250;

export interface PacketWindow {
  readonly answer: PacketListAnswer | null;
  /** The answer belongs to the filter and order in force. */
  readonly fresh: boolean;
}

export function usePacketWindow(first: number, visible: number): PacketWindow {
  const engine = useEngine();
  const revision = useSession((s) => s.summary?.revision ?? null);
  const { filter, sort, descending } = usePacketList();
  const question = JSON.stringify([revision, filter, sort, descending]);
  const [state, setState] = useState<{ readonly question: string; readonly answer: PacketListAnswer } | null>(null);
  const [tick, setTick] = useState(0);
  const busy = useRef<string | null>(null);
  const from = Math.max(0, Math.floor(first) - BEYOND);
  const count = visible + 2 * BEYOND;
  const answer = state?.answer ?? null;
  const fresh = state?.question === question;
  const covered =
    fresh &&
    answer !== null &&
    answer.from <= Math.max(0, Math.floor(first)) &&
    answer.from + answer.rows.length >= Math.min(answer.matched, Math.ceil(first) + visible);
  const settled = covered && answer?.done === true;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tick` asks again while a search runs; `question` is filter and order by value.
  useEffect(() => {
    if (revision === null || settled) return;
    const key = `${question} ${from} ${count}`;
    if (busy.current === key) return;
    busy.current = key;
    engine.query('packetList', { filter, sort, descending, from, count }).then(
      (found) => {
        if (busy.current !== key) return;
        busy.current = null;
        setState({ question, answer: found });
        if (!found.done) setTimeout(() => setTick((n) => n + 1), AGAIN_MS);
      },
      () => {
        if (busy.current === key) busy.current = null;
      },
    );
  }, [engine, question, from, count, settled, tick]);

  return { answer, fresh };
}
