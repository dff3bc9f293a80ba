// The size of an element, CSS pixels, as it changes.
import { type RefObject, useEffect, useState } from 'react';
import type { BandSize } from './bandLayout.ts';

export function useSize(ref: RefObject<HTMLElement | null>): BandSize {
  const [size, setSize] = useState<BandSize>({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
