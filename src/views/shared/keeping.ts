// How views open, keep and forget incidents. The composition root provides it.
import { createContext, useContext } from 'react';
import type { Keeping } from '../../store/keeping.ts';

export const KeepingContext = createContext<Keeping | null>(null);

export function useKeeping(): Keeping {
  const keeping = useContext(KeepingContext);
  if (!keeping) throw new Error('KeepingContext is missing');
  return keeping;
}
