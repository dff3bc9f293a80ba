// Pointer on the ladder: wheel and pinch zoom at the pointer, drag pans and glides on, shift-drag or the time gutter selects time.
import { useSelection } from '../../store/selection.ts';
import { hitTest } from './hitTest.ts';
import type { LadderControl } from './ladderControl.ts';
import { wheelDelta } from './wheel.ts';

/** A press that moves less than this is a click, px. */
const CLICK_REACH = 4;
/** Px per millisecond kept of a drag's speed from frame to frame. */
const FRICTION = 0.94;

export function attachGestures(element: HTMLElement, control: LadderControl): () => void {
  const { store } = control;
  const pointers = new Map<number, { x: number; y: number }>();
  let drag: { kind: 'pan' | 'time'; startX: number; startY: number; startTop: number; moved: boolean } | null = null;
  let pinch: { distance: number; y: number } | null = null;
  let speed = 0;
  let lastMove = 0;
  let inertia = 0;

  const local = (e: { clientX: number; clientY: number }): { x: number; y: number } => {
    const box = element.getBoundingClientRect();
    return { x: e.clientX - box.left, y: e.clientY - box.top };
  };
  const stopInertia = (): void => {
    cancelAnimationFrame(inertia);
    inertia = 0;
  };
  const timeAt = (y: number) => {
    const { figure, top } = store.getState();
    return figure ? figure.map.time(top + y) : null;
  };

  const onWheel = (e: WheelEvent): void => {
    e.preventDefault();
    stopInertia();
    const { y } = local(e);
    const delta = wheelDelta(e);
    if (e.shiftKey && !e.ctrlKey) control.setTop(store.getState().top + delta);
    else control.zoomBy(2 ** (-delta / (e.ctrlKey ? 90 : 360)), y);
  };

  const onDown = (e: PointerEvent): void => {
    if (e.button !== 0 && e.pointerType === 'mouse') return;
    stopInertia();
    const at = local(e);
    pointers.set(e.pointerId, at);
    element.setPointerCapture(e.pointerId);
    const { figure, top } = store.getState();
    const gutter = figure ? figure.stage.left - 96 : 0;
    if (pointers.size === 2) {
      pinch = pinchOf(pointers);
      drag = null;
      return;
    }
    drag = { kind: e.shiftKey || at.x < gutter ? 'time' : 'pan', startX: at.x, startY: at.y, startTop: top, moved: false };
    speed = 0;
    lastMove = e.timeStamp;
  };

  const onMove = (e: PointerEvent): void => {
    const at = local(e);
    if (!pointers.has(e.pointerId)) {
      hover(at);
      return;
    }
    const before = pointers.get(e.pointerId) ?? at;
    pointers.set(e.pointerId, at);
    if (pinch && pointers.size === 2) {
      const next = pinchOf(pointers);
      if (next.distance > 0 && pinch.distance > 0) control.zoomBy(next.distance / pinch.distance, next.y);
      control.setTop(store.getState().top - (next.y - pinch.y));
      pinch = next;
      return;
    }
    if (!drag) return;
    if (!drag.moved && Math.hypot(at.x - drag.startX, at.y - drag.startY) < CLICK_REACH) return;
    drag.moved = true;
    store.setState({ hover: null });
    if (drag.kind === 'time') {
      const [a, b] = [timeAt(drag.startY), timeAt(at.y)];
      if (a !== null && b !== null) useSelection.getState().selectTimeRange(a <= b ? { from: a, to: b } : { from: b, to: a });
      return;
    }
    control.setTop(drag.startTop - (at.y - drag.startY));
    const dt = Math.max(1, e.timeStamp - lastMove);
    speed = 0.7 * speed + 0.3 * ((before.y - at.y) / dt);
    lastMove = e.timeStamp;
  };

  const onUp = (e: PointerEvent): void => {
    const at = local(e);
    const known = pointers.delete(e.pointerId);
    if (pinch) {
      if (pointers.size < 2) pinch = null;
      drag = null;
      return;
    }
    if (!known || !drag) return;
    const done = drag;
    drag = null;
    if (!done.moved) click(at, e);
    else if (done.kind === 'pan' && e.timeStamp - lastMove < 60) glideOn();
  };

  function glideOn(): void {
    if (Math.abs(speed) < 0.2 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    let before = performance.now();
    let reached = store.getState().top;
    const tick = (now: number): void => {
      // A key or the overview went somewhere: the drag is over.
      if (control.isGliding() || store.getState().top !== reached) return;
      control.setTop(reached + speed * (now - before));
      reached = store.getState().top;
      speed *= FRICTION ** ((now - before) / 16);
      before = now;
      if (Math.abs(speed) > 0.02) inertia = requestAnimationFrame(tick);
    };
    inertia = requestAnimationFrame(tick);
  }

  function hover(at: { x: number; y: number }): void {
    const { figure, top, hover: old } = store.getState();
    const item = figure ? hitTest(figure, at.x, top + at.y) : null;
    const id = item && /^[pfnc]:/.test(item.id) ? item.id : null;
    if (!id && !old) return;
    store.setState({ hover: id ? { id, x: at.x, y: at.y } : null });
    element.style.cursor = id ? 'pointer' : '';
    if (id !== old?.id) {
      const packet = id ? control.packet(id) : undefined;
      useSelection.getState().hover(packet ? control.sightingFor(packet, at.x) : null);
      control.invalidate();
    }
  }

  function click(at: { x: number; y: number }, e: PointerEvent): void {
    const { figure, top } = store.getState();
    const hit = figure ? hitTest(figure, at.x, top + at.y) : null;
    // A band of packets opens wherever it is clicked, also where the entry's state runs through it.
    const isState = hit?.id.startsWith('c:') === true;
    const item =
      isState && figure ? (hitTest({ items: figure.items.filter((i) => !i.id.startsWith('c:')) }, at.x, top + at.y) ?? hit) : hit;
    const by = item ? control.entryState(item.id)?.by : undefined;
    const extend = e.ctrlKey || e.metaKey;
    const packet = item ? control.packet(item.id) : undefined;
    if (item && e.shiftKey && (packet || item.id.startsWith('f:'))) control.reachTo(item.id);
    else if (item && packet) {
      store.setState({ cursor: item.id });
      useSelection.getState().selectPacket(control.sightingFor(packet, at.x), { extend });
    } else if (item?.id.startsWith('f:')) control.toggleFold(item.id);
    else if (by) useSelection.getState().selectPacket(by.packet, { extend });
    else if (!extend && !e.shiftKey) {
      useSelection.getState().selectPackets([]);
      useSelection.getState().selectTimeRange(null);
      store.setState({ cursor: null, highlighted: new Set() });
    }
    control.invalidate();
  }

  const onLeave = (): void => {
    if (!store.getState().hover) return;
    store.setState({ hover: null });
    useSelection.getState().hover(null);
    control.invalidate();
  };

  element.addEventListener('wheel', onWheel, { passive: false });
  element.addEventListener('pointerdown', onDown);
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onUp);
  element.addEventListener('pointercancel', onUp);
  element.addEventListener('pointerleave', onLeave);
  return () => {
    stopInertia();
    element.removeEventListener('wheel', onWheel);
    element.removeEventListener('pointerdown', onDown);
    element.removeEventListener('pointermove', onMove);
    element.removeEventListener('pointerup', onUp);
    element.removeEventListener('pointercancel', onUp);
    element.removeEventListener('pointerleave', onLeave);
  };
}

function pinchOf(pointers: ReadonlyMap<number, { x: number; y: number }>): { distance: number; y: number } {
  const [a, b] = [...pointers.values()];
  return a && b ? { distance: Math.hypot(a.x - b.x, a.y - b.y), y: (a.y + b.y) / 2 } : { distance: 0, y: 0 };
}
