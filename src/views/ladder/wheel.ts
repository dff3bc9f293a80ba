/** A wheel event's movement in CSS px: browsers report pixels, lines or pages. */
export function wheelDelta(e: Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode'>): number {
  const unit = e.deltaMode === 1 ? 18 : e.deltaMode === 2 ? 400 : 1;
  // With shift held some browsers turn the wheel sideways.
  return (e.deltaY === 0 ? e.deltaX : e.deltaY) * unit;
}
