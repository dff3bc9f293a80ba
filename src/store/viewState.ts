// What is on screen as a document's view, and back.
import type { PacketPlace, View } from '../document/model.ts';
import type { Engine } from '../worker/api.ts';
import { packetOfPlace, placeOfPacket } from './pins.ts';
import { primaryPacket, useSelection } from './selection.ts';
import { useViewport } from './viewport.ts';

export async function captureView(engine: Engine): Promise<View<PacketPlace>> {
  const selection = useSelection.getState();
  const { window, mode, openFolds, flipped } = useViewport.getState();
  const selected = primaryPacket(selection);
  const path = selection.path === null ? null : await engine.query('pathPacket', selection.path);
  return {
    path: path && (await placeOfPacket(engine, path)),
    selected: selected && (await placeOfPacket(engine, selected)),
    from: window?.from ?? null,
    to: window?.to ?? null,
    scale: mode,
    folds: [...openFolds],
    flipped,
    filter: '',
    finding: selection.finding === null ? null : String(selection.finding),
  };
}

/** What an address does not say: the page was opened at one, which tells the rest. */
export function applyBesideAddress(view: View<PacketPlace>): void {
  useViewport.setState({ flipped: view.flipped, openFolds: new Set(view.folds) });
}

export async function applyView(engine: Engine, view: View<PacketPlace>): Promise<void> {
  const start = view.path && (await packetOfPlace(engine, view.path));
  const path = start && (await engine.query('pathOfPacket', start));
  const selected = view.selected && (await packetOfPlace(engine, view.selected));
  const finding = view.finding === null ? Number.NaN : Number(view.finding);
  useSelection.getState().selectPath(path);
  useSelection.getState().selectFinding(Number.isInteger(finding) ? finding : null);
  useViewport.setState({ mode: view.scale, flipped: view.flipped, openFolds: new Set(view.folds) });
  // The ladder follows the address, as with back and forward.
  const parts = new URLSearchParams({ scale: view.scale });
  if (path !== null) parts.set('path', String(path));
  if (view.from !== null && view.to !== null) parts.set('window', `${Math.round(view.from)}-${Math.round(view.to)}`);
  if (selected) parts.set('packet', `${selected.tap}.${selected.row}`);
  history.replaceState(null, '', `#view?${parts}`);
  dispatchEvent(new PopStateEvent('popstate'));
  if (selected) useSelection.getState().selectPacket(selected, { reveal: view.from === null });
}
