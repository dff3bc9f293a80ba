// The cases of the gallery: each mark by itself, 2 to 12 lanes, both scales, zoom levels, notes.

import { incident } from './incident.ts';
import type { PictureProps } from './Picture.tsx';

export interface GalleryCase {
  readonly id: string;
  readonly title: string;
  readonly zhInDark?: boolean;
  readonly picture: Omit<PictureProps, 'theme' | 'language'>;
}

export const cases = (): readonly GalleryCase[] => [
  { id: 'incident', title: 'The incident, fitted to one screen', zhInDark: true, picture: { ladder: incident(), width: 904, height: 860 } },
  { id: 'incident-time', title: 'The incident in true time', picture: { ladder: incident(), width: 904, height: 860, scale: 'time' } },
];
