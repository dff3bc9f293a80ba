// Which files are being read, kept outside the tab's memory: when it dies with them, the next visit can name them instead of dying again.

export interface Interrupted {
  readonly name: string;
  readonly size: number;
}

const KEY = 'hopscope-reading';

const storage = (): Storage | null => {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // Denied: then nothing is remembered.
  }
};

export function rememberReading(files: readonly Interrupted[]): void {
  try {
    if (files.length === 0) storage()?.removeItem(KEY);
    else storage()?.setItem(KEY, JSON.stringify(files.map(({ name, size }) => ({ name, size }))));
  } catch {
    // Full: then nothing is remembered.
  }
}

/** What was being read when the page closed last time; asked once. */
export function takeInterrupted(): readonly Interrupted[] {
  const text = storage()?.getItem(KEY);
  storage()?.removeItem(KEY);
  if (!text) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.slice(0, 50).filter(isInterrupted) : [];
  } catch {
    return [];
  }
}

const isInterrupted = (value: unknown): value is Interrupted =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'size' in value &&
  typeof value.size === 'number';
