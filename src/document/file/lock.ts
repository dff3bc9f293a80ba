// An incident under a passphrase: what is in a link, page or file is readable only with it. AES-256-GCM, the key by PBKDF2-SHA-256.
//
//   0  'HOPLOCK1'   8  u32 iterations   12  salt (16)   28  IV (12)   40  ciphertext and tag of the deflated incident file
//
// The first 40 octets are authenticated with the rest. Salt and IV are fresh each time.
import { err, type Result } from '../../base/result.ts';
import { concat } from '../../engine/capture/pcapngWriter.ts';
import { deflate, type InflateError, inflate } from './deflate.ts';

const MAGIC = new TextEncoder().encode('HOPLOCK1');
const HEADER = 40;
const TAG = 16;
/** OWASP's number for PBKDF2-SHA-256 (2023). */
const ITERATIONS = 600_000;
/** A file may ask for more, but not for an hour of our time. */
const MOST_ITERATIONS = 10_000_000;
/** Characters: below this a passphrase is guessed from the file alone. */
export const SHORTEST_PASSPHRASE = 10;

export type UnlockError =
  /** Wrong passphrase, or other octets than were locked: the two can't be told apart. */
  { readonly kind: 'wrongPassphrase' } | { readonly kind: 'notLocked' } | { readonly kind: 'noCryptography' } | InflateError;

export const isLocked = (bytes: Uint8Array): boolean => bytes.length >= HEADER + TAG && MAGIC.every((octet, i) => bytes[i] === octet);

/** Browsers offer it only on pages from https, from this machine, or from disk. */
export const canLock = (): boolean => globalThis.crypto?.subtle !== undefined;

export async function lock(file: Uint8Array<ArrayBuffer>, passphrase: string, iterations = ITERATIONS): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(HEADER);
  head.set(MAGIC);
  new DataView(head.buffer).setUint32(8, iterations, true);
  crypto.getRandomValues(head.subarray(12));
  const key = await keyOf(passphrase, head.subarray(12, 28), iterations);
  const algorithm = { name: 'AES-GCM', iv: head.subarray(28), additionalData: head };
  return concat([head, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, await deflate(file)))]);
}

/** @param limit octets of the incident file at most */
export async function unlock(
  bytes: Uint8Array<ArrayBuffer>,
  passphrase: string,
  limit: number,
): Promise<Result<Uint8Array<ArrayBuffer>, UnlockError>> {
  if (!isLocked(bytes)) return err({ kind: 'notLocked' });
  if (!canLock()) return err({ kind: 'noCryptography' });
  const head = bytes.slice(0, HEADER);
  const iterations = new DataView(head.buffer).getUint32(8, true);
  if (iterations < 1 || iterations > MOST_ITERATIONS) return err({ kind: 'wrongPassphrase' });
  const key = await keyOf(passphrase, head.subarray(12, 28), iterations);
  const algorithm = { name: 'AES-GCM', iv: head.subarray(28), additionalData: head };
  // The platform says no more of a tag that does not fit than that it does not.
  const plain = await crypto.subtle.decrypt(algorithm, key, bytes.subarray(HEADER)).catch(() => null);
  return plain ? inflate(new Uint8Array(plain), limit) : err({ kind: 'wrongPassphrase' });
}

/** Typed on another keyboard the same words are the same key: NFKC, as RFC 8265 asks of passwords' likes. */
async function keyOf(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const words = new TextEncoder().encode(passphrase.normalize('NFKC'));
  const material = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}
