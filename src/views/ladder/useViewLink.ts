// Where the reader is, in the address: back and forward go through views, a copied address opens the same one.
import { useEffect } from 'react';
import { nanos, type PacketRef, type PathId, pathId, row, tapId } from '../../engine/model/units.ts';
import type { Assumption } from '../../engine/model/whatIf.ts';
import { formatAssumption, parseAssumption } from '../../store/assumptionLink.ts';
import { primaryPacket, useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { type ScaleMode, useViewport } from '../../store/viewport.ts';
import { assumptionOf, useWhatIf } from '../../store/whatIf.ts';
import type { LadderControl } from './ladderControl.ts';

export interface ViewLink {
  readonly mode: ScaleMode;
  readonly path: PathId | null;
  /** Visible times, Nanos since `Workspace.epoch`; null: everything. */
  readonly window: { readonly from: number; readonly to: number } | null;
  readonly selected: PacketRef | null;
  /** What the diagram assumes beside what was observed. */
  readonly assumption: Assumption | null;
}

/** `#sample` and `#view` say what is open; what follows the question mark says where in it. */
export function formatViewLink(view: ViewLink, sample: boolean): string {
  const parts = new URLSearchParams();
  if (view.mode === 'time') parts.set('scale', 'time');
  if (view.path !== null) parts.set('path', String(view.path));
  if (view.window) parts.set('window', `${Math.round(view.window.from)}-${Math.round(view.window.to)}`);
  if (view.selected) parts.set('packet', `${view.selected.tap}.${view.selected.row}`);
  if (view.assumption) parts.set('if', formatAssumption(view.assumption));
  const query = parts.toString();
  return `#${sample ? 'sample' : 'view'}${query === '' ? '' : `?${query}`}`;
}

/** Never trusts the address: what is no number is left out. */
export function parseViewLink(hash: string): ViewLink | null {
  const match = /^#(?:sample|view)\?(.*)$/.exec(hash);
  if (!match) return null;
  const parts = new URLSearchParams(match[1]);
  const numbers = (text: string | null, pattern: RegExp): number[] =>
    text === null ? [] : (pattern.exec(text)?.slice(1).map(Number) ?? []);
  const [path] = numbers(parts.get('path'), /^(\d{1,9})$/);
  const [from, to] = numbers(parts.get('window'), /^(-?\d{1,17})-(-?\d{1,17})$/);
  const [tap, at] = numbers(parts.get('packet'), /^(\d{1,4})\.(\d{1,10})$/);
  return {
    mode: parts.get('scale') === 'time' ? 'time' : 'rows',
    path: path === undefined ? null : pathId(path),
    window: from !== undefined && to !== undefined && from < to ? { from, to } : null,
    selected: tap !== undefined && at !== undefined ? { tap: tapId(tap), row: row(at) } : null,
    assumption: parseAssumption(parts.get('if')),
  };
}

const SETTLED_MS = 350;
/** No diagram was shown yet: the address of the page tells where to begin. */
let isFirst = true;

export function useViewLink(control: LadderControl): void {
  useEffect(() => {
    let timer = 0;
    // What this diagram shows, as it told the other views; any other window comes from one of them.
    let told = useViewport.getState().window;
    const current = (): ViewLink => {
      const { figure, top, height, zoom } = control.store.getState();
      const whole = !figure || (zoom === null && top === 0);
      const selection = useSelection.getState();
      return {
        mode: useViewport.getState().mode,
        path: selection.path,
        window: whole ? null : { from: figure.map.time(top), to: figure.map.time(top + height) },
        selected: primaryPacket(selection),
        assumption: assumptionOf(useWhatIf.getState()),
      };
    };
    const write = (): void => {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        const view = current();
        told = view.window;
        const { figure, height } = control.store.getState();
        useViewport.getState().setWindow(told, figure && { height, zoom: figure.zoom });
        const hash = formatViewLink(view, useSession.getState().sample);
        if (hash === location.hash) return;
        // Another selection or path is a place to come back to; moving about is not.
        const old = parseViewLink(location.hash);
        const jump =
          old !== null &&
          (old.path !== view.path ||
            old.mode !== view.mode ||
            JSON.stringify([old.selected, old.assumption]) !== JSON.stringify([view.selected, view.assumption]));
        history[jump ? 'pushState' : 'replaceState'](null, '', hash);
      }, SETTLED_MS);
    };
    /** @param assumes false: what is assumed was just asked elsewhere, and the address does not know of it yet */
    const apply = (assumes: boolean): void => {
      const view = parseViewLink(location.hash);
      if (!view) return;
      const selection = useSelection.getState();
      if (view.path !== selection.path && view.path !== null) {
        selection.selectPath(view.path);
        return;
      }
      if (assumes && JSON.stringify(view.assumption) !== JSON.stringify(assumptionOf(useWhatIf.getState()))) {
        if (view.assumption) useWhatIf.getState().ask(view.assumption);
        else useWhatIf.getState().reset();
      }
      if (view.mode !== useViewport.getState().mode) useViewport.getState().setMode(view.mode);
      if (view.window) control.showTimes(nanos(view.window.from), nanos(view.window.to));
      else control.fitAll();
      if (view.selected) selection.selectPacket(view.selected, { reveal: view.window === null });
      else if (selection.packets.length > 0) selection.selectPackets([]);
    };
    // A diagram of another path starts from the address only if the address asked for that path; else a packet of it was selected,
    // and the old address would take the selection back.
    const link = parseViewLink(location.hash);
    if (isFirst || link === null || link.path === useSelection.getState().path) apply(isFirst);
    write();
    isFirst = false;
    const stops = [
      control.store.subscribe((s, old) => {
        if (s.top !== old.top || s.zoom !== old.zoom || s.figure !== old.figure) write();
      }),
      useSelection.subscribe((s, old) => {
        if (s.packets !== old.packets || s.path !== old.path) write();
      }),
      useWhatIf.subscribe((s, old) => {
        if (s.profile !== old.profile || s.settings !== old.settings) write();
      }),
      useViewport.subscribe((s, old) => {
        if (s.mode !== old.mode) {
          told = s.window;
          write();
        } else if (s.window !== old.window && s.window !== told) {
          told = s.window;
          if (told) control.showTimes(nanos(told.from), nanos(told.to));
          else control.fitAll();
        }
      }),
    ];
    const onPopState = (): void => apply(true);
    addEventListener('popstate', onPopState);
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      removeEventListener('popstate', onPopState);
    };
  }, [control]);
}
