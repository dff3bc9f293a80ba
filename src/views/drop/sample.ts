// The sample incident travels inside the page: shown without a request to anywhere.
import type { DroppedFile } from '../../store/opening.ts';

export async function sampleFiles(): Promise<readonly DroppedFile[]> {
  const { files } = await import('virtual:sample');
  return Promise.all(
    files.map(async ({ name, gzip }) => {
      const packed = Uint8Array.from(atob(gzip), (c) => c.charCodeAt(0));
      const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
      return { file: new File([await new Response(plain).blob()], name), path: name };
    }),
  );
}
