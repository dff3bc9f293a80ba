// Raw deflate by the platform's streams, bounded on the way in.
import { err, ok, type Result } from '../../base/result.ts';

export type InflateError = { readonly kind: 'inflatesTooLarge'; readonly limit: number } | { readonly kind: 'notDeflate' };

export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Stops at `limit` octets, however little came in: what would be beyond is never held. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>, limit: number): Promise<Result<Uint8Array<ArrayBuffer>, InflateError>> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        return err({ kind: 'inflatesTooLarge', limit });
      }
      parts.push(value);
    }
  } catch {
    // The stream rejects with a TypeError of the platform's wording for any damage: there is nothing more to learn from it.
    return err({ kind: 'notDeflate' });
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return ok(out);
}
