// The incident in the fragment of a URL: no server ever sees it.
import { err, ok, type Result } from '../../base/result.ts';
import { MAX_LINK_JSON } from '../limits.ts';
import { deflate, type InflateError, inflate } from './deflate.ts';
import { fromBase64, toBase64 } from './html.ts';
import { isLocked } from './lock.ts';

/** Characters of the fragment. Longer links are cut by mail and chat programs: beyond it a file is the way. */
export const LINK_LIMIT = 32_000;
const NAME = 'incident=';

export type LinkError = { readonly kind: 'linkTooLong'; readonly characters: number; readonly limit: number };
export type LinkReadError = { readonly kind: 'notALink' } | InflateError;

/** `incident=…` for behind the `#`. @param file as written, or locked */
export async function writeLink(file: Uint8Array<ArrayBuffer>): Promise<Result<string, LinkError>> {
  const fragment =
    NAME +
    toBase64(isLocked(file) ? file : await deflate(file))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replace(/=+$/, '');
  return fragment.length > LINK_LIMIT ? err({ kind: 'linkTooLong', characters: fragment.length, limit: LINK_LIMIT }) : ok(fragment);
}

export const isIncidentLink = (fragment: string): boolean => fragment.replace(/^#/, '').startsWith(NAME);

/** Inflates at most 16 MB, however long the link is. What is locked comes back as it is. */
export async function readLink(fragment: string): Promise<Result<Uint8Array<ArrayBuffer>, LinkReadError>> {
  const text = fragment.replace(/^#/, '');
  if (!text.startsWith(NAME) || !/^[\w-]*$/.test(text.slice(NAME.length))) return err({ kind: 'notALink' });
  const packed = fromBase64(text.slice(NAME.length).replaceAll('-', '+').replaceAll('_', '/'));
  if (packed && isLocked(packed)) return ok(packed);
  return packed ? inflate(packed, MAX_LINK_JSON) : err({ kind: 'notALink' });
}
