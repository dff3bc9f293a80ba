// Keys of the ladder: work wherever the focus is, except while something is being typed or another widget wants them.
import { useSelection } from '../../store/selection.ts';
import { useViewport } from '../../store/viewport.ts';
import { useWhatIf } from '../../store/whatIf.ts';
import type { LadderControl } from './ladderControl.ts';

export interface KeyTargets {
  readonly control: LadderControl;
  readonly focusSearch: () => void;
  readonly showHelp: () => void;
}

/** Elements that use letters, arrows or Enter themselves. */
const OWN_KEYS =
  'input, textarea, select, [contenteditable], dialog[open], [role="menu"], [role="tablist"], [role="slider"], [role="grid"], [role="listbox"]';
const TYPES = 'input, textarea, select, [contenteditable], dialog[open], [role="menu"]';

export function handleKey(e: KeyboardEvent, { control, focusSearch, showHelp }: KeyTargets): boolean {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return false;
  const target = e.target instanceof Element ? e.target : null;
  if (target?.closest(TYPES)) return false;
  const inLadder = target?.closest('[data-ladder]') !== null && target !== null;
  const { store } = control;
  const { top, height, cursor } = store.getState();
  switch (e.key) {
    case 'n':
      control.stepFinding(1);
      return true;
    case 'p':
      control.stepFinding(-1);
      return true;
    case 'j':
      void control.step(1);
      return true;
    case 'k':
      void control.step(-1);
      return true;
    case 'J':
      void control.step(1, true);
      return true;
    case 'K':
      void control.step(-1, true);
      return true;
    case '+':
    case '=':
      control.zoomBy(1.25);
      return true;
    case '-':
    case '−':
      control.zoomBy(0.8);
      return true;
    case 'f':
      control.fitAll();
      return true;
    case 'F': {
      const at = store.getState().findingAt;
      if (at >= 0) control.showFinding(at);
      return at >= 0;
    }
    case 't':
      useViewport.getState().setMode(useViewport.getState().mode === 'rows' ? 'time' : 'rows');
      return true;
    case '/':
      focusSearch();
      return true;
    case '?':
      showHelp();
      return true;
    case 'Escape':
      // Wherever the focus is: first out of what would have been, then out of what is selected.
      if (!control.ladder.assumed) break;
      useWhatIf.getState().reset();
      return true;
  }
  if (!inLadder && target?.closest(OWN_KEYS)) return false;
  if (!inLadder && target !== document.body && target !== null) return false;
  switch (e.key) {
    case 'Enter':
    case ' ':
      if (!cursor?.startsWith('f:') || (target && target !== document.body && target.closest('button, a') && !target.closest('[data-row]')))
        return false;
      control.toggleFold(cursor);
      return true;
    case 'Escape':
      useSelection.getState().selectPackets([]);
      useSelection.getState().selectTimeRange(null);
      store.setState({ cursor: null, highlighted: new Set(), hover: null });
      control.invalidate();
      return true;
    case 'ArrowDown':
      if (target?.closest('[data-rows]') || e.shiftKey) void control.step(1, e.shiftKey);
      else control.setTop(top + 40);
      return true;
    case 'ArrowUp':
      if (target?.closest('[data-rows]') || e.shiftKey) void control.step(-1, e.shiftKey);
      else control.setTop(top - 40);
      return true;
    case 'PageDown':
      control.glideTo(top + height * 0.9);
      return true;
    case 'PageUp':
      control.glideTo(top - height * 0.9);
      return true;
    case 'Home':
      control.glideTo(0);
      return true;
    case 'End':
      control.glideTo(Number.MAX_SAFE_INTEGER);
      return true;
  }
  return false;
}
