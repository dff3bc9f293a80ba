// What can wait for the first picture: true once the page has had nothing to do since the component was first shown.
import { useEffect, useState } from 'react';
import { atRest } from './atRest.ts';

export function useRested(): boolean {
  const [rested, setRested] = useState(false);
  useEffect(() => atRest(() => setRested(true)), []);
  return rested;
}
