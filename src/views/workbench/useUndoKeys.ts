// Ctrl Z and Ctrl Shift Z (or Ctrl Y) undo and redo what the reader did, wherever the focus is but where text is typed.
import { useEffect } from 'react';
import { redo, undo } from '../../store/annotations.ts';
import { useMessages } from '../../store/messages.ts';
import { useSession } from '../../store/session.ts';

/** These undo their own typing; a dialog is a matter of its own. */
const TYPES = 'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable], [role=dialog], dialog[open]';

export function useUndoKeys(): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent): void => {
      if (e.defaultPrevented || e.altKey || !(e.ctrlKey || e.metaKey)) return;
      const key = e.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      if ((e.target instanceof Element && e.target.closest(TYPES)) || useSession.getState().readOnly) return;
      e.preventDefault();
      // What was said of an edit is no longer so.
      const { messages, close } = useMessages.getState();
      for (const { id, lasting } of messages) if (!lasting) close(id);
      if (key === 'y' || e.shiftKey) redo();
      else undo();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
