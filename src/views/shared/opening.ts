// How views open, cancel and change captures. The composition root provides it.
import { createContext, useContext } from 'react';
import type { Opening } from '../../store/opening.ts';

export const OpeningContext = createContext<Opening | null>(null);

export function useOpening(): Opening {
  const opening = useContext(OpeningContext);
  if (!opening) throw new Error('OpeningContext is missing');
  return opening;
}
