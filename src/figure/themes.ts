// What the tones of the marks look like. The page's tokens are the same values; a test keeps them equal.
import type { Tone } from './marks.ts';

export type Theme = Readonly<Record<Tone, string>>;

export const THEMES: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    ground: '#f7f8fa',
    card: '#ffffff',
    band: '#e2e9f1',
    hair: '#dfe3e8',
    ink: '#1c2127',
    mute: '#5c6670',
    data: '#2f6299',
    ack: '#76818d',
    leak: '#c2261f',
    reset: '#8a1c7c',
    warn: '#8f5600',
    ok: '#2a7347',
    paper: '#fff6dc',
    paperEdge: '#b58e1f',
  },
  dark: {
    ground: '#14171b',
    card: '#1c2026',
    band: '#222b36',
    hair: '#30363d',
    ink: '#e6e9ed',
    mute: '#9aa5b1',
    data: '#7fb2e5',
    ack: '#8592a0',
    leak: '#ff7a70',
    reset: '#e08ad4',
    warn: '#e0a458',
    ok: '#6cc492',
    paper: '#36301c',
    paperEdge: '#8f7a3a',
  },
};
