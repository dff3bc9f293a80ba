// The sample incident travels inside the page: shown without a request to anywhere.
import type { DroppedFile } from '../../store/opening.ts';

let asked: Promise<readonly DroppedFile[]> | null = null;

/** Unpacked once, when it is first pointed at. */
export function sampleFiles(): Promise<readonly DroppedFile[]> {
  asked ??= unpack().catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** Unpacks it ahead of being asked for. */
export const prepareSample = (): void => void sampleFiles().catch(() => undefined); // Opening it says what went wrong.

async function unpack(): Promise<readonly DroppedFile[]> {
  const { files } = await import('virtual:sample');
  return Promise.all(
    files.map(async ({ name, gzip }) => {
      const letters = atob(gzip);
      const packed = new Uint8Array(letters.length);
      for (let i = 0; i < packed.length; i++) packed[i] = letters.charCodeAt(i);
      const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
      return { file: new File([await new Response(plain).blob()], name), path: name };
    }),
  );
}
