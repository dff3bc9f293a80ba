// JSON from strangers: size and depth are judged on the text, before a parser builds anything from it.
import { err, ok, type Result } from '../base/result.ts';
import { MAX_DEPTH } from './limits.ts';

export type JsonError =
  | { readonly kind: 'tooLarge'; readonly characters: number; readonly limit: number }
  | { readonly kind: 'tooDeep'; readonly limit: number }
  | { readonly kind: 'notJson'; readonly message: string }
  | { readonly kind: 'forbiddenKey'; readonly path: string };

/** Parses within bounds; a `__proto__` key anywhere is refused with its path. */
export function parseJson(text: string, limit: number): Result<unknown, JsonError> {
  if (text.length > limit) return err({ kind: 'tooLarge', characters: text.length, limit });
  if (depthOf(text) > MAX_DEPTH) return err({ kind: 'tooDeep', limit: MAX_DEPTH });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err({ kind: 'notJson', message: error instanceof Error ? error.message : 'not JSON' });
  }
  const forbidden = forbiddenKey(value, '');
  return forbidden === null ? ok(value) : err({ kind: 'forbiddenKey', path: forbidden });
}

/** Deepest nesting of arrays and objects, brackets inside strings not counted. Stops counting just beyond the bound. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > deepest) deepest = depth;
      if (deepest > MAX_DEPTH) return deepest;
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return deepest;
}

/** Path of the first `__proto__` key: copying such an object field by field would change what the copy inherits from. */
function forbiddenKey(value: unknown, path: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    if (value.length > 0 && typeof value[0] === 'number' && value.every((item) => typeof item === 'number')) return null;
    for (let i = 0; i < value.length; i++) {
      const found = forbiddenKey(value[i], `${path}${path ? '.' : ''}${i}`);
      if (found !== null) return found;
    }
    return null;
  }
  for (const [key, inner] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key;
    if (key === '__proto__') return at;
    const found = forbiddenKey(inner, at);
    if (found !== null) return found;
  }
  return null;
}
